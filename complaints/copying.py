"""Complaint records as lines that PostgreSQL writes itself: see `exports.copying`."""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from functools import partial
from typing import TypeAlias

import orjson
from django.db.models import Case, F, Func, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce

from coding.models import AlikeUnit, Coding
from complaints.models import ComplaintRecord, FollowUp, Issue, Recommendation, RecordUnit
from complaints.querysets import AccessScope, RecordQuerySet
from complaints.record_columns import PREFIX, WITHHOLDABLE
from complaints.selectors.parts import PARTS
from exports import tables
from exports.copied_cells import Cell, Joined, Later, cell_of
from exports.copied_columns import Reading
from exports.copying import Cells, CopiedRows, Sources
from exports.tables import ColumnType
from imports.models import Import

_TABLES_OF_PARTS = (
    "complaints_issue", "complaints_recommendation", "complaints_followup", "complaints_recordunit",
    "imports_previousversion", "imports_sourcedrow",
)  # fmt: skip
# Partitions are written by their own names too, for which a trigger of the whole table would not be called.
_STAMPS = {
    "complaints_complaintrecord": "SELECT greatest("
    "(SELECT changed_in FROM complaints_complaintrecord WHERE changed_in IS NOT NULL"
    " ORDER BY changed_in DESC LIMIT 1), "
    "(SELECT removed_in FROM complaints_removedrecord ORDER BY removed_in DESC LIMIT 1))"
}
ValuesOf: TypeAlias = Callable[[RecordQuerySet, str], Iterable[tables.Value]]
_FEW = 12
_OWN = Q(record_id__isnull=False)
_NOTHING, _ALL = Value("[]"), Value(orjson.dumps(WITHHOLDABLE).decode())


def copied_records(
    records: RecordQuerySet,
    names: Sequence[str],
    *,
    values_of: ValuesOf,
    before: Callable[[], None],
) -> CopiedRows:
    """The records with columns of these names. `values_of` gives the parts of records that may have some."""
    return CopiedRows(
        records,
        cells=partial(_cells, records, names, values_of),
        sources=_sources(records.scope, PARTS.keys() & set(names)),
        before=before,
    )


def _sources(scope: AccessScope, names: Set[str]) -> Sources:
    """A record shows its dataset and the file it comes from; with parts also what they are read from."""
    codes = (Coding.objects.visible_to(scope.person).standing(), AlikeUnit.objects.coded_once())
    return Sources(
        tables=frozenset(("complaints_partition", *(_TABLES_OF_PARTS if names else ()))),
        querysets=lambda: codes if "codes" in names else (),
        # How many records are known of a dataset changes by itself, and no line with it.
        facts=lambda: [
            repr([replace(one, records=None) for one in scope.datasets.values()]),
            repr(list(_imports(scope))),
        ],
        stamps=_STAMPS,
    )


def _imports(scope: AccessScope) -> QuerySet[Import, tuple[int, str]]:
    imports = Import.objects.filter(dataset_id__in=scope.datasets).order_by("pk")
    return imports.values_list("pk", "source_file__sha256")


def _cells(records: RecordQuerySet, names: Sequence[str], values_of: ValuesOf) -> Cells:
    made = _made_cells(records.scope) | {name: _parts(name, records, values_of) for name in PARTS}
    return {name: made.get(name) or _as_stored(records, name) for name in names}


def _parts(name: str, records: RecordQuerySet, values_of: ValuesOf) -> Cell:
    if not _are_there(name, records.scope):
        return Cell(ColumnType.STRUCTURE, _NOTHING)

    def of_records(ids: Sequence[int]) -> Iterable[tables.Value]:
        return values_of(records.filter(pk__in=ids).order_by("pk"), name)

    return Cell(ColumnType.STRUCTURE, _NOTHING, later=Later(may_have(name, records.scope), of_records))


