"""The recipes for issues, recommendations and follow-ups of records. Their rows refer to records by text, so that parts
and records may be loaded in either order (docs/adr/0043)."""

from collections.abc import Sequence
from dataclasses import replace

from complaints.models import FollowUp, Issue, Recommendation
from complaints.recipes.recommendations import DETAILS, OBSERVATION, state_field
from complaints.selectors import pending_parts
from complaints.targets import PartTarget
from imports.mapping import ROW_HASH
from imports.recipe import Check, Checks, Load, Recipe, RecipeField
from imports.sourced.publisher import SourcedPublisher
from standards.translation import gettext_noop as _

_SEVERITIES = {"0": _("0, none"), "1": _("1, low"), "2": _("2, medium"), "3": _("3, high")}
_SEVERITY_WORDS = {
    "0.0": "0", "1.0": "1", "2.0": "2", "3.0": "3", "none": "0", "low": "1", "minor": "1", "medium": "2",
    "moderate": "2", "high": "3", "major": "3", "severe": "3",
}  # fmt: skip

_REFERENCE = RecipeField(
    "reference", _("Reference"), required=True, max_length=200,
    headers=("id", "row id", "number", "no", "uuid", "key", "line"),
    help=_("Identifies a row of this dataset. Where no column does, the values of the whole row are used."),
)  # fmt: skip
_RECORD = RecipeField(
    "record_reference", _("Record reference"), max_length=200, points=True,
    headers=("record", "record id", "complaint id", "complaint number", "complaint no", "complaint reference",
             "complaint", "letter id", "letter"),
    help=_("The reference of a record in the linked dataset."),
)  # fmt: skip
_CASE = RecipeField(
    "case_reference", _("Case reference"), max_length=200, points=True, groups=True,
    headers=("case id", "case number", "case no", "case", "cr id", "dossier", "file number", "case ref", "inquiry",
             "report number", "audit number"),
    help=_("The case number of the institution; the row then belongs to each record of that case."),
)  # fmt: skip


def has_one_of(*fields: str) -> Checks:
    """Checks that a row has a value in at least one of the fields, by which it refers to a record."""

    def checks(load: Load) -> Sequence[Check]:
        empty = " AND ".join(f"{load.values[name]} = ''" for name in fields)
        return [Check(field=fields[0], code="required", wrong=empty)]

    return checks


_CODED = (
    RecipeField("scheme", _("Scheme"), required=True, max_length=60,
                headers=("coding scheme", "taxonomy", "instrument", "vocabulary"),
                help=_("The scheme of the categories with its version, such as HCAT 1.")),
    RecipeField("category", _("Category"), required=True, max_length=120,
                headers=("problem category", "problem", "issue", "issue category", "theme", "topic", "code",
                         "kategorie", "categorie", "categoría")),
    RecipeField("severity", _("Severity"), "choice", choices=_SEVERITIES, words=_SEVERITY_WORDS,
                headers=("severity level", "level", "seriousness", "schwere", "ernst", "gravité"),
                help=_("0 to 3, judged independently of harm.")),
    RecipeField("stage", _("Stage of the service"), max_length=100, headers=("stage", "stage of care", "phase")),
    RecipeField("norm", _("Norm"), max_length=200,
                headers=("norm breached", "requirement", "standard", "behaviour norm")),
    RecipeField("coded_by", _("Coded by"), max_length=100, headers=("coder", "rater", "coded by", "annotator")),
)  # fmt: skip
_RECOMMENDATION = (
    RecipeField("addressee", _("Addressee"), max_length=500,
                headers=("recipient", "body", "entity", "auditee", "organisation", "authority", "respondent")),
    RecipeField("text", _("Recommendation"), max_length=200_000,
                headers=("recommendation", "recommendation text", "description", "empfehlung", "aanbeveling",
                         "recommandation")),
    RecipeField("made_on", _("Made on"), "date", headers=("made", "date made", "date", "issued", "date issued")),
    RecipeField("reply", _("Reply"), max_length=200_000,
                headers=("response", "reply text", "response text", "management comment", "government response")),
)  # fmt: skip
_RECOMMENDATION_REFERENCE = RecipeField(
    "recommendation_reference", _("Recommendation reference"), max_length=200, points=True,
    headers=("recommendation", "recommendation id", "recommendation number", "recommendation no",
             "recommendation reference", "rec no"),
    help=_("A recommendation, or a record of that kind, in any linked dataset."),
)  # fmt: skip
_VALUE = state_field("value", _("State of implementation"), "value_raw")
_VALUE_RAW = RecipeField("value_raw", _("State in the source"), max_length=200)

ISSUES = Recipe(
    about=("severity",),
    name="issues",
    label=_("Issues in complaint records"),
    fields=(_REFERENCE, _RECORD, _CASE, *_CODED),
    publisher=SourcedPublisher(PartTarget(Issue), key="record_reference"),
    one_of=("record_reference", "case_reference"),
    checks=has_one_of("record_reference", "case_reference"),
    identity=ROW_HASH,
    dataset_notes=pending_parts.pending_sentences,
    links_late=True,
)
RECOMMENDATIONS = Recipe(
    name="recommendations",
    label=_("Recommendations on complaint records"),
    fields=(
        replace(_REFERENCE, headers=("recommendation id", "recommendation number", *_REFERENCE.headers)),
        _RECORD, _CASE, *_RECOMMENDATION, _VALUE, _VALUE_RAW, *OBSERVATION,
        *DETAILS,
    ),
    publisher=SourcedPublisher(
        PartTarget(Recommendation), key="record_reference"
    ),
    one_of=("record_reference", "case_reference"),
    checks=has_one_of("record_reference", "case_reference"),
    identity=ROW_HASH,
    dataset_notes=pending_parts.pending_sentences,
    links_late=True,
)  # fmt: skip
FOLLOW_UPS = Recipe(
    about=("follow up", "followup"),
    name="follow-ups",
    label=_("Follow-ups of recommendations"),
    fields=(
        _REFERENCE, _RECOMMENDATION_REFERENCE, _RECORD, _CASE, _VALUE, _VALUE_RAW,
        *OBSERVATION,
        RecipeField("promised_action", _("Promised action"), max_length=20_000, headers=("action plan", "next step")),
    ),
    publisher=SourcedPublisher(PartTarget(FollowUp), key="recommendation_reference"),
    one_of=("recommendation_reference", "record_reference", "case_reference"),
    checks=has_one_of("recommendation_reference", "record_reference", "case_reference"),
    identity=ROW_HASH,
    dataset_notes=pending_parts.pending_sentences,
    links_late=True,
)  # fmt: skip
