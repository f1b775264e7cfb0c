"""Every address and search as everybody of Alpha: a planted word is read by whom it is for, and by nobody else."""

import pytest

from tests.permissions.contents.checks import check_person
from tests.permissions.contents.people import ROLES

# Two thousand requests: a minute, and several on a machine that does other things.
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(1200)]


@pytest.mark.parametrize("who", sorted(ROLES))
def test_each_person_reads_the_words_for_them_and_no_other(who, planted):
    check_person(who, *planted)
