"""The recipe for lists of recommendations: each row is a record with its recommendation, the response of the body and
the state of implementation (docs/adr/0043)."""

from collections.abc import Mapping
from dataclasses import replace

from complaints import progress
from complaints.indexing import RecordSearch
from complaints.models import FollowUp, Recommendation
from complaints.pointing import RECORD
from complaints.publish import RecordPublisher
from complaints.recipes.records import FIELDS, WITHHELD, list_address, office_constants
from complaints.record_columns import RECOMMENDATION_COLUMNS, column_name
from imports.recipe import Counts, Load, Recipe, RecipeField
from imports.standard_words import labels_of
from imports.work_tables import literal
from standards.translation import gettext_noop as _

_EMPTY = {"date": "NULL::date", "decimal": "NULL::numeric"}
_CLOSING = ("implemented", "mostly-implemented", "other-action", "no-longer-applicable", "not-implemented")
_DUE = ("due date", "due", "target date", "deadline", "implementation date", "frist", "échéance", "fecha límite")
_RECORD_FIELDS = {field.name: field for field in FIELDS}


def _record_field(name: str, label: str, *headers: str) -> RecipeField:
    field = _RECORD_FIELDS[name]
    return replace(field, label=label, headers=(*headers, *field.headers))


# Fields of a recommendation beside those of its record; also used by the recipe `recommendations`.
DETAILS = (
    RecipeField("type", _("Type"), max_length=60, headers=("recommendation type", "type of recommendation")),
    RecipeField("priority", _("Priority"), max_length=60, headers=("rating", "importance", "risk rating", "priorität")),
    RecipeField("due_on", _("Due on"), "date", headers=_DUE, is_end=True),
    RecipeField("criterion", _("Criterion"), max_length=20_000, headers=("criteria", "norm", "standard")),
    RecipeField("condition", _("Condition"), max_length=20_000, headers=("finding", "observation", "audit finding")),
    RecipeField("cause", _("Cause"), max_length=20_000, headers=("root cause", "ursache")),
    RecipeField("effect", _("Effect"), max_length=20_000, headers=("consequence", "impact", "auswirkung")),
    RecipeField("decision", _("Response of the body"), "choice", choices=labels_of(Recommendation.Decision),
                words=progress.DECISIONS, questions=progress.DECISION_QUESTIONS, raw_field="decision_raw",
                headers=("accepted", "management response", "response status", "agreed", "agreement", "acceptance")),
    RecipeField("decision_raw", _("Response in the source"), max_length=200),
    RecipeField("promised_action", _("Promised action"), max_length=20_000,
                headers=("action plan", "agreed action", "management action", "planned action", "promise",
                         "toezegging", "maßnahme")),
    RecipeField("responded_on", _("Responded on"), "date", headers=("response date", "date of response", "reply date")),
)  # fmt: skip
OBSERVATION = (
    RecipeField("scale", _("Scale"), max_length=100, help=_("The name of the scale, such as “TAIC status”. If it is "
                "empty, the name of the institution or dataset is used."),
                assumed=_("the name of the institution or dataset, with “status”, where a state is recorded")),
    RecipeField("observed_on", _("State observed on"), "date",
                headers=("status date", "observed on", "as of", "date of follow up", "follow up date", "assessed on",
                         "stand vom", "review date")),
    RecipeField("assessor", _("Assessor"), max_length=200, headers=("assessed by", "reviewer", "auditor")),
)  # fmt: skip
_STATE_HEADERS = ("status", "state", "implementation status", "recommendation status", "progress", "follow up status",
                  "current status", "stand", "estado", "statut", "umsetzungsstand")  # fmt: skip


def state_field(name: str, label: str, raw_field: str) -> RecipeField:
    """The state of implementation on the common scale; `raw_field` holds the value in the source."""
    return RecipeField(name, label, "choice", choices=labels_of(FollowUp.Value), words=progress.STATES,
                       questions=progress.STATE_QUESTIONS, raw_field=raw_field, headers=_STATE_HEADERS)  # fmt: skip


_FIELDS = (
    _record_field("reference", _("Reference"), "recommendation id", "recommendation number", "recommendation no"),
    _record_field("case_reference", _("Case reference"), "report number", "audit number", "audit"),
    _record_field("narrative", _("Recommendation"), "recommendation", "recommendation text"),
    _record_field("response", _("Reply")),
    _record_field("subject", _("Subject")),
    _record_field("received_on", _("Made on"), "made", "date made", "issued", "date issued"),
    _record_field("closed_on", _("Closed on")),
    _record_field("respondent", _("Addressee"), "addressee", "recipient", "entity", "auditee"),
    state_field("progress", _("State of implementation"), "status_raw"),
    RecipeField("status_raw", _("State in the source"), max_length=200),
    *OBSERVATION,
    *DETAILS,
    *(_RECORD_FIELDS[name] for name in ("category", "stage", "institution", "institution_kind", "country", "language",
                                        "policy_sector", "service")),
)  # fmt: skip


class RecommendationPublisher(RecordPublisher):
    """Publishes recommendations as records; the columns that a record does not have are stored in `extra`."""

    def fill(self, load: Load, first: int, last: int) -> int:
        return super().fill(as_records(load), first, last)

    def merge(self, load: Load) -> Counts:
        return super().merge(as_records(load))

    def preview(self, load: Load) -> Counts:
        return super().preview(as_records(load))

    def existing(self, load: Load) -> str:
        return super().existing(as_records(load))


def as_records(load: Load) -> Load:
    """The same load with a value for every field of a record."""
    values = {field.name: _EMPTY.get(field.type, "''::text") for field in FIELDS} | dict(load.values)
    # An empty value of the common scale is stored too, so that no guess replaces it.
    cells = {name: f"nullif(({load.values[name]})::text, '')" for name in RECOMMENDATION_COLUMNS}
    cells["progress"] = load.values["progress"]
    own = ", ".join(f"{literal(column_name(name))}, {cell}" for name, cell in cells.items())
    values["kind"] = "'recommendation'::text"
    values["status"] = _status(load.values)
    values["extra"] = f"({load.values['extra']}) || jsonb_strip_nulls(jsonb_build_object({own}))"
    return replace(load, values=values)


def _status(values: Mapping[str, str]) -> str:
    """Open or closed, by the day of closing and the state of implementation."""
    closing = ", ".join(map(literal, _CLOSING))
    return (
        f"CASE WHEN {values['closed_on']} IS NOT NULL OR {values['progress']} IN ({closing}) THEN 'closed'"
        f" WHEN {values['progress']} = '' THEN '' ELSE 'open' END"
    )


RECOMMENDATION_RECORDS = Recipe(
    about=("recommendation", "empfehlung", "aanbeveling", "recommandation", "recomendac", "raccomandazion"),
    cited_as=RECORD,
    name="recommendation-records",
    label=_("Recommendations as complaint records"),
    fields=_FIELDS,
    publisher=RecommendationPublisher(),
    one_of=("narrative", "subject"),
    address=list_address,
    links_late=True,
    withheld=WITHHELD,
    office=office_constants,
    search=RecordSearch(),
)
