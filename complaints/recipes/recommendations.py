"""How an office's own list of recommendations is read: a row is a record, its recommendation, what the body answered,
and how far it has got (docs/adr/0043)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from complaints import progress
from complaints.models import FollowUp, Recommendation
from complaints.pointing import RECORD
from complaints.publish import RecordPublisher
from complaints.recipes.records import FIELDS, WITHHELD, list_address, office_constants
from complaints.record_columns import RECOMMENDATION_COLUMNS, column_name
from imports.recipe import Counts, Load, Recipe, RecipeField
from imports.work_tables import literal

_EMPTY = {"date": "NULL::date", "decimal": "NULL::numeric"}
_CLOSING = ("implemented", "mostly-implemented", "other-action", "no-longer-applicable", "not-implemented")
_DUE = ("due date", "due", "target date", "deadline", "implementation date", "frist", "échéance", "fecha límite")
_RECORD_FIELDS = {field.name: field for field in FIELDS}


def _record_field(name: str, label: str, *headers: str, **changes: Any) -> RecipeField:
    field = _RECORD_FIELDS[name]
    return replace(field, label=label, headers=(*headers, *field.headers), **changes)


# What a recommendation is told by besides its record; also of recommendations about records.
DETAILS = (
    RecipeField("type", "Type", max_length=60, headers=("recommendation type", "type of recommendation")),
    RecipeField("priority", "Priority", max_length=60, headers=("rating", "importance", "risk rating", "priorität")),
    RecipeField("due_on", "Due on", "date", headers=_DUE),
    RecipeField("criterion", "Criterion", max_length=20_000, headers=("criteria", "norm", "standard")),
    RecipeField("condition", "Condition", max_length=20_000, headers=("finding", "observation", "audit finding")),
    RecipeField("cause", "Cause", max_length=20_000, headers=("root cause", "ursache")),
    RecipeField("effect", "Effect", max_length=20_000, headers=("consequence", "impact", "auswirkung")),
    RecipeField("decision", "Response of the body", "choice", choices=dict(Recommendation.Decision.choices),
                words=progress.DECISIONS, raw_field="decision_raw",
                headers=("accepted", "management response", "response status", "agreed", "agreement", "acceptance")),
    RecipeField("decision_raw", "Response in the office's words", max_length=200),
    RecipeField("promised_action", "Promised action", max_length=20_000,
                headers=("action plan", "agreed action", "management action", "planned action", "promise",
                         "toezegging", "maßnahme")),
    RecipeField("responded_on", "Responded on", "date", headers=("response date", "date of response", "reply date")),
)  # fmt: skip
OBSERVATION = (
    RecipeField("scale", "Scale", max_length=100, help="What the office's words for the state are, such as “TAIC "
                "status”. Where nothing is said, the office's or the dataset's name."),
    RecipeField("observed_on", "State observed on", "date",
                headers=("status date", "observed on", "as of", "date of follow up", "follow up date", "assessed on",
                         "stand vom", "review date")),
    RecipeField("assessor", "Who assessed the state", max_length=200, headers=("assessed by", "reviewer", "auditor")),
)  # fmt: skip
_STATE_HEADERS = ("status", "state", "implementation status", "recommendation status", "progress", "follow up status",
                  "current status", "stand", "estado", "statut", "umsetzungsstand")  # fmt: skip


def state_field(name: str, label: str, raw_field: str) -> RecipeField:
    """What became of a recommendation, on the common scale, beside the office's own word."""
    return RecipeField(name, label, "choice", choices=dict(FollowUp.Value.choices), words=progress.WORDS,
                       raw_field=raw_field, headers=_STATE_HEADERS)  # fmt: skip


_FIELDS = (
    _record_field("reference", "Reference", "recommendation id", "recommendation number", "recommendation no"),
    _record_field("case_reference", "Case reference", "report number", "audit number", "audit"),
    _record_field("narrative", "Recommendation", "recommendation", "recommendation text"),
    _record_field("response", "Reply"),
    _record_field("subject", "Subject"),
    _record_field("received_on", "Made on", "made", "date made", "issued", "date issued"),
    _record_field("closed_on", "Closed on"),
    _record_field("respondent", "Addressee", "addressee", "recipient", "entity", "auditee"),
    state_field("progress", "What became of it", "status_raw"),
    RecipeField("status_raw", "What became of it in the office's words", max_length=200),
    *OBSERVATION,
    *DETAILS,
    *(_RECORD_FIELDS[name] for name in ("category", "stage", "institution", "institution_kind", "country", "language",
                                        "policy_sector", "service")),
)  # fmt: skip


class RecommendationPublisher(RecordPublisher):
    """Records whose kind is known, with what a recommendation has beyond a record kept beside their other columns."""

    def fill(self, load: Load, first: int, last: int) -> int:
        return super().fill(as_records(load), first, last)

    def merge(self, load: Load) -> Counts:
        return super().merge(as_records(load))

    def preview(self, load: Load) -> Counts:
        return super().preview(as_records(load))

    def standing(self, load: Load) -> str:
        return super().standing(as_records(load))


def as_records(load: Load) -> Load:
    """The same load with a value for every field of a record."""
    values = {field.name: _EMPTY.get(field.type, "''::text") for field in FIELDS} | dict(load.values)
    # That a word stands for nothing on the common scale is kept too: no guess takes its place.
    cells = {name: f"nullif(({load.values[name]})::text, '')" for name in RECOMMENDATION_COLUMNS}
    cells["progress"] = load.values["progress"]
    own = ", ".join(f"{literal(column_name(name))}, {cell}" for name, cell in cells.items())
    values["kind"] = "'recommendation'::text"
    values["status"] = _status(load.values)
    values["extra"] = f"({load.values['extra']}) || jsonb_strip_nulls(jsonb_build_object({own}))"
    return replace(load, values=values)


def _status(values: Mapping[str, str]) -> str:
    """Open or closed, by the day it was closed and by what became of it."""
    closing = ", ".join(map(literal, _CLOSING))
    return (
        f"CASE WHEN {values['closed_on']} IS NOT NULL OR {values['progress']} IN ({closing}) THEN 'closed'"
        f" WHEN {values['progress']} = '' THEN '' ELSE 'open' END"
    )


RECOMMENDATION_RECORDS = Recipe(
    cited_as=RECORD,
    name="recommendation-records",
    label="Recommendations, each a record",
    fields=_FIELDS,
    publisher=RecommendationPublisher(),
    one_of=("narrative", "subject"),
    address=list_address,
    joins_late=True,
    withheld=WITHHELD,
    office=office_constants,
)
