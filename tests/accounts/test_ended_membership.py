"""A person whose last membership ended keeps an account that reads what is public, and no key to anything else."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from accounts import actions
from accounts.models import ApiToken, Membership, User
from accounts.roles import Role

pytestmark = pytest.mark.django_db


def left(person, organisation):
    actions.set_roles(person=person, organisation=organisation, roles=[], by=None)
    return User.objects.get(pk=person.pk)


@pytest.mark.parametrize("scope", ApiToken.Scope.values)
def test_no_token_is_made_after_the_last_membership(rita, alpha, scope):
    rita = left(rita, alpha)
    with pytest.raises(PermissionDenied, match="member"):
        actions.create_token(person=rita, label="x", scope=scope, by=rita)
    assert not ApiToken.objects.exists()


def test_my_account_and_the_command_line_make_none_either(client_of, rita, alpha):
    browser = client_of(left(rita, alpha))
    answer = browser.post("/my-account/tokens/", {"label": "x", "scope": "read", "days": "1"})
    assert answer.status_code in (403, 422)
    with pytest.raises(CommandError, match="member"):
        call_command("create_token", "rita", "--label", "x")
    assert not ApiToken.objects.exists()


def test_tokens_made_before_are_revoked_and_refused(api_client, rita, token_for, alpha):
    secret = token_for(rita)
    left(rita, alpha)
    assert ApiToken.objects.get().revoked_at is not None
    assert api_client.get("/api/v1/me/", HTTP_AUTHORIZATION=f"Bearer {secret}").status_code == 401


def test_a_token_is_refused_even_where_the_membership_ended_without_the_action(api_client, rita, token_for):
    secret = token_for(rita)
    Membership.objects.filter(user=rita).delete()
    assert api_client.get("/api/v1/me/", HTTP_AUTHORIZATION=f"Bearer {secret}").status_code == 401


def test_a_token_remains_while_another_membership_does(api_client, rita, token_for, alpha, beta):
    actions.set_roles(person=rita, organisation=beta, roles=[Role.READER], by=None)
    secret = token_for(rita)
    left(rita, alpha)
    assert api_client.get("/api/v1/me/", HTTP_AUTHORIZATION=f"Bearer {secret}").status_code == 200
