"""The main navigation as data: which links a person sees, by role. Rooms add their lines here."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from accounts.roles import Role

VERSION = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"]


@dataclass(frozen=True)
class Item:
    """A link of the main navigation. Without roles everyone sees it; `frozenset(Role.values)` means any member."""

    label: str
    url_name: str
    roles: frozenset[str] | None = None


@dataclass(frozen=True)
class Link:
    """An item that this person sees, with its address."""

    label: str
    url: str


MEMBER = frozenset(Role.values)

EVIDENCE = (
    Item("Cases", "case-study-list"),
    Item("Events", "event-list"),
    Item("Records", "record-list"),
    Item("Datasets", "dataset-list"),
    Item("Questionnaires", "questionnaire-list", MEMBER),
)
WORK = (
    Item("Today", "today", frozenset({Role.FIELDWORKER})),
    Item("Notes", "field-note-list", frozenset({Role.FIELDWORKER})),
    Item("Coding queue", "queue", frozenset({Role.CODER, Role.LEAD_CODER})),
    Item("Rounds", "round-list", frozenset({Role.LEAD_CODER})),
    Item("Codebooks", "codebook-list", frozenset({Role.CODER, Role.LEAD_CODER, Role.DATA_MANAGER})),
    Item("Import", "import-new", frozenset({Role.DATA_MANAGER})),
)
MANAGE = (
    Item("Vocabularies", "vocabulary-list"),
    Item("Organisations", "organisation-list", MEMBER),
    Item("People", "people", frozenset({Role.ADMIN})),
    Item("Audit trail", "audit-trail", frozenset({Role.ADMIN})),
)
ACCOUNT = (Item("My account", "my-account"),)
ABOUT = (
    Item("Help", "help"),
    Item("API", "api-docs"),
    Item("Accessibility", "accessibility"),
)


def visible(items: Iterable[Item], roles: frozenset[str]) -> list[Link]:
    """The links among the items that somebody with these roles may follow."""
    allowed = [item for item in items if item.roles is None or item.roles & roles]
    return [Link(item.label, url) for item in allowed if (url := _address(item.url_name))]


def context(request: HttpRequest) -> dict[str, Any]:
    """Template context of every page: the navigation of this person, and whether the data are made up."""
    user = getattr(request, "user", None)
    roles = user.roles if user is not None and user.is_authenticated else frozenset()
    groups = {"evidence": EVIDENCE, "work": WORK, "manage": MANAGE, "account": ACCOUNT, "about": ABOUT}
    return {
        "navigation": {name: visible(items, roles) for name, items in groups.items()},
        "site_is_demo": settings.DEMO,
        "site_version": VERSION,
    }


def _address(url_name: str) -> str:
    """Empty for a page that this installation does not have."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
