"""What the lists of case studies, events, contributions, participation and notes are counted by."""

from collections.abc import Mapping
from functools import cache

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.filters import organisation_field
from casestudies import vocabularies as v
from casestudies.filters import CaseStudyFilter, EventFilter, NotePageFilter
from casestudies.models import CaseStudy
from casestudies.models.choices import Decision, EventStatus, Level, Mode, NoteKind, Phase, ReviewState, Sensitivity
from casestudies.querysets import CaseStudyQuerySet, EventQuerySet, FieldNoteQuerySet
from casestudies.selectors.terms import TermLabels
from registry.models import PolicySector
from rest.counted import PERIOD_FORMS, Field, Fields, choice_field, facet_links, period_fields, programme_fields
from rest.facets import FacetLinks
from standards.languages import language_name


def case_facets(rows: CaseStudyQuerySet, params: Mapping[str, str], request: HttpRequest) -> list[FacetLinks]:
    """The facets that can narrow the list of case studies. `rows` are those the person has access to, `params` the
    query string.

    Visitors see only case studies that are approved, and no facet of review states.
    """
    return facet_links(CaseStudyFilter, rows, fields_of_cases(request), params, request)


def fields_of_cases(request: HttpRequest) -> Fields:
    """What case studies are counted by."""
    fields = {
        **_of_cases(""),
        "level": choice_field(_("Level of government"), "level", Level),
        "review_state": choice_field(_("Review state"), "review_state", ReviewState),
        "organisation": organisation_field(),
    }
    if not request.user.is_authenticated:
        del fields["review_state"]
    return fields


def counts_of_cases(request: HttpRequest) -> Fields:
    """What the API counts case studies by: also the year, which is known where the month is not."""
    return {**fields_of_cases(request), **period_fields("started", "started_on", {"year": PERIOD_FORMS["year"]})}


def event_facets(rows: EventQuerySet, params: Mapping[str, str], request: HttpRequest) -> list[FacetLinks]:
    """The facets that can narrow the list of events, as `case_facets`."""
    return facet_links(EventFilter, rows, fields_of_events(request), params, request)


def fields_of_events(_request: HttpRequest) -> Fields:
    """What events are counted by."""
    labels = TermLabels()
    return {
        "status": choice_field(_("Status"), "status", EventStatus),
        "format": Field(_("Format"), "format", lambda key: labels.label(v.EVENT_FORMAT, key)),
        "phase": choice_field(_("Phase"), "phase", Phase),
        "mode": choice_field(_("Mode"), "mode", Mode),
        **_of_cases("case_study__"),
        "organisation": organisation_field("case_study__"),
    }


def counts_of_events(request: HttpRequest) -> Fields:
    """What the API counts events by: also periods."""
    return {**fields_of_events(request), **period_fields("starts", "starts_at")}


def fields_of_contributions(_request: HttpRequest) -> Fields:
    """What contributions are counted by."""
    labels = TermLabels()
    return {
        "kind": Field(_("Kind"), "kind", lambda key: labels.label(v.CONTRIBUTION_KIND, key)),
        "group": Field(_("Contributed by"), "group", lambda key: labels.label(v.ACTOR_GROUP, key)),
        "decision": choice_field(_("Decision"), "decision", Decision),
        **_of_cases("case_study__"),
        **period_fields("put_in", "put_in_on"),
        **period_fields("decided", "decided_on"),
    }


def fields_of_participation(_request: HttpRequest) -> Fields:
    """What the counts of participants are counted by: rows, of which each has a number of people. Their policy sector
    is that of the case study; `sector` is that of the people."""
    labels = TermLabels()
    fields = _of_cases("event__case_study__")
    fields["policy_sector"] = fields.pop("sector")
    group = Field(_("Group of actors"), "group", lambda key: labels.label(v.ACTOR_GROUP, key))
    return {"group": group, **fields, **period_fields("starts", "event__starts_at")}


def note_facets(rows: FieldNoteQuerySet, params: Mapping[str, str], request: HttpRequest) -> list[FacetLinks]:
    """The facets that can narrow the list of notes, as `case_facets`."""
    titles = cache(lambda: dict(CaseStudy.objects.visible_to(request.user).values_list("slug", "working_title")))
    fields = {
        "case_study": Field(_("Case study"), "case_study__slug", lambda slug: titles().get(slug, slug)),
        "kind": choice_field(_("Kind"), "kind", NoteKind),
        "sensitivity": choice_field(_("Sensitivity"), "sensitivity", Sensitivity),
        "language": Field(_("Language"), "language", language_name),
    }
    return facet_links(NotePageFilter, rows, fields, params, request)


def _of_cases(path: str) -> dict[str, Field]:
    """What case studies are cut by; `path` leads to the case study."""
    sectors = cache(lambda: dict(PolicySector.objects.values_list("slug", "name")))
    cuts = programme_fields(country=f"{path}country", themes=f"{path}themes", strands=f"{path}strands")
    sector = Field(_("Policy sector"), f"{path}sector__slug", lambda slug: sectors().get(slug, slug))
    return {"country": cuts.pop("country"), "sector": sector, **cuts}
