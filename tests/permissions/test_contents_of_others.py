"""As test_contents.py, for the author and the tokens, other organisations, those who left and the public."""

import pytest

from tests.permissions.contents.checks import check_person
from tests.permissions.contents.people import ROLES, WHO

# Two thousand requests: a minute, and several on a machine that does other things.
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(1200)]


@pytest.mark.parametrize("who", [who for who in WHO if who not in ROLES])
def test_others_read_the_words_for_them_and_no_other(who, planted):
    check_person(who, *planted)
