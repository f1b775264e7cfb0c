"""One record as a page: its facts, the source's own words beside them, and where it comes from."""

from typing import Any
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.formats import date_format

from complaints.models import ComplaintRecord, FollowUp, Recommendation
from complaints.querysets import AccessScope
from complaints.selectors.facets import LABELS
from complaints.selectors.parts import NEEDED, PARTS
from imports.models import Import
from imports.selectors import Provenance
from imports.selectors import provenance as provenance_of

MOST_OF_A_CASE = 50
MOST_PROVENANCES = 20  # each is read again from its file
_RAW = {"status": "status_raw", "finding": "finding_raw", "closure": "closure_raw"}
_FACTS = (
    ("Kind", "kind"), ("Institution", "institution"), ("Kind of institution", "institution_kind"),
    ("Country", "country"),
    ("Policy sector", "policy_sector"), ("About", "respondent"), ("Category", "category"), ("Channel", "channel"),
    ("Service", "service"), ("Complainant", "complainant_kind"), ("Harm", "harm"), ("Mandate", "mandate"),
    ("Admissibility", "admissibility"), ("Stage", "stage"), ("Status", "status"), ("Finding", "finding"),
    ("Closure", "closure"), ("Remedy", "remedy"), ("Received", "received_on"), ("Closed", "closed_on"),
    ("Days open", "days_open"), ("Language", "language"),
)  # fmt: skip
_ALWAYS = {"kind", "institution", "country", "respondent", "finding", "closure", "received_on", "closed_on"}


def facts(record: ComplaintRecord, scope: AccessScope) -> list[tuple[str, Any]]:
    """Label and value; what the source never says is left out, but for what readers look for."""
    known = [(label, name, _shown(record, name, scope)) for label, name in _FACTS]
    found = [(label, value) for label, name, value in known if value not in ("", None) or name in _ALWAYS]
    if record.amount is not None:
        found.append(("Amount", f"{record.amount:,} {record.currency}".strip()))
    return found


def _shown(record: ComplaintRecord, name: str, scope: AccessScope) -> Any:
    if name == "policy_sector":
        return scope.sectors.get(record.policy_sector, record.policy_sector)
    if name in LABELS:
        return LABELS[name].get(getattr(record, name), getattr(record, name))
    display = getattr(record, f"get_{name}_display", None)
    value = display() if display else getattr(record, name)
    return date_format(value, "j M Y") if hasattr(value, "isoformat") else value


def source_words(record: ComplaintRecord) -> list[tuple[str, str]]:
    """What the source itself wrote where a canonical value stands."""
    words = [(name.capitalize(), getattr(record, raw)) for name, raw in _RAW.items()]
    return [(label, word) for label, word in words if word]


def provenance(record: ComplaintRecord, *, with_raw: bool) -> Provenance | None:
    """Which file, line, mapping and import the record comes from; its raw cells for whom nothing is withheld."""
    return _origin(record.import_id, record.source_record, record.source_line, with_raw=with_raw)


def parts_of(record: ComplaintRecord, scope: AccessScope) -> dict[str, Any]:
    """Issues, recommendations and codes of a record, each part and each follow-up with its `origin`."""
    row = {name: getattr(record, name) for name in dict.fromkeys(name for some in NEEDED.values() for name in some)}
    found = {name: PARTS[name]([row], scope).get(record.pk, []) for name in PARTS}
    loaded = [*found["issues"], *(s for one in found["recommendations"] for s in (one, *one["follow_ups"]))]
    for part in loaded:
        part["value_label"] = FollowUp.Value(part["value"]).label if part.get("value") else ""
    for part in found["recommendations"]:
        decision = part["response"]["decision"]
        part["is_own"] = part["source"][:2] == [record.import_id, record.source_record]
        part["decision_label"] = Recommendation.Decision(decision).label if decision else ""
    own = [record.import_id, record.source_record]
    elsewhere = [part for part in loaded if part["source"][0] is not None and part["source"][:2] != own]
    readable = {dataset.slug for dataset in scope.datasets.values() if dataset.is_readable}
    for part in elsewhere[:MOST_PROVENANCES]:
        import_id, number, line = part["source"]
        part["origin"] = _origin(import_id, number, line, with_raw=part["dataset"] in readable)
    return found


def _origin(import_id: int, number: int, line: int, *, with_raw: bool) -> Provenance | None:
    try:
        return provenance_of(import_id, number, line, with_raw=with_raw)
    except Import.DoesNotExist:
        return None


def back_address(text: str) -> str:
    """The list a reader came from: an address of the record list, and of no other place."""
    start = reverse("record-list")
    split = urlsplit(text)
    return f"{start}?{split.query}" if split.path == start and not split.netloc and split.query else start
