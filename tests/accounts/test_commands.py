import io
import sys

import pytest
from django.core.management import CommandError, call_command

from accounts.models import ApiToken, AuditEvent, Organisation, User
from tests import conftest


def run(*arguments, stdin="", monkeypatch=None):
    if monkeypatch:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def create_ute(monkeypatch, *, role="reader", password=conftest.PASSWORD):
    options = ["--role", role, "--organisation", "ute-lab", "--email", "ute@example.org", "--password-stdin"]
    return run("create_user", "ute", *options, stdin=f"{password}\n", monkeypatch=monkeypatch)


def test_create_user_makes_the_person_and_a_new_organisation(db, monkeypatch):
    create_ute(monkeypatch)
    ute = User.objects.get(username="ute")
    assert ute.check_password(conftest.PASSWORD)
    assert ute.roles == {"reader"}
    assert Organisation.objects.get().slug == "ute-lab"
    assert set(AuditEvent.objects.values_list("action", flat=True)) == {
        "organisation.created",
        "person.created",
        "roles.set",
    }


def test_create_user_again_updates(db, monkeypatch):
    create_ute(monkeypatch)
    create_ute(monkeypatch, role="coder", password="another-long-secret")
    ute = User.objects.get(username="ute")
    assert ute.roles == {"coder"}
    assert ute.check_password("another-long-secret")


def test_create_user_refuses_a_weak_password_and_creates_nothing(db, monkeypatch):
    with pytest.raises(CommandError, match="too short"):
        create_ute(monkeypatch, password="short")
    assert not User.objects.exists()
    assert not Organisation.objects.exists()


def test_create_token_prints_the_secret_alone_and_stores_only_a_digest(rita):
    printed = run("create_token", "rita", "--label", "R script", "--days", "7")
    token = ApiToken.objects.get()
    assert printed.startswith("lipse_")
    assert printed.count("\n") == 1
    assert printed.strip() not in (token.digest, token.label)
    assert (token.expires_at - token.created_at).days == 7
    assert token.scope == "read"


def test_create_token_refuses_nobody_and_a_strange_life(rita):
    with pytest.raises(CommandError, match="no active account"):
        run("create_token", "nobody", "--label", "x")
    with pytest.raises(CommandError, match="number of days from 1 to 730"):
        run("create_token", "rita", "--label", "x", "--days", "10000")
