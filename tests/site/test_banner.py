"""The banner of the demonstration: only where what is shown is fictional."""

import pytest

from accounts.models import Organisation, User
from imports.models import Dataset
from surveys.models import Questionnaire
from tests.factories.casestudies import make_case_study

pytestmark = pytest.mark.django_db

ALL = "all people, cases and letters on this site are fictional"
SUBJECT = "what this page shows is fictional"
WITHOUT = ("/help/", "/accessibility/", "/api/v1/docs/", "/vocabularies/", "/vocabularies/participation-level/1/")


@pytest.fixture
def demo(settings, alpha):
    """A site on which everything is fictional."""
    # Fictional people sign in with debug on only.
    settings.DEBUG = settings.DEMO = True
    for model in (Organisation, User, Dataset, Questionnaire):
        model.objects.update(is_fictional=True)
    alpha.refresh_from_db()
    return alpha


def shown(client, address):
    page = client.get(address)
    assert page.status_code in (200, 404), page.status_code
    text = page.content.decode()
    return "all" if ALL in text else "subject" if SUBJECT in text else ""


def test_where_everything_is_fictional_each_page_of_evidence_says_so(client, demo):
    assert {shown(client, address) for address in ("/", "/case-studies/", "/datasets/")} == {"all"}


@pytest.mark.parametrize("address", [*WITHOUT, "/accounts/login/", "/nowhere/", "/case-studies/no-such-case/"])
def test_pages_that_show_no_data_do_not_say_so(client, demo, address):
    assert shown(client, address) == ""


def test_beside_real_data_only_what_is_fictional_says_so(client_of, ada, demo, charlie):
    User.objects.filter(pk=ada.pk).update(is_fictional=True)
    fictional, real = make_case_study(ada), make_case_study(charlie)

    assert shown(client_of(ada), f"/case-studies/{fictional.slug}/") == "subject"
    assert shown(client_of(ada), f"/case-studies/{fictional.slug}/history/") == "subject"
    assert shown(client_of(charlie), f"/case-studies/{real.slug}/") == ""
    assert shown(client_of(ada), "/case-studies/") == ""
    assert shown(client_of(ada), "/") == ""


def test_without_a_demo_nothing_says_so(client, demo, settings):
    settings.DEMO = False

    assert shown(client, "/") == ""
