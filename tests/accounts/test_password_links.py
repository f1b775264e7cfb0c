"""Links to choose a password: sent by the worker, the same for known and unknown addresses, and never in a log."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.checks import run_checks
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from lipse_site.environment import mail_backend

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_attempts_counted(db):
    cache.clear()


def ask(client, email):
    with CaptureQueriesContext(connection) as asked:
        answer = client.post("/accounts/password/reset/", {"email": email})
    return answer, [re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in asked]


def test_a_known_and_an_unknown_address_take_the_same_way(client, rita, deliver):
    known, known_queries = ask(client, rita.email)
    unknown, unknown_queries = ask(client, "nobody@example.org")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert known_queries == unknown_queries
    assert not mail.outbox
    deliver()
    assert {tuple(m.to): "/key/" in m.body for m in mail.outbox} == {
        (rita.email,): True,
        ("nobody@example.org",): False,
    }


def test_the_link_names_this_site_as_the_person_reached_it(client, rita, deliver):
    client.post("/accounts/password/reset/", {"email": rita.email}, secure=True, headers={"host": "localhost"})
    deliver()
    assert "https://localhost/accounts/password/reset/key/" in mail.outbox[0].body


def test_the_message_to_the_worker_holds_no_link(client, rita, waiting_tasks):
    client.post("/accounts/password/reset/", {"email": rita.email})
    [(name, arguments)] = waiting_tasks()
    assert name == "accounts.send_password_link"
    assert "key" not in str(arguments)


def test_production_without_an_e_mail_setting_says_that_no_link_is_sent(client, rita, settings):
    settings.EMAIL_BACKEND = mail_backend("", debug=False)
    assert "accounts.W001" in [message.id for message in run_checks()]
    page = client.get("/accounts/password/reset/").content.decode()
    assert "cannot send email" in page
    settings.EMAIL_BACKEND = mail_backend("smtp://mail.example.org", debug=False)
    assert "accounts.W001" not in [message.id for message in run_checks()]
    assert "cannot send email" not in client.get("/accounts/password/reset/").content.decode()


def test_an_invitation_says_it_too(client_of, ada, alpha, settings):
    settings.EMAIL_BACKEND = mail_backend("", debug=False)
    form = {
        "username": "ute",
        "name": "Ute",
        "email": "ute@example.org",
        "organisation": alpha.slug,
        "roles": ["coder"],
    }
    page = client_of(ada).post("/people/new/", form, follow=True).content.decode()
    assert User.objects.filter(username="ute").exists()
    assert "cannot send email" in page
    assert "by the link sent" not in page


@pytest.mark.parametrize("debug", [True, False])
def test_no_setting_prints_mail(debug):
    backend = mail_backend("", debug=debug)
    assert backend == (
        "django.core.mail.backends.filebased.EmailBackend" if debug else "django.core.mail.backends.dummy.EmailBackend"
    )
