"""One record as a page: its facts, the values in the source, its parts and its provenance; and who read its letter."""

from collections.abc import Iterable
from typing import cast
from urllib.parse import urlencode, urlsplit

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import audit
from complaints.filters import RecordFilter
from complaints.models import ComplaintRecord, FollowUp, Recommendation
from complaints.pointing import RECORD
from complaints.querysets import AccessScope, RecordQuerySet
from complaints.selectors import parts
from complaints.selectors.counting import LABELS
from complaints.selectors.places import address_of
from complaints.selectors.references import PartData
from imports.models import Dataset, Import
from imports.selectors import Provenance
from imports.selectors import provenance as provenance_of
from rest import numbered
from rest.filters import PAGING
from rest.links import link
from rest.paging import beside as rows_beside
from rest.time_limits import TookTooLong, each_within
from versions.selectors import erasures_of
from versions.targets import key_in

# The order of the list of records, where its address names none.
LIST_ORDERING = "-received_on"
BESIDE_MS = 500
MOST_OF_A_CASE = 50
MOST_PROVENANCES = 20  # each is read again from its file
_RAW = {"status_raw": _("Status"), "finding_raw": _("Finding"), "closure_raw": _("Closure")}
_FACTS = (
    (_("Kind of record"), "kind"),
    (_("Institution"), "institution"),
    (_("Kind of institution"), "institution_kind"),
    (_("Country"), "country"),
    (_("Policy sector"), "policy_sector"),
    (_("Respondent"), "respondent"),
    (_("Category"), "category"),
    (_("Channel"), "channel"),
    (_("Service"), "service"),
    (_("Kind of complainant"), "complainant_kind"),
    (_("Harm"), "harm"),
    (_("Mandate"), "mandate"),
    (_("Admissibility"), "admissibility"),
    (_("Stage"), "stage"),
    (_("Status"), "status"),
    (_("Closure"), "closure"),
    (_("Remedy"), "remedy"),
    (_("Language"), "language"),
)
_ALWAYS = {"kind", "institution", "country", "respondent", "closure"}
# What the head of the page shows, recorded or not.
_HEAD = (
    (_("Finding"), "finding"),
    (_("Received"), "received_on"),
    (_("Closed"), "closed_on"),
    (_("Days open"), "days_open"),
)


def record_reads(scope: AccessScope, shown: Iterable[tuple[int, int]]) -> None:
    """Record which letters a person was shown, where they are withheld from others: pairs of dataset and record id."""
    keys = [record for dataset, record in shown if has_recorded_letters(scope, dataset)]
    if keys:
        audit.record_reads("letter.read", by=scope.person, of=ComplaintRecord, keys=keys)


def record_export(scope: AccessScope, dataset: int) -> None:
    """Record that letters of a dataset, which are withheld from others, were exported."""
    if has_recorded_letters(scope, dataset):
        audit.record_reads("letters.exported", by=scope.person, of=Dataset, keys=[dataset])


def has_recorded_letters(scope: AccessScope, dataset: int) -> bool:
    """Whether the person reads letters of this dataset that are withheld from others."""
    access = scope.datasets[dataset]
    return access.is_readable and access.is_withheld


def facts(record: ComplaintRecord, scope: AccessScope) -> list[tuple[str | Promise, object]]:
    """Label and value of each fact beside the texts; those that are not recorded are left out, except the main ones."""
    values = [(label, name, _shown(record, name, scope)) for label, name in _FACTS]
    found: list[tuple[str | Promise, object]] = [
        (label, link(value, address) if (address := address_of(record, name, scope)) else value)
        for label, name, value in values
        if value not in ("", None) or name in _ALWAYS
    ]
    if record.amount is not None:
        found.append((_("Amount"), f"{record.amount:,f} {record.currency}".strip()))
    return found


def head(record: ComplaintRecord, scope: AccessScope) -> list[tuple[str | Promise, object]]:
    """What a person looks for first: what was found, when, and how long it took."""
    return [(label, _shown(record, name, scope)) for label, name in _HEAD]


