"""The main navigation as data: the links for each role. Each room has its lines here."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role

VERSION = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"]


@dataclass(frozen=True)
class Item:
    """A link of the main navigation. Without roles everyone sees it; `frozenset(Role.values)` means any member."""

    label: str | Promise
    url_name: str
    roles: frozenset[str] | None = None


@dataclass(frozen=True)
class Link:
    """A link that this person sees, with its address."""

    label: str
    url: str


MEMBER = frozenset(Role.values)

EVIDENCE = (
    Item(_("Results"), "overview"),
    Item(_("Case studies"), "case-study-list"),
    Item(_("Events"), "event-list"),
    Item(_("Records"), "record-list"),
    Item(_("Datasets"), "dataset-list"),
    Item(_("Questionnaires"), "questionnaire-list", MEMBER),
)
WORK = (
    Item(_("My work"), "my-work", MEMBER),
    Item(_("Today"), "today", frozenset({Role.FIELDWORKER})),
    Item(_("Field notes"), "field-note-list", frozenset({Role.FIELDWORKER})),
    Item(_("Coding queue"), "queue", frozenset({Role.CODER, Role.LEAD_CODER})),
    Item(_("Rounds"), "round-list", frozenset({Role.LEAD_CODER})),
    Item(_("Codebooks"), "codebook-list", frozenset({Role.CODER, Role.LEAD_CODER, Role.DATA_MANAGER})),
    Item(_("Import"), "import-new", frozenset({Role.DATA_MANAGER})),
)
MANAGE = (
    Item(_("Vocabularies"), "vocabulary-list"),
    Item(_("Organisations"), "organisation-list", MEMBER),
    Item(_("Erasures"), "erasure-list", frozenset({Role.DATA_MANAGER, Role.ADMIN})),
    Item(_("People"), "people", frozenset({Role.ADMIN})),
    Item(_("Audit trail"), "audit-trail", frozenset({Role.ADMIN})),
)
ACCOUNT = (
    Item(_("My account"), "my-account"),
    Item(_("My exports"), "export-list", MEMBER),
    Item(_("This device"), "this-device"),
)
ABOUT = (
    Item(_("Help"), "help"),
    Item(_("API"), "api-docs"),
    Item(_("Accessibility"), "accessibility"),
)


def visible(items: Iterable[Item], roles: frozenset[str]) -> list[Link]:
    """The links for a person with these roles."""
    allowed = [item for item in items if item.roles is None or item.roles & roles]
    return [Link(str(item.label), url) for item in allowed if (url := _address(item.url_name))]


def context(request: HttpRequest) -> dict[str, object]:
    """Template context of every page: the navigation of this person, and the version of the site."""
    user = getattr(request, "user", None)
    roles = user.roles if user is not None and user.is_authenticated else frozenset()
    groups = {"evidence": EVIDENCE, "work": WORK, "manage": MANAGE, "account": ACCOUNT, "about": ABOUT}
    return {
        "navigation": {name: visible(items, roles) for name, items in groups.items()},
        "site_version": VERSION,
    }


def _address(url_name: str) -> str:
    """The address of a page; empty if this installation does not have it."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
