"""Tables about records: issues, recommendations, follow-ups. They name their records by text, so that either may be
loaded first (docs/adr/0043)."""

from collections.abc import Sequence
from dataclasses import replace

from complaints.models import FollowUp, Issue, Recommendation
from complaints.recipes.recommendations import DETAILS, OBSERVATION, state_field
from complaints.selectors import pending_parts
from complaints.targets import PartTarget
from imports.mapping import ROW_HASH
from imports.recipe import Check, Checks, Load, Recipe, RecipeField
from imports.sourced.publisher import SourcedPublisher

_SEVERITIES = {"0": "0, none", "1": "1, low", "2": "2, medium", "3": "3, high"}
_SEVERITY_WORDS = {
    "0.0": "0", "1.0": "1", "2.0": "2", "3.0": "3", "none": "0", "low": "1", "minor": "1", "medium": "2",
    "moderate": "2", "high": "3", "major": "3", "severe": "3",
}  # fmt: skip

_REFERENCE = RecipeField(
    "reference", "Reference", required=True, max_length=200,
    headers=("id", "row id", "number", "no", "uuid", "key", "line"),
    help="What tells the rows of this dataset apart. Where no column does, all that a row holds.",
)  # fmt: skip
_RECORD = RecipeField(
    "record_reference", "Reference of the record", max_length=200, points=True,
    headers=("record", "record id", "complaint id", "complaint number", "complaint no", "complaint reference",
             "complaint", "letter id", "letter"),
    help="The reference of a record in the dataset that this one is joined with.",
)  # fmt: skip
_CASE = RecipeField(
    "case_reference", "Case reference", max_length=200, points=True, groups=True,
    headers=("case id", "case number", "case no", "case", "cr id", "dossier", "file number", "case ref", "inquiry",
             "report number", "audit number"),
    help="The office's case number; the row then belongs to each record of that case.",
)  # fmt: skip


def names_one_of(*fields: str) -> Checks:
    """A row that names nothing belongs nowhere."""

    def checks(load: Load) -> Sequence[Check]:
        empty = " AND ".join(f"{load.values[name]} = ''" for name in fields)
        return [Check(field=fields[0], code="required", wrong=empty)]

    return checks


_CODED = (
    RecipeField("scheme", "Scheme", required=True, max_length=60,
                headers=("coding scheme", "taxonomy", "instrument", "vocabulary"),
                help="The scheme of the categories and its version, such as HCAT 1."),
    RecipeField("category", "Category", required=True, max_length=120,
                headers=("problem category", "problem", "issue", "issue category", "theme", "topic", "code",
                         "kategorie", "categorie", "categoría")),
    RecipeField("severity", "Severity", "choice", choices=_SEVERITIES, words=_SEVERITY_WORDS,
                headers=("severity level", "level", "seriousness", "schwere", "ernst", "gravité"),
                help="0 to 3, judged independently of harm."),
    RecipeField("stage", "Stage of the service", max_length=100, headers=("stage", "stage of care", "phase")),
    RecipeField("norm", "Norm", max_length=200, headers=("norm breached", "requirement", "standard", "behaviour norm")),
    RecipeField("coded_by", "Coded by", max_length=100, headers=("coder", "rater", "coded by", "annotator")),
)  # fmt: skip
_ADVICE = (
    RecipeField("addressee", "Addressee", max_length=500,
                headers=("recipient", "body", "entity", "auditee", "organisation", "authority", "respondent")),
    RecipeField("text", "Recommendation", max_length=200_000,
                headers=("recommendation", "recommendation text", "description", "empfehlung", "aanbeveling",
                         "recommandation")),
    RecipeField("made_on", "Made on", "date", headers=("made", "date made", "date", "issued", "date issued")),
    RecipeField("reply", "Reply", max_length=200_000,
                headers=("response", "reply text", "response text", "management comment", "government response")),
)  # fmt: skip
_SAID_OF = RecipeField(
    "recommendation_reference", "Number of the recommendation", max_length=200, points=True,
    headers=("recommendation", "recommendation id", "recommendation number", "recommendation no",
             "recommendation reference", "rec no"),
    help="A recommendation, or a record of that kind, in any dataset joined with this one.",
)  # fmt: skip
_VALUE_RAW = RecipeField("value_raw", "What became of it in the office's words", max_length=200)

ISSUES = Recipe(
    name="issues",
    label="Issues in complaint records",
    fields=(_REFERENCE, _RECORD, _CASE, *_CODED),
    publisher=SourcedPublisher(PartTarget(Issue), key="record_reference"),
    one_of=("record_reference", "case_reference"),
    checks=names_one_of("record_reference", "case_reference"),
    identity=ROW_HASH,
    standing=pending_parts.pending_sentences,
    joins_late=True,
)
RECOMMENDATIONS = Recipe(
    name="recommendations",
    label="Recommendations about records",
    fields=(
        replace(_REFERENCE, headers=("recommendation id", "recommendation number", *_REFERENCE.headers)),
        _RECORD, _CASE, *_ADVICE, state_field("value", "What became of it", "value_raw"), _VALUE_RAW, *OBSERVATION,
        *DETAILS,
    ),
    publisher=SourcedPublisher(
        PartTarget(Recommendation), key="record_reference"
    ),
    one_of=("record_reference", "case_reference"),
    checks=names_one_of("record_reference", "case_reference"),
    identity=ROW_HASH,
    standing=pending_parts.pending_sentences,
    joins_late=True,
)  # fmt: skip
FOLLOW_UPS = Recipe(
    name="follow-ups",
    label="Follow-ups of recommendations",
    fields=(
        _REFERENCE, _SAID_OF, _RECORD, _CASE, state_field("value", "What became of it", "value_raw"), _VALUE_RAW,
        *OBSERVATION,
        RecipeField("promised_action", "Promised action", max_length=20_000, headers=("action plan", "next step")),
    ),
    publisher=SourcedPublisher(PartTarget(FollowUp), key="recommendation_reference"),
    one_of=("recommendation_reference", "record_reference", "case_reference"),
    checks=names_one_of("recommendation_reference", "record_reference", "case_reference"),
    identity=ROW_HASH,
    standing=pending_parts.pending_sentences,
    joins_late=True,
)  # fmt: skip
