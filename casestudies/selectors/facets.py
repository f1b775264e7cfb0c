"""Facets of the lists of case studies, events and notes: how many of the rows that match have each value of a field.

Each facet is counted without its own filter, so that a second value can be added. The rows are few: all facets that
have no filter are counted from one reading of the rows, each of the others from its own.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

from django.db.models import Model, QuerySet, TextChoices
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from casestudies import vocabularies as v
from casestudies.filters import CaseStudyFilter, EventFilter, NotePageFilter
from casestudies.models import CaseStudy
from casestudies.models.choices import Decision, EventStatus, Level, Mode, NoteKind, Phase, ReviewState, Sensitivity
from casestudies.querysets import CaseStudyQuerySet, EventQuerySet, FieldNoteQuerySet
from casestudies.selectors.terms import TermLabels
from registry.models import PolicySector
from rest.facets import FacetLink, FacetLinks, chosen, in_order, toggled
from rest.filters import StrictFilterSet
from rest.vocabularies import STRAND, THEME, label_of, read_terms
from standards.countries import country_names
from standards.languages import language_name


@dataclass(frozen=True)
class Field:
    """title: heading of the facet. column: where the values are. label: what a value is called."""

    title: str | Promise
    column: str
    label: Callable[[str], str]


Fields = Mapping[str, Field]


def case_facets(rows: CaseStudyQuerySet, params: Mapping[str, str], request: HttpRequest) -> list[FacetLinks]:
    """The facets that can narrow the list of case studies. `rows` are those the person has access to, `params` the
    query string.

    Visitors see only case studies that are approved, and no facet of review states.
    """
    return _facets(CaseStudyFilter, rows, fields_of_cases(request), params, request)


def fields_of_cases(request: HttpRequest) -> Fields:
    """What case studies are counted by."""
    fields = {
        **_of_cases(""),
        "level": Field(_("Level of government"), "level", partial(_choice, Level)),
        "review_state": Field(_("Review state"), "review_state", partial(_choice, ReviewState)),
        "organisation": _organisation(""),
    }
    if not request.user.is_authenticated:
        del fields["review_state"]
    return fields


def event_facets(rows: EventQuerySet, params: Mapping[str, str], request: HttpRequest) -> list[FacetLinks]:
    """The facets that can narrow the list of events, as `case_facets`."""
    return _facets(EventFilter, rows, fields_of_events(request), params, request)


def fields_of_events(_request: HttpRequest) -> Fields:
    """What events are counted by."""
    labels = TermLabels()
    return {
        "status": Field(_("Status"), "status", partial(_choice, EventStatus)),
        "format": Field(_("Format"), "format", lambda key: labels.label(v.EVENT_FORMAT, key)),
        "phase": Field(_("Phase"), "phase", partial(_choice, Phase)),
        "mode": Field(_("Mode"), "mode", partial(_choice, Mode)),
        **_of_cases("case_study__"),
        "organisation": _organisation("case_study__"),
    }


def fields_of_contributions(_request: HttpRequest) -> Fields:
    """What contributions are counted by."""
    labels = TermLabels()
    return {
        "kind": Field(_("Kind"), "kind", lambda key: labels.label(v.CONTRIBUTION_KIND, key)),
        "group": Field(_("Contributed by"), "group", lambda key: labels.label(v.ACTOR_GROUP, key)),
        "decision": Field(_("Decision"), "decision", partial(_choice, Decision)),
        **_of_cases("case_study__"),
    }


def fields_of_participation(_request: HttpRequest) -> Fields:
    """What the counts of participants are counted by: rows, of which each has a number of people."""
    labels = TermLabels()
    fields = _of_cases("event__case_study__")
    del fields["sector"]  # the same name as that of the people
    return {"group": Field(_("Group of actors"), "group", lambda key: labels.label(v.ACTOR_GROUP, key)), **fields}


def note_facets(rows: FieldNoteQuerySet, params: Mapping[str, str], request: HttpRequest) -> list[FacetLinks]:
    """The facets that can narrow the list of notes, as `case_facets`."""
    titles = cache(lambda: dict(CaseStudy.objects.visible_to(request.user).values_list("slug", "working_title")))
    fields = {
        "case_study": Field(_("Case study"), "case_study__slug", lambda slug: titles().get(slug, slug)),
        "kind": Field(_("Kind"), "kind", partial(_choice, NoteKind)),
        "sensitivity": Field(_("Sensitivity"), "sensitivity", partial(_choice, Sensitivity)),
        "language": Field(_("Language"), "language", language_name),
    }
    return _facets(NotePageFilter, rows, fields, params, request)


def _facets(
    filterset: type[StrictFilterSet],
    rows: QuerySet[Model],
    fields: Fields,
    params: Mapping[str, str],
    request: HttpRequest,
) -> list[FacetLinks]:
    counts = counts_of(filterset, rows, fields, params, request)
    found = [_facet(name, field, counts[name], params) for name, field in fields.items()]
    return [facet for facet in found if facet.has_choice]


def counts_of(
    filterset: type[StrictFilterSet],
    rows: QuerySet[Model],
    fields: Fields,
    params: Mapping[str, str],
    request: HttpRequest,
) -> dict[str, Counter[str]]:
    """Field to value to number of rows that match the parameters, each field without its own filter."""

    def matching(query: Mapping[str, str]) -> QuerySet[Model]:
        return filterset(query, queryset=rows, request=request, only_given=True).qs

    filtered = {name for name in fields if chosen(name, params)}
    counts = _counts(matching(params), {n: field for n, field in fields.items() if n not in filtered})
    for name in filtered:
        others = {key: value for key, value in params.items() if key != name and not key.startswith(f"{name}__")}
        counts |= _counts(matching(others), {name: fields[name]})
    return counts


def _of_cases(path: str) -> dict[str, Field]:
    """What case studies are cut by; `path` leads to the case study."""
    terms = cache(read_terms)
    sectors = cache(lambda: dict(PolicySector.objects.values_list("slug", "name")))
    names = country_names()
    return {
        "country": Field(_("Country"), f"{path}country", lambda code: names.get(code, code)),
        "sector": Field(_("Policy sector"), f"{path}sector__slug", lambda slug: sectors().get(slug, slug)),
        "theme": Field(_("Theme"), f"{path}themes", lambda key: label_of(THEME, key, terms())),
        "strand": Field(_("Strand"), f"{path}strands", lambda key: label_of(STRAND, key, terms())),
    }


def _organisation(path: str) -> Field:
    names = cache(lambda: dict(Organisation.objects.values_list("slug", "name")))
    return Field(_("Organisation"), f"{path}organisation__slug", lambda slug: names().get(slug, slug))


def _choice(choices: type[TextChoices], value: str) -> str:
    return str(dict(choices.choices).get(value, value))


def _counts(rows: QuerySet[Model], fields: Mapping[str, Field]) -> dict[str, Counter[str]]:
    """Field to value to number of rows; a row counts for each of its themes and strands."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in fields}
    if fields:
        for row in rows.order_by().values_list(*(field.column for field in fields.values())):
            for counter, value in zip(counts.values(), row, strict=True):
                counter.update(values_of(value))
    return counts


def values_of(value: str | list[str] | None) -> Sequence[str]:
    """The values that a row is counted for; none where the field is empty."""
    return value if isinstance(value, list) else [value] if value else []


def _facet(name: str, field: Field, counts: Counter[str], params: Mapping[str, str]) -> FacetLinks:
    selected = chosen(name, params)
    for value in selected:
        counts.setdefault(value, 0)
    links = [
        FacetLink(field.label(value), number, value in selected, toggled(name, value, params))
        for value, number in counts.items()
    ]
    return FacetLinks(name, field.title, in_order(sorted(links, key=lambda link: (-(link.count or 0), link.label))))
