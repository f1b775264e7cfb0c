"""docs/security.md answers each requirement of ASVS 5.0 at levels 1 and 2, and every test it names is there."""

import re

import pytest
from django.conf import settings

from tests.conftest import SHIPPED_HASHERS
from tests.house.code import PROJECT, files, modules

PAGE = PROJECT / "docs/security.md"
ROW = re.compile(r"^\| (\d+)\.(\d+)\.(\d+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
REQUIREMENTS = 253
# Of them by a test. It grows; it never falls.
TESTED = 223

# What the page calls absent: packages that would bring it, and what would be written in code of ours.
PACKAGES = {
    "LDAP": ("ldap3", "python-ldap", "django-auth-ldap"),
    "GraphQL": ("graphene", "strawberry-graphql", "ariadne", "graphql-core"),
    "WebSockets": ("channels", "daphne", "websockets"),
    "memcached": ("pymemcache", "pylibmc", "python-memcached"),
    "SAML": ("pysaml2", "python3-saml", "djangosaml2"),
    "tokens of OAuth": ("django-oauth-toolkit", "authlib", "django-oidc-provider"),
    "WebRTC": ("aiortc", "pion"),
    "LaTeX": ("pylatex", "latex"),
    "Markdown": ("markdown", "mistune", "commonmark", "docutils"),
    "messages by telephone": ("twilio", "vonage"),
    "answers to other origins": ("django-cors-headers",),
}
CODE = {
    "text run as a program": r"(?<![\w.])(eval|exec|compile)\(",
    "a shell": r"shell=True|os\.system|os\.popen",
    "objects out of bytes": r"\b(pickle|marshal|shelve)\b",
    "templates out of text": r"\bTemplate\(|from_string\(",
    "requests to addresses that people give": r"\burlopen\(|requests\.(get|post|request|Session)\(|\bhttpx\b",
    "expressions out of text": r"__i?regex=(?!r\"|r'|[A-Z0-9_]+[,)])",
    "questions to remember a password by": r"secret_question|password_hint",
}
ENCRYPTION = r"\bFernet\b|\bpyrage\b|\bAES\b|ChaCha|ciphers|AEAD"
SCRIPT = (
    r"(inner|outer)HTML\s*=[^=]|insertAdjacentHTML|document\.write|\beval\(|new Function|onpaste"
    r"|\b(window|parent|opener|top|contentWindow)\.postMessage"
)


def rows():
    return ROW.findall(PAGE.read_text())


def test_each_requirement_is_answered_once_and_in_order():
    numbers = [tuple(int(part) for part in row[:3]) for row in rows()]
    assert len(numbers) == REQUIREMENTS
    assert numbers == sorted(set(numbers))


def test_each_answer_names_a_test_or_says_why_there_is_none():
    silent = [
        ".".join(row[:3])
        for row in rows()
        if not TEST.search(row[4]) and not re.match(r"(not applicable|open): \w", row[4])
    ]
    assert not silent


def test_each_test_that_the_page_names_is_there():
    missing = [
        f"{name}::{test}"
        for name, test in TEST.findall(PAGE.read_text())
        if not (PROJECT / name).is_file() or f"def {test}(" not in (PROJECT / name).read_text()
    ]
    assert not missing


def test_most_requirements_are_answered_by_a_test():
    assert sum(1 for row in rows() if TEST.search(row[4])) >= TESTED


@pytest.mark.parametrize("technology", PACKAGES)
def test_what_the_page_calls_absent_comes_with_no_package(technology):
    locked = (PROJECT / "requirements.lock").read_text()
    assert not [name for name in PACKAGES[technology] if re.search(rf"^{re.escape(name)}==", locked, re.MULTILINE)]


@pytest.mark.parametrize("what", CODE)
def test_what_the_page_calls_absent_is_not_in_the_code(what):
    found = [name for name, path in modules().items() if re.search(CODE[what], path.read_text())]
    assert not found


def test_two_files_encrypt_and_with_libraries_that_verify_what_they_decrypt():
    found = {name: path.read_text() for name, path in modules().items() if re.search(ENCRYPTION, path.read_text())}
    assert set(found) == {"accounts.sealing", "lipse_site.backups.encryption"}
    assert "Fernet(" in found["accounts.sealing"]
    assert "pyrage.encrypt_io(" in found["lipse_site.backups.encryption"]
    assert not [name for name, text in found.items() if re.search(r"ciphers|primitives\.padding|passphrase", text)]


def test_scripts_put_text_into_pages_as_text():
    scripts = [path for path in files(".js") if path.is_relative_to(PROJECT / "static")]
    assert scripts
    assert not [path.name for path in scripts if re.search(SCRIPT, path.read_text())]


def test_the_page_names_each_key_and_algorithm_of_the_settings():
    page = PAGE.read_text().lower()
    kept_with = {name.rpartition(".")[2].removesuffix("PasswordHasher").lower() for name in SHIPPED_HASHERS}
    assert not [name for name in kept_with if name not in page]
    assert settings.SESSION_ENGINE == "django.contrib.sessions.backends.db"


def test_the_image_is_built_without_history_and_tests():
    left_out = (PROJECT / ".dockerignore").read_text().split()
    assert {".git", "tests", ".data", ".env"} <= set(left_out)
