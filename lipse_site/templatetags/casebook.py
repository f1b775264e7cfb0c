"""Template tags for components that depend on the request: form token, current page, filters in its address."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.forms.utils import flatatt
from django.http import HttpRequest, QueryDict
from django.middleware.csrf import get_token
from django.template.context import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lipse_site import navigation
from lipse_site.app.assets import modules
from lipse_site.demo.banner import SUBJECTS, Banner, banner
from rest.filters import StrictFilterSet
from rest.links import link_to
from rest.listing import Listing
from rest.lists import is_given
from standards.countries import country_names
from standards.languages import language_name

register = template.Library()
register.filter("as_link", link_to)

# Parameters of a list that are not filters.
_LOOKUPS = frozenset({"in", "not", "isnull", "startswith", "gt", "lt", "contains", "icontains", "range", "len"})
_RESERVED = frozenset({"cursor", "page_size", "ordering", "count", "fields", "format"})


_FOR_PROGRAMS = frozenset({"slug", "is_fictional", "updated_since"})
# Lookups that a list's form shows; the others (in, not, isnull ...) are for addresses and the API.
_SHOWN = ("", "gte", "lte")


@dataclass(frozen=True)
class FilterParts:
    """What the filter form of a list shows: fields, removable tags, and hidden parameters."""

    fields: list[BoundField]
    tags: list[dict[str, str]]
    kept: list[tuple[str, str]]


@dataclass(frozen=True)
class Step:
    """A page on the way to another."""

    label: str
    url: str


@register.simple_tag(takes_context=True)
def csrf_field(context: Context) -> SafeString:
    """The form token, also inside an `include ... only`, in which Django's own tag finds none."""
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(_request(context)))


@register.simple_tag
def preloaded(*entries: str) -> SafeString:
    """Links that fetch these modules with all that they need to start: one wait for the server, not one a step."""
    names = dict.fromkeys(name for entry in entries for name in modules(entry, to_start=True))
    return format_html_join("", '<link rel="modulepreload" href="{}">', ((static(name),) for name in names))


@register.simple_tag(takes_context=True)
def demonstration(context: Context) -> Banner:
    """What the page says about fictional data, see `lipse_site.demo.banner`; nothing on a page of an error."""
    request = _request(context)
    subjects = {name: context.get(name) for name in SUBJECTS}
    return banner(request, subjects) if request is not None else ""


@register.simple_tag(takes_context=True)
def current(context: Context, address: str) -> SafeString:
    """`aria-current` for a link to this page or to the list that it belongs to."""
    request = _request(context)
    if request is None or not address:
        return SafeString("")
    if request.path == address:
        return flatatt({"aria-current": "page"})
    return flatatt({"aria-current": "true"} if address != "/" and request.path.startswith(address) else {})


@register.simple_tag(takes_context=True)
def filter_parts(context: Context, filterset: StrictFilterSet, tags: list[dict[str, str]] | None = None) -> FilterParts:
    """The filter form of a list. A FilterSet can name its `page_fields`; otherwise the fields of plain lookups are
    shown."""
    query = _request(context).GET
    form = filterset.form
    shown = getattr(filterset, "page_fields", None) or _plain(filterset)
    known = set(shown) | {"cursor"}
    kept = [
        (name, value)
        for name, values in query.lists()
        if name not in known
        for value in values
        if is_given(name, value)
    ]
    return FilterParts([form[name] for name in shown], _tags(query, form) if tags is None else tags, kept)


@register.simple_tag(takes_context=True)
def address_with(context: Context, **changes: object) -> str:
    """The query of this page with some parameters changed; None removes one. The list begins at its first page."""
    query = _request(context).GET.copy()
    query.pop("cursor", None)
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(first: str | Step, *steps: Any) -> dict[str, object]:
    """The way to this page: a place of the navigation by the name of its address, then things with a page of their own
    or `label|at:address`, last the page itself. An empty step is left out.

    `"record-list"|at:back` is a place at another address, such as its list with the filters that led here.
    """
    start = first if isinstance(first, Step) else Step(first, reverse(first))
    place = navigation.place(start.label)
    *above, here = [step for step in steps if step]
    crumbs = [(place.label if place else start.label, start.url)]
    crumbs += [
        (step.label, step.url) if isinstance(step, Step) else (str(step), step.get_absolute_url()) for step in above
    ]
    return {"crumbs": [*crumbs, (here, "")]}


