"""University sign-in, against a real OpenID Connect provider on this machine."""

import http.client
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as site_settings
from django.test import Client

from accounts import actions
from accounts.models import AuditEvent, User
from tests.accounts.university import University
from tests.markup import squeezed

LOGIN = "/accounts/oidc/university/login/"


@pytest.fixture
def university(settings):
    provider = University()
    settings.SOCIALACCOUNT_PROVIDERS = provider.settings(site_settings.OIDC_APP)
    yield provider
    provider.close()


def to_the_university(client):
    """Press the button; the address at the university that the browser is sent to."""
    answer = client.post(LOGIN)
    assert answer.status_code == 302
    return answer["Location"]


def back_from(address):
    """What the university answers the browser: our callback, with code and state."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    connection.request("GET", f"{parts.path}?{parts.query}")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    back = urlsplit(answer.headers["Location"])
    assert back.netloc == "testserver"
    return f"{back.path}?{back.query}"


def sign_in(client):
    return client.get(back_from(to_the_university(client)))


def who(client):
    answer = client.get("/api/v1/me/")
    return answer.json()["username"] if answer.status_code == 200 else None


def test_it_is_off_by_default(client, db):
    assert "Sign in with" not in client.get("/accounts/login/").content.decode()
    assert client.get(LOGIN).status_code == 404
    assert client.get(f"{LOGIN}callback/?code=1&state=2").status_code == 404


def test_the_sign_in_page_offers_it_by_name(client, db, university):
    assert "Sign in with your university" in client.get("/accounts/login/").content.decode()


def test_a_known_person_comes_in_by_verified_e_mail_and_stays_linked(client, rita, university):
    assert sign_in(client)["Location"] == "/my-work/"
    assert who(client) == "rita"
    link = SocialAccount.objects.get()
    assert (link.user, link.provider, link.uid) == (rita, "university", "42")
    assert AuditEvent.objects.filter(action="person.signed-in", actor=rita).exists()
    university.person = {"sub": "42", "email": "new-name@example.org", "email_verified": True}
    later = Client()
    sign_in(later)
    assert who(later) == "rita"


def test_the_request_has_state_and_a_challenge(client, rita, university):
    query = parse_qs(urlsplit(to_the_university(client)).query)
    assert len(query["state"][0]) >= 16
    assert query["code_challenge_method"] == ["S256"]
    assert query["response_type"] == ["code"]


def test_an_unknown_person_sees_whom_to_contact_and_no_account_is_created(client, rita, university):
    university.person = {"sub": "7", "email": "eve@example.org", "email_verified": True}
    page = sign_in(client)
    assert "Ask the administrator of your organisation" in page.content.decode()
    assert who(client) is None
    assert User.objects.count() == 1
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("verified", [False, "false", None, 0])
def test_an_address_that_the_university_did_not_check_opens_nothing(client, rita, university, verified):
    university.person["email_verified"] = verified
    sign_in(client)
    assert who(client) is None
    assert not SocialAccount.objects.exists()


def test_a_closed_account_stays_closed(client, rita, university):
    actions.deactivate_person(person=rita, by=None)
    sign_in(client)
    assert who(client) is None


def test_a_changed_state_is_refused_with_a_sentence(client, rita, university):
    back = back_from(to_the_university(client))
    page = client.get(f"{back[:-4]}zzzz")
    assert page.status_code == 401
    assert "could not be completed" in page.content.decode()
    assert who(client) is None


def test_a_state_is_used_once(client, rita, university):
    back = back_from(to_the_university(client))
    client.get(back)
    client.post("/accounts/logout/")
    assert client.get(back).status_code == 401
    assert who(client) is None


def test_another_browser_s_answer_is_refused(client, rita, university):
    """Sign-in forged across sites: the victim's browser is sent to the attacker's callback address."""
    back = back_from(to_the_university(Client()))
    assert client.get(back).status_code == 401
    assert who(client) is None


def test_a_code_stolen_into_another_browser_fails_the_challenge(client, rita, university):
    code = parse_qs(urlsplit(back_from(to_the_university(Client()))).query)["code"][0]
    own_state = parse_qs(urlsplit(to_the_university(client)).query)["state"][0]
    assert client.get(f"{LOGIN}callback/?code={code}&state={own_state}").status_code == 401
    assert who(client) is None


@pytest.mark.parametrize(
    "claims",
    [{"aud": "another-client"}, {"iss": "http://elsewhere.example"}, {"exp": 1}, {"sub": "somebody-else"}],
    ids=["audience", "issuer", "expired", "subject"],
)
def test_a_token_for_somebody_or_something_else_is_refused(client, rita, university, claims):
    university.token_claims = claims
    assert sign_in(client).status_code == 401
    assert who(client) is None
    assert not SocialAccount.objects.exists()


def test_a_person_who_cancels_at_the_university_gets_a_message(client, rita, university):
    state = parse_qs(urlsplit(to_the_university(client)).query)["state"][0]
    page = client.get(f"{LOGIN}callback/?error=access_denied&state={state}", follow=True)
    assert page.status_code == 200
    assert who(client) is None


def test_a_university_that_does_not_answer_gives_a_sentence(client, rita, university):
    university.close()
    answer = client.post(LOGIN)
    assert answer.status_code == 503
    assert "is not responding" in answer.content.decode()


def test_my_account_shows_the_link_and_takes_it_away(client, rita, university):
    sign_in(client)
    page = squeezed(client.get("/accounts/university/").content.decode())
    assert "your university, rita@example.org" in page
    client.post("/accounts/university/", {"account": SocialAccount.objects.get().pk})
    assert not SocialAccount.objects.exists()
    done = set(AuditEvent.objects.filter(actor=rita).values_list("action", flat=True))
    assert {"university.connected", "university.disconnected"} <= done
