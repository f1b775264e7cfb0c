"""The navigation as data: three areas and their places, with the links for each role. Each room has its lines here."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role

VERSION = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"]


@dataclass(frozen=True)
class Item:
    """A place of the navigation. Without roles everyone sees it; `frozenset(Role.values)` means any member.

    under: where the addresses of further pages begin that belong to it.
    """

    label: str | Promise
    url_name: str
    roles: frozenset[str] | None = None
    under: tuple[str, ...] = ()


@dataclass(frozen=True)
class Area:
    """A part of the site with its places. start: the page that it opens with; without it the first of its places."""

    label: str | Promise
    items: tuple[Item, ...]
    start: Item | None = None


@dataclass(frozen=True)
class Link:
    """A link that this person sees. current: what `aria-current` says, empty for a page elsewhere."""

    label: str
    url: str
    current: str = ""


@dataclass(frozen=True)
class Menu(Link):
    """An area as this person sees it."""

    places: tuple[Link, ...] = ()


MEMBER = frozenset(Role.values)

EXPLORE = Area(
    _("Explore"),
    (
        Item(_("Results"), "overview", under=("/countries/", "/policy-sectors/", "/themes/", "/institutions/")),
        Item(_("Case studies"), "case-study-list", under=("/contributions/", "/informants/", "/consents/")),
        Item(_("Events"), "event-list"),
        Item(_("Records"), "record-list"),
        Item(_("Datasets"), "dataset-list", under=("/imports/", "/comparisons/")),
        Item(_("Questionnaires"), "questionnaire-list", MEMBER),
        Item(_("Vocabularies"), "vocabulary-list"),
        Item(_("Organisations"), "organisation-list", MEMBER),
    ),
)
WORK = Area(
    _("My work"),
    (
        Item(_("Today"), "today", frozenset({Role.FIELDWORKER})),
        Item(_("Field notes"), "field-note-list", frozenset({Role.FIELDWORKER})),
        Item(_("Coding queue"), "queue", frozenset({Role.CODER, Role.LEAD_CODER})),
        Item(_("Rounds"), "round-list", frozenset({Role.LEAD_CODER})),
        Item(_("Codebooks"), "codebook-list", frozenset({Role.CODER, Role.LEAD_CODER, Role.DATA_MANAGER})),
        Item(_("My exports"), "export-list", MEMBER),
        Item(_("Saved queries"), "saved-query-list", MEMBER),
    ),
    start=Item(_("My work"), "my-work", MEMBER),
)
MANAGE = Area(
    _("Manage"),
    (
        Item(_("Import"), "import-new", frozenset({Role.DATA_MANAGER})),
        Item(_("People"), "people", frozenset({Role.ADMIN}), under=("/appointments/", "/devices/")),
        Item(_("Erasures"), "erasure-list", frozenset({Role.DATA_MANAGER, Role.ADMIN})),
        Item(_("Audit trail"), "audit-trail", frozenset({Role.ADMIN})),
    ),
)
AREAS = (EXPLORE, WORK, MANAGE)
ACCOUNT = (
    Item(_("My account"), "my-account"),
    Item(_("This device"), "this-device"),
)
ABOUT = (
    Item(_("Help"), "help"),
    Item(_("API"), "api-docs"),
    Item(_("Accessibility"), "accessibility"),
)


def visible(items: Iterable[Item], roles: frozenset[str]) -> dict[Item, str]:
    """The places that a person with these roles may use, each with its address."""
    allowed = [item for item in items if item.roles is None or item.roles & roles]
    return {item: url for item in allowed if (url := _address(item.url_name))}


@cache
def place(url_name: str) -> Item | None:
    """The place with this name, whoever may see it."""
    starts = [area.start for area in AREAS if area.start]
    items = [*starts, *(item for area in AREAS for item in area.items), *ACCOUNT, *ABOUT]
    return next((item for item in items if item.url_name == url_name), None)


def areas(roles: frozenset[str], path: str) -> list[Menu]:
    """The areas in which a person with these roles has a place; the place that the path belongs to is marked."""
    found = [(area, visible(area.items, roles)) for area in AREAS]
    starts = visible([area.start for area in AREAS if area.start], roles)
    addresses = {item: url for _area, places in found for item, url in places.items()} | starts
    depths = {item: _depth(item, url, path) for item, url in addresses.items()}
    here = max(depths, key=depths.__getitem__)
    links = {
        item: Link(str(item.label), url, _mark(url, path) if item is here and depths[item] else "")
        for item, url in addresses.items()
    }
    return [_menu(area, [links[item] for item in places], links) for area, places in found if places]


def context(request: HttpRequest) -> dict[str, object]:
    """Template context of every page: the navigation of this person, and the version of the site."""
    roles, shown = _roles(request), shown_to(request)
    return {
        "navigation": {
            "areas": shown,
            # Of a page that belongs to no area, those of the first one.
            "places": next((area for area in shown if area.current), shown[0]),
            "account": _links(ACCOUNT, roles),
            "about": _links(ABOUT, roles),
        },
        "site_version": VERSION,
    }


def shown_to(request: HttpRequest) -> list[Menu]:
    """The areas as the person who asks sees them."""
    return areas(_roles(request), request.path)


def _roles(request: HttpRequest) -> frozenset[str]:
    user = getattr(request, "user", None)
    return user.roles if user is not None and user.is_authenticated else frozenset()


def _menu(area: Area, places: list[Link], links: Mapping[Item, Link]) -> Menu:
    start = links[area.start] if area.start else replace(places[0], current="")
    inside = "true" if any(link.current for link in places) else ""
    return Menu(str(area.label), start.url, start.current or inside, tuple(places))


def _depth(item: Item, url: str, path: str) -> int:
    """How much of a path is the address of a place or of what is under it; 0 for a page elsewhere."""
    return max((len(begin) for begin in (url, *item.under) if path.startswith(begin)), default=0)


def _mark(url: str, path: str) -> str:
    return "page" if path == url else "true"


def _links(items: Iterable[Item], roles: frozenset[str]) -> list[Link]:
    return [Link(str(item.label), url) for item, url in visible(items, roles).items()]


def _address(url_name: str) -> str:
    """The address of a page; empty if this installation does not have it."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
