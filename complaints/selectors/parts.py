"""The parts of records (issues, recommendations, codes), for pages and API."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import chain

from coding.models import AlikeUnit, Coding
from coding.querysets.codings import CodingQuerySet
from coding.querysets.samples import AlikeUnitQuerySet
from complaints.models import Issue, RecordUnit
from complaints.querysets import AccessScope
from complaints.selectors import recommendations
from complaints.selectors.references import (
    KEY,
    NAMED,
    SOURCE,
    PartData,
    PartsByRecord,
    References,
    Row,
    source_of,
    stored_beside,
)
from imports.models import Import

_ISSUE = ("scheme", "category", "severity", "stage", "norm", "coded_by")
# Columns of a record that are needed to find or make its parts.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "issues": KEY,
    "recommendations": recommendations.NEEDED,
    "codes": ("id",),
}


def issues_of(rows: Sequence[Row], scope: AccessScope, stored: Collection[str]) -> Mapping[int, list[PartData]]:
    """Record id to its issues."""
    references = References(rows, scope, stored)
    found: dict[int, list[PartData]] = defaultdict(list)
    where = references.of_records("issues")
    if where is None:
        return found
    issues = Issue.objects.filter(where).order_by("id")
    for part in issues.values(*NAMED, "record_id", *_ISSUE, *SOURCE):
        shown = {name: part[name] for name in _ISSUE} | source_of(part, scope)
        for record in references.records_of(part):
            found[record].append(shown)
    return found


def codes_of(rows: Sequence[Row], scope: AccessScope, stored: Collection[str]) -> Mapping[int, list[str]]:
    """Record id to the keys of the codes applied to it that blind coding does not hide from this person."""
    if "codes" not in stored:
        return {}
    units = RecordUnit.objects.filter(record_id__in=[row["id"] for row in rows])
    by_unit = dict(units.values_list("unit_id", "record_id"))
    found: dict[int, set[str]] = defaultdict(set)
    if by_unit:
        visible = Coding.objects.visible_to(scope.person).standing()
        own = visible.filter(round_unit__unit__in=by_unit).values_list("round_unit__unit_id", "code__key")
        # Also what was applied to an alike unit that stands for the unit of the record.
        alike = AlikeUnit.objects.coded_once().filter(unit__in=by_unit)
        for unit, key in chain(own.distinct(), _codes_of_first_units(alike, visible)):
            found[by_unit[unit]].add(key)
    return {record: sorted(codes) for record, codes in found.items()}


def _codes_of_first_units(
    alike: AlikeUnitQuerySet[AlikeUnit], visible: CodingQuerySet[Coding]
) -> Iterator[tuple[int, str]]:
    """The units of `alike`, each with the keys of the codes applied to the unit that stands for it."""
    stood_for = defaultdict(list)
    for first, unit in alike.values_list("round_unit", "unit"):
        stood_for[first].append(unit)
    if stood_for:
        for first, key in visible.filter(round_unit__in=stood_for).values_list("round_unit", "code__key").distinct():
            yield from ((unit, key) for unit in stood_for[first])


PARTS: Mapping[str, Callable[[Sequence[Row], AccessScope, Collection[str]], PartsByRecord]] = {
    "issues": issues_of,
    "recommendations": recommendations.recommendations_of,
    "codes": codes_of,
}


def parts_of(
    rows: Sequence[Row], scope: AccessScope, names: Collection[str]
) -> tuple[dict[str, PartsByRecord], Mapping[int, str]]:
    """The parts of these kinds, each by record id, and import id to the SHA-256 of its file for the imports of the
    records. `rows` have the columns of NEEDED, and `import_id` where files are wanted."""
    if not rows:
        return {name: {} for name in names}, {}
    beside = stored_beside(rows)
    return {name: PARTS[name](rows, scope, beside.kinds) for name in names}, beside.files


def file_hashes(import_ids: Collection[int]) -> Mapping[int, str]:
    """Import id to the SHA-256 of the file it read."""
    rows = Import.objects.filter(pk__in=import_ids)
    return dict(rows.values_list("pk", "source_file__sha256"))
