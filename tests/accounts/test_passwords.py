"""How a password is typed, taken and recorded."""

import pytest
from django.core.cache import cache

from accounts import actions
from accounts.models import AuditEvent
from tests.accounts.test_sign_in import is_in, sign_in

LONG = " " + "seven words, and Ünïcode " * 8


@pytest.fixture(autouse=True)
def no_attempts_counted(db):
    cache.clear()


def test_a_password_field_is_masked_and_may_be_filled_by_a_manager(client):
    page = client.get("/accounts/login/").content.decode()
    assert 'type="password"' in page
    assert 'autocomplete="current-password"' in page


def test_a_password_is_taken_as_typed_up_to_any_length(client, alpha):
    actions.create_person(username="una", email="una@example.org", name="Una", password=LONG, by=None)
    sign_in(client, "una", LONG.strip())
    assert not is_in(client)
    sign_in(client, "una", LONG[:64])
    assert not is_in(client)
    sign_in(client, "una", LONG)
    assert is_in(client)


def test_a_sign_in_and_a_wrong_password_are_in_the_audit_trail(client, rita):
    sign_in(client, "rita", "a wrong password")
    sign_in(client, "rita")
    recorded = AuditEvent.objects.filter(target_id=str(rita.pk), target_type="accounts.user")
    found = recorded.order_by("id").values_list("action", "actor")
    assert list(found)[-2:] == [("sign-in.failed", None), ("person.signed-in", rita.pk)]
