"""What pages and API read about records from more than one table."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from coding.models import Coding
from complaints.models import Issue, RecordUnit
from complaints.querysets import Sight
from complaints.selectors import advice
from complaints.selectors.naming import KEY, NAMED, SOURCE, Naming, Row, origin
from imports.models import Import

_ISSUE = ("scheme", "category", "severity", "stage", "norm", "coded_by")
# Columns of a record that its parts are found by, or made of.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "issues": KEY,
    "recommendations": advice.NEEDED,
    "codes": ("id",),
}


def issues_of(rows: Sequence[Row], sight: Sight) -> Mapping[int, list[dict[str, Any]]]:
    """Record id to its issues."""
    naming = Naming(rows, sight)
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    issues = Issue.objects.filter(naming.of_records("issues")).order_by("id")
    for part in issues.values(*NAMED, "record_id", *_ISSUE, *SOURCE):
        shown = {name: part[name] for name in _ISSUE} | origin(part, sight)
        for record in naming.records_of(part):
            found[record].append(shown)
    return found


def codes_of(rows: Sequence[Row], sight: Sight) -> Mapping[int, list[str]]:
    """Record id to the keys of the codes given to it, as far as blindness lets this person see them."""
    units = RecordUnit.objects.filter(record_id__in=[row["id"] for row in rows])
    by_unit = dict(units.values_list("unit_id", "record_id"))
    found: dict[int, set[str]] = defaultdict(set)
    if by_unit:
        seen = Coding.objects.visible_to(sight.person).standing().filter(round_unit__unit__in=by_unit)
        for unit, key in seen.values_list("round_unit__unit_id", "code__key").distinct():
            found[by_unit[unit]].add(key)
    return {record: sorted(codes) for record, codes in found.items()}


PARTS: Mapping[str, Callable[[Sequence[Row], Sight], Mapping[int, list[Any]]]] = {
    "issues": issues_of,
    "recommendations": advice.recommendations_of,
    "codes": codes_of,
}


def file_hashes(import_ids: Collection[int]) -> Mapping[int, str]:
    """Import id to the SHA-256 of the file it read."""
    rows = Import.objects.filter(pk__in=import_ids)
    return dict(rows.values_list("pk", "source_file__sha256"))
