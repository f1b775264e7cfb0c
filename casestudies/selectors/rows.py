"""Rows of a case or an event as JSON columns of one query."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from casestudies.models import (
    Actor,
    CasePart,
    CaseStudy,
    CitizenRole,
    CoCreationEvent,
    Factor,
    Objective,
    Outcome,
    Participation,
    RecordLink,
    SurvivalObservation,
)

PARTS: dict[str, type[CasePart]] = {
    "roles": CitizenRole,
    "factors": Factor,
    "objectives": Objective,
    "outcomes": Outcome,
    "survival": SurvivalObservation,
    "actors": Actor,
    "record_links": RecordLink,
}
_INTERNAL = {"case_study", "created_at", "updated_by"}


def _as_json(model: type[CasePart | Participation], **where: OuterRef) -> ArraySubquery:
    fields = {f.name: F(f.name) for f in model._meta.fields if f.name not in _INTERNAL | {"event"}}
    if "organisation" in fields:
        fields["organisation"] = F("organisation__slug")
    rows = model.objects.filter(**where).order_by("pk")
    return ArraySubquery(rows.values(json=JSONObject(**fields)))


def with_parts(cases: QuerySet[CaseStudy]) -> QuerySet[CaseStudy]:
    """Annotates `json_roles`, `json_factors` ... with the rows of each case."""
    return cases.annotate(
        **{f"json_{name}": _as_json(model, case_study=OuterRef("pk")) for name, model in PARTS.items()}
    )


def with_participation(events: QuerySet[CoCreationEvent]) -> QuerySet[CoCreationEvent]:
    """Annotates `json_participation` with the counts of each event."""
    return events.annotate(json_participation=_as_json(Participation, event=OuterRef("pk")))