@register.filter
def at(label: object, url: str) -> Step:
    """A step of `breadcrumbs` with its address."""
    return Step(str(label), url)


@register.inclusion_tag("components/sort_head.html")
def sort_head(listing: Listing, name: str, label: str, *, is_number: bool = False) -> dict[str, object]:
    """The head of a column that sorts the list by `name`, and once it does, in the other direction."""
    sorted_by = {name: "ascending", f"-{name}": "descending"}.get(listing.ordering, "")
    url = listing.url_with("ordering", f"-{name}" if sorted_by == "ascending" else name)
    return {"label": label, "is_number": is_number, "sorted": sorted_by, "url": url}


@register.filter
def get(mapping: dict, key: object) -> object:
    """An item of a mapping, for a key in a template variable."""
    return mapping.get(key)


@register.filter
def is_recorded(value: object) -> bool:
    """Whether a fact has a value; 0 and "no" are values."""
    return value is not None and value != ""


@register.filter
def not_recorded(facts: Iterable[tuple[str, object]]) -> list[str]:
    """Labels of the facts without a value, as they read within a sentence."""
    return [str(label) for label, value in facts if not is_recorded(value)]


@register.filter
def country_name(code: str) -> str:
    """The name of a country. `get_country_display` would go through all of them for each row of a list."""
    return country_names().get(code, code)


@register.filter
def in_languages(tags: str | Iterable[str]) -> str:
    """Names of languages by their tags: `nl` is Dutch."""
    return ", ".join(language_name(tag) for tag in ([tags] if isinstance(tags, str) else tags) if tag)


def _request(context: Context) -> HttpRequest:
    return context.get("request") or context.request  # type: ignore[attr-defined]


def _plain(filterset: StrictFilterSet) -> list[str]:
    """Search first, then the filters of plain lookups, without those for programs only."""
    names = [name for name in filterset.form.fields if name in getattr(filterset, "filters", {})]
    plain = [name for name in names if _is_plain(name) and not _is_for_programs(name, filterset.form)]
    return sorted(plain, key=lambda name: name != "search")


def _is_for_programs(name: str, form: BaseForm) -> bool:
    """People choose from lists or type words; a slug that has to be typed is for programs."""
    return name in _FOR_PROGRAMS or str(form.fields[name].label).endswith("slug")


def _is_plain(name: str) -> bool:
    lookup = name.rpartition("__")[2] if "__" in name else ""
    return lookup in _SHOWN or lookup not in _LOOKUPS


def _tags(query: QueryDict, form: BaseForm) -> list[dict[str, str]]:
    """Each filter in the address of this list, with the address without it."""
    return [
        {
            "label": _label(name, form),
            "value": _shown(value, form.fields.get(name)) or _("nothing"),
            "url": _without(query, name, value),
        }
        for name, values in query.lists()
        for value in values
        if is_given(name, value) and name not in _RESERVED
    ]


def _label(name: str, form: BaseForm) -> str:
    return str(form[name].label) if name in form.fields else name.replace("_", " ").capitalize()


def _shown(value: str, field: object) -> str:
    """The label of a choice if the field has choices, otherwise the value itself."""
    choices = {
        str(key): str(label) for key, label in getattr(field, "choices", ()) or () if not isinstance(label, list)
    }
    return choices.get(value, value)


def _without(query: QueryDict, name: str, value: str) -> str:
    rest = query.copy()
    rest.pop("cursor", None)
    rest.setlist(name, [kept for kept in rest.getlist(name) if kept != value])
    return f"?{rest.urlencode()}"