def cited(record: ComplaintRecord) -> str:
    """What a citation of the record names: whose dataset it is in, its reference, and of when this text of it is."""
    return _("%(owner)s: %(dataset)s, record %(reference)s, as of %(day)s") % {
        "owner": record.dataset.organisation, "dataset": record.dataset.title, "reference": record.reference,
        "day": date_format(record.updated_at, "j M Y"),
    }  # fmt: skip


def _shown(record: ComplaintRecord, name: str, scope: AccessScope) -> object:
    if name == "policy_sector":
        return scope.sectors.get(record.policy_sector, record.policy_sector)
    if name in LABELS:
        return LABELS[name].get(getattr(record, name), getattr(record, name))
    display = getattr(record, f"get_{name}_display", None)
    value = display() if display else getattr(record, name)
    return date_format(value, "j M Y") if hasattr(value, "isoformat") else value


def source_values(record: ComplaintRecord) -> list[tuple[str | Promise, str]]:
    """Label and value in the source of each coded field."""
    return [(label, value) for name, label in _RAW.items() if (value := getattr(record, name))]


def target_key(record: ComplaintRecord) -> str:
    """The key by which other rooms refer to the record."""
    return key_in(record.dataset.slug, record.reference)


def is_erased(record: ComplaintRecord) -> bool:
    """Whether text of the record was erased; the file that it came from still has it."""
    return erasures_of(RECORD, target_key(record)).exists()


def provenance(record: ComplaintRecord, *, with_raw: bool) -> Provenance | None:
    """File, line, mapping and import of a record; its original values with `with_raw`."""
    return _provenance(record.import_id, record.source_record, record.source_line, with_raw=with_raw)


def parts_of(record: ComplaintRecord, scope: AccessScope) -> dict[str, list[PartData]]:
    """Issues, recommendations and codes of a record, each part and each follow-up with its `provenance`."""
    needed = dict.fromkeys(name for some in parts.NEEDED.values() for name in some)
    row = {name: getattr(record, name) for name in needed}
    of_records, _files = parts.parts_of([row], scope, parts.PARTS)
    found = {name: some.get(record.pk, []) for name, some in of_records.items()}
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
    if elsewhere and is_erased(record):
        readable = set()
    for part in elsewhere[:MOST_PROVENANCES]:
        import_id, number, line = part["source"]
        part["provenance"] = _provenance(import_id, number, line, with_raw=part["dataset"] in readable)
    return found


def _provenance(import_id: int, number: int, line: int, *, with_raw: bool) -> Provenance | None:
    try:
        return provenance_of(import_id, number, line, with_raw=with_raw)
    except Import.DoesNotExist:
        return None


def beside(record: ComplaintRecord, records: RecordQuerySet, back: str, words: str) -> list[str]:
    """Addresses of the records before and behind this one in the list that the reader came from; empty without one, and
    where it takes long to find them: the record itself is what the reader asked for."""
    params = QueryDict(urlsplit(back).query)
    filterset = RecordFilter(params, queryset=records, only_given=True)
    try:
        filterset.check(reserved=PAGING | {numbered.PARAMETER, "columns", "view"})
        with each_within(BESIDE_MS, using=records.db):
            found = rows_beside(
                cast(RecordQuerySet, filterset.listed),
                record.pk,
                ordering=params.get("ordering", "") or LIST_ORDERING,
                ordering_fields=RecordFilter.ordering_fields,
            )
    except (ValidationError, TookTooLong):
        return ["", ""]
    query = urlencode(({"search": words} if words else {}) | {"from": back})
    return [f"{reverse('record-detail', args=[one.pk])}?{query}" if one else "" for one in found]


def back_address(text: str) -> str:
    """The record list with the filters that the reader came from; without them where `text` is another address."""
    start = reverse("record-list")
    split = urlsplit(text)
    return f"{start}?{split.query}" if split.path == start and not split.netloc and split.query else start
