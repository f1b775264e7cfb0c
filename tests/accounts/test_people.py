import pytest
from django.db import InternalError, connection, transaction

from accounts import actions
from accounts.models import ApiToken, AuditEvent, User
from tests.conftest import PASSWORD, SHIPPED_HASHERS


def test_the_audit_trail_cannot_be_changed_even_by_sql(alpha):
    for statement in ("UPDATE accounts_auditevent SET action = 'x'", "DELETE FROM accounts_auditevent"):
        with pytest.raises(InternalError, match="append"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert AuditEvent.objects.get().action == "organisation.created"


def test_an_administrator_invites_a_person_who_then_chooses_a_password(client_of, ada, alpha, mailoutbox, deliver):
    form = {
        "username": "ute",
        "name": "Ute",
        "email": "ute@example.org",
        "organisation": alpha.slug,
        "roles": ["coder"],
    }
    answer = client_of(ada).post("/people/new/", form)
    assert answer.status_code == 303
    ute = User.objects.get(username="ute")
    assert ute.roles == {"coder"}
    assert not ute.has_usable_password()
    deliver()
    assert mailoutbox[0].to == ["ute@example.org"]
    assert "/accounts/password/reset/key/" in mailoutbox[0].body


def test_a_form_with_errors_is_422_and_changes_nothing(client_of, ada, alpha):
    form = {"username": "ADA", "name": "", "email": "x", "organisation": alpha.slug, "roles": []}
    answer = client_of(ada).post("/people/new/", form)
    assert answer.status_code == 422
    assert "error-summary" in answer.content.decode()
    assert User.objects.count() == 1


def test_roles_are_set_and_ended(client_of, ada, rita, alpha):
    browser = client_of(ada)
    browser.post("/people/rita/", {"organisation": alpha.slug, "roles": ["coder", "reader"]})
    assert User.objects.get(pk=rita.pk).roles == {"coder", "reader"}
    browser.post("/people/rita/", {"organisation": alpha.slug, "roles": []})
    assert User.objects.get(pk=rita.pk).roles == frozenset()


def test_one_partner_s_administrator_cannot_touch_another_s_people(client_of, charlie, rita, alpha):
    browser = client_of(charlie)
    assert browser.get("/people/rita/").status_code == 404
    assert browser.post("/people/rita/deactivate/").status_code == 404
    assert b"rita" not in browser.get("/people/").content
    form = {"organisation": alpha.slug, "roles": ["admin"]}
    assert browser.post("/people/charlie/", form).status_code in (303, 422)


def test_a_new_partner_can_start_and_then_governs_itself(client_of, ada, charlie, rita):
    gamma = actions.create_organisation(slug="gamma", by=charlie)
    proposed = actions.propose_administrator(organisation=gamma, person=rita, by=charlie)
    actions.confirm_administrator(appointment=proposed, by=ada)
    answer = client_of(ada).post("/people/rita/", {"organisation": "gamma", "roles": ["reader"]})
    assert answer.status_code == 422
    assert User.objects.get(pk=rita.pk).roles_by_organisation[gamma.pk] == {"admin"}


def test_nobody_closes_their_own_account(client_of, ada):
    client_of(ada).post("/people/ada/deactivate/")
    assert User.objects.get(pk=ada.pk).is_active


def test_the_audit_trail_shows_an_administrator_their_people_and_no_others(client_of, ada, rita, charlie):
    actions.create_token(person=rita, label="r", by=rita)
    actions.create_token(person=charlie, label="c", by=charlie)
    page = client_of(ada).get("/audit-trail/?action=token").content.decode()
    assert "Rita" in page
    assert "Charlie" not in page


def test_the_audit_trail_is_filtered_and_paged(client_of, ada, rita, django_assert_max_num_queries):
    for i in range(60):
        actions.create_token(person=rita, label=f"t{i}", by=rita)
    browser = client_of(ada)
    with django_assert_max_num_queries(9):
        page = browser.get("/audit-trail/?person=rita")
    assert page.context["listing"].count.value == 60
    assert page.context["listing"].next_url
    assert browser.get("/audit-trail/?person=rita&since=2099-01-01").context["listing"].count.value == 0
    wrong = browser.get("/audit-trail/?colour=red")
    assert wrong.status_code == 400
    assert "This list has no such filter" in wrong.content.decode()


def test_people_are_listed_within_a_query_budget(client_of, ada, bob, fay, cody, rita, django_assert_max_num_queries):
    browser = client_of(ada)
    with django_assert_max_num_queries(10):
        page = browser.get("/people/")
    assert page.context["listing"].count.value == 5
    assert browser.get("/people/?role=coder").context["listing"].count.value == 2
    assert browser.get("/people/?search=rit").context["listing"].count.value == 1


def test_a_token_is_made_shown_once_and_revoked_from_my_account(client_of, rita, api_client):
    browser = client_of(rita)
    page = browser.post("/my-account/tokens/", {"label": "R", "scope": "read", "days": "30"})
    assert page.status_code == 201
    secret = page.context["secret"]
    assert secret in page.content.decode()
    assert page["Cache-Control"].find("no-store") >= 0
    assert secret not in browser.get("/my-account/").content.decode()
    assert api_client.get("/api/v1/me/", HTTP_AUTHORIZATION=f"Bearer {secret}").status_code == 200
    browser.post(f"/my-account/tokens/{ApiToken.objects.get().pk}/revoke/")
    assert api_client.get("/api/v1/me/", HTTP_AUTHORIZATION=f"Bearer {secret}").status_code == 401


def test_nobody_revokes_another_s_token(client_of, rita, charlie, token_for):
    token_for(rita)
    assert client_of(charlie).post(f"/my-account/tokens/{ApiToken.objects.get().pk}/revoke/").status_code == 404
    assert ApiToken.objects.get().revoked_at is None


def test_passwords_are_stored_with_argon2(rita, settings):
    settings.PASSWORD_HASHERS = SHIPPED_HASHERS
    rita.set_password(PASSWORD)
    assert rita.password.startswith("argon2")
    assert PASSWORD not in rita.password
