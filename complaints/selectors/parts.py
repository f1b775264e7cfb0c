"""The parts of records (issues, recommendations, codes), for pages and API."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence

from coding.models import Coding
from complaints.models import Issue, RecordUnit
from complaints.querysets import AccessScope
from complaints.selectors import recommendations
from complaints.selectors.references import KEY, NAMED, SOURCE, PartData, PartsByRecord, References, Row, source_of
from imports.models import Import

_ISSUE = ("scheme", "category", "severity", "stage", "norm", "coded_by")
# Columns of a record that are needed to find or make its parts.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "issues": KEY,
    "recommendations": recommendations.NEEDED,
    "codes": ("id",),
}


def issues_of(rows: Sequence[Row], scope: AccessScope) -> Mapping[int, list[PartData]]:
    """Record id to its issues."""
    references = References(rows, scope)
    found: dict[int, list[PartData]] = defaultdict(list)
    issues = Issue.objects.filter(references.of_records("issues")).order_by("id")
    for part in issues.values(*NAMED, "record_id", *_ISSUE, *SOURCE):
        shown = {name: part[name] for name in _ISSUE} | source_of(part, scope)
        for record in references.records_of(part):
            found[record].append(shown)
    return found


def codes_of(rows: Sequence[Row], scope: AccessScope) -> Mapping[int, list[str]]:
    """Record id to the keys of the codes applied to it that blind coding does not hide from this person."""
    units = RecordUnit.objects.filter(record_id__in=[row["id"] for row in rows])
    by_unit = dict(units.values_list("unit_id", "record_id"))
    found: dict[int, set[str]] = defaultdict(set)
    if by_unit:
        visible = Coding.objects.visible_to(scope.person).standing().filter(round_unit__unit__in=by_unit)
        for unit, key in visible.values_list("round_unit__unit_id", "code__key").distinct():
            found[by_unit[unit]].add(key)
    return {record: sorted(codes) for record, codes in found.items()}


PARTS: Mapping[str, Callable[[Sequence[Row], AccessScope], PartsByRecord]] = {
    "issues": issues_of,
    "recommendations": recommendations.recommendations_of,
    "codes": codes_of,
}


def file_hashes(import_ids: Collection[int]) -> Mapping[int, str]:
    """Import id to the SHA-256 of the file it read."""
    rows = Import.objects.filter(pk__in=import_ids)
    return dict(rows.values_list("pk", "source_file__sha256"))
