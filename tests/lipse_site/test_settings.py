"""Settings: invalid values are refused, a real site is checked, and browsers get the right headers."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from lipse_site import environment as env

REAL_SITE = {
    "LIPSE_DEBUG": "0",
    "LIPSE_SECRET_KEY": "k3y-" + "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP",
    "LIPSE_ALLOWED_HOSTS": "casebook.example.org",
    "LIPSE_TRUSTED_PROXIES": "1",
    "LIPSE_EMAIL_URL": "smtp://mail.invalid",
    "DATABASE_URL": "postgres://lipse@database.invalid/lipse",
    "REDIS_URL": "redis://broker.invalid/0",
}


def _clean():
    """This process's environment without what the browser journeys set for themselves."""
    return {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}


def manage(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=settings.BASE_DIR, env=_clean() | environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_real_site_passes_the_check_for_deployment_before_it_has_a_database():
    done = manage("check", "--deploy", "--fail-level", "WARNING", **REAL_SITE)
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "message"), [("LIPSE_TRUSTED_PROXIES", "lipse_site.W001"), ("LIPSE_EMAIL_URL", "accounts.W001")]
)
def test_what_a_real_site_lacks_is_said_at_its_start(name, message):
    done = manage("check", **{key: value for key, value in REAL_SITE.items() if key != name})
    assert done.returncode == 0, done.stderr
    assert message in done.stderr


def test_an_embedded_database_is_refused_on_a_real_site():
    done = manage("check", **REAL_SITE | {"DATABASE_URL": "", "REDIS_URL": ""})
    assert done.returncode == 1
    assert "no value for DATABASE_URL, REDIS_URL" in done.stderr


def test_an_embedded_database_is_allowed_by_name():
    done = manage("check", **REAL_SITE | {"DATABASE_URL": "", "REDIS_URL": "", "LIPSE_ALLOW_EMBEDDED": "1"})
    assert done.returncode == 0, done.stderr


def test_a_demo_is_refused_on_a_real_site():
    assert "lipse_site.E002" in manage("check", **REAL_SITE | {"LIPSE_DEMO": "1"}).stderr


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("LIPSE_PORT", "eighty", "write a whole number from 1 to 65535"),
        ("LIPSE_PORT", "99999", "write a whole number from 1 to 65535"),
        ("LIPSE_DEBUG", "perhaps", "write 1 or 0"),
        ("LIPSE_LOG_LEVEL", "loud", "write one of DEBUG, INFO, WARNING, ERROR"),
        ("DATABASE_URL", "mysql://somewhere/else", "does not begin with postgres:// or postgresql://"),
        ("REDIS_URL", "amqp://somewhere", "does not begin with redis://"),
        ("LIPSE_DATA_DIR", "here", "write the whole path"),
        ("LIPSE_BACKUP_KEY", "ssh-ed25519", "begin with age1"),
        ("LIPSE_DATA_DIR", __file__, "which is a file; name a folder"),
    ],
)
def test_nonsense_stops_the_start_with_a_sentence(name, value, sentence):
    done = manage("check", **{name: value})
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert name in last
    assert sentence in last


@pytest.mark.parametrize("name", ["LIPSE_SECRET_KEY", "LIPSE_ALLOWED_HOSTS"])
def test_a_real_site_needs_explicit_settings(name):
    done = manage("check", **REAL_SITE | {name: ""})
    assert f"{name} is empty" in done.stderr


def test_the_stored_secret_is_random_and_readable_by_its_owner_only(tmp_path, monkeypatch):
    monkeypatch.delenv("LIPSE_SECRET_KEY", raising=False)
    one = env.kept_secret("LIPSE_SECRET_KEY", tmp_path / "one", allowed=True)
    assert one == env.kept_secret("LIPSE_SECRET_KEY", tmp_path / "one", allowed=True)
    assert one != env.kept_secret("LIPSE_SECRET_KEY", tmp_path / "two", allowed=True)
    assert (tmp_path / "one/secret_key").stat().st_mode & 0o777 == 0o600
    with pytest.raises(ImproperlyConfigured, match="50 random characters"):
        env.kept_secret("LIPSE_SECRET_KEY", tmp_path / "three", allowed=False)


COOKIES = """
import json
from django.conf import settings as s
print(json.dumps([s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SECURE_HSTS_SECONDS]))
"""


def test_a_real_site_sends_its_cookies_over_tls_only():
    done = manage("shell", "--no-imports", "-c", COOKIES, **REAL_SITE)
    assert json.loads(done.stdout) == ["__Host-session", "__Host-csrf", True, 31_536_000]


def test_pages_have_the_security_headers(client, db):
    headers = client.get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