def _made_cells(scope: AccessScope) -> dict[str, Cell]:
    """Columns that are not as they are stored."""
    slugs = {pk: dataset.slug for pk, dataset in scope.datasets.items()}
    return {
        "dataset": Cell(ColumnType.TEXT, _named(slugs, "dataset_id"), may_be_null=False),
        "provenance": _provenance(scope),
        "withheld": _withheld(scope),
        **{name: Cell(ColumnType.TEXT, _unless_withheld(scope, F(name))) for name in WITHHOLDABLE},
        "extra": Cell(
            ColumnType.STRUCTURE, _unless_withheld(scope, Cast(F("extra"), TextField())), Reading.TEXTS, PREFIX
        ),
    }


def _as_stored(records: RecordQuerySet, name: str) -> Cell:
    cell = cell_of(records, name)
    if cell is None:
        raise TypeError(f"{name} cannot be copied as it is.")
    return cell


def _withheld(scope: AccessScope) -> Cell:
    """The names of the columns that are withheld."""
    names = _unless_withheld(scope, _NOTHING, otherwise=_ALL)
    return Cell(ColumnType.STRUCTURE, names, read=None if names is _NOTHING else Reading.JSON)


def _unless_withheld(scope: AccessScope, value: Combinable, otherwise: Value | None = None) -> Combinable:
    """The value, or `otherwise` in datasets whose letters are withheld."""
    withheld = list(scope.withheld)
    if not withheld:
        return value
    return Case(When(dataset_id__in=withheld, then=otherwise or Value(None)), default=value, output_field=TextField())


def _provenance(scope: AccessScope) -> Cell:
    """The import, its file and the line in that, as `members` for JSON Lines and as text for CSV."""
    files = dict(_imports(scope))
    members = {
        "import": Cell(ColumnType.WHOLE_NUMBER, F("import_id")),
        "file_sha256": Cell(ColumnType.TEXT, _named(files, "import_id")),
        "line": Cell(ColumnType.WHOLE_NUMBER, F("source_line")),
    }
    begun = {pk: f'{{"import":{pk},"file_sha256":"{file}","line":' for pk, file in files.items()}
    unknown = Joined(Value('{"import":'), F("import_id"), Value(',"file_sha256":null,"line":'))
    text = Joined(Coalesce(_named(begun, "import_id"), unknown, output_field=TextField()), F("source_line"), Value("}"))
    return Cell(ColumnType.STRUCTURE, text, members=members)


def _are_there(name: str, scope: AccessScope) -> bool:
    """Whether there are parts of this name that a record may have; of recommendations only each record says it."""
    if name == "codes":
        return RecordUnit.objects.exists()
    return name != "issues" or Issue.objects.filter(Q(dataset_id__in=scope.datasets) | _OWN).exists()


def may_have(name: str, scope: AccessScope) -> Q:
    """The condition for records of which there may be parts of this name."""
    if name == "codes":
        return Q(pk__in=RecordUnit.objects.values("record_id"))
    if name == "issues":
        return _named_by(Issue, scope) | _with_own(Issue)
    own = Q(kind=ComplaintRecord.Kind.RECOMMENDATION) | _with_own(Recommendation)
    return own | _named_by(Recommendation, scope) | _named_by(FollowUp, scope)


def _named_by(part: type[Issue | Recommendation | FollowUp], scope: AccessScope) -> Q:
    loaded = part.objects.filter(dataset_id__in=scope.datasets)
    cases = loaded.exclude(case_reference="").values("case_reference")
    found = Q(reference__in=loaded.exclude(record_reference="").values("record_reference"))
    return found | Q(case_reference__in=cases) | Q(reference__in=cases)


def _with_own(part: type[Issue | Recommendation]) -> Q:
    return Q(pk__in=part.objects.filter(_OWN).values("record_id"))


def _named(names: Mapping[int, str], number: str) -> Combinable:
    """The text that a number names; NULL for others. Of a few numbers PostgreSQL compares each in a tenth of the time
    in which it looks into an object."""
    if len(names) <= _FEW:
        cases = (When(**{number: pk}, then=Value(name)) for pk, name in names.items())
        return Case(*cases, output_field=TextField())
    return _InObject(Value(orjson.dumps({str(pk): name for pk, name in names.items()}).decode()), F(number))


class _InObject(Func):
    """The member of a JSON object that a number names."""

    template = "(%(expressions)s::text)"
    arg_joiner = "::jsonb ->> "
    output_field = TextField()
