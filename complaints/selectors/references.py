"""Which records a part refers to. Parts and records may be loaded in either order, so this is decided on reading."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db import connection
from django.db.models import Q

from complaints.querysets import AccessScope

Row: TypeAlias = Mapping[str, Any]
"""Columns of a record, or of a part, by name."""
PartData: TypeAlias = dict[str, Any]
"""A part as the API shows it, with `source` in place of its provenance."""
PartsByRecord: TypeAlias = Mapping[int, list[Any]]
"""Record id to its parts of one kind: PartData, or keys of codes."""

KEY = ("id", "dataset_id", "reference", "case_reference")
NAMED = ("id", "dataset_id", "record_reference", "case_reference")
SOURCE = ("row__import_id", "row__source_record", "row__source_line")


_STORED = """
SELECT array_remove(ARRAY[
  CASE WHEN EXISTS (SELECT FROM complaints_issue WHERE record_id = ANY(%(ids)s)) THEN 'issues' END,
  CASE WHEN EXISTS (SELECT FROM complaints_recommendation WHERE record_id = ANY(%(ids)s)) THEN 'recommendations' END,
  CASE WHEN EXISTS (SELECT FROM complaints_recordunit WHERE record_id = ANY(%(ids)s)) THEN 'codes' END,
  CASE WHEN EXISTS (SELECT FROM imports_previousversion p JOIN imports_import i ON i.id = p.import_run_id
                    WHERE i.dataset_id = ANY(%(datasets)s) AND p.record_id = ANY(%(ids)s)) THEN 'versions' END], NULL),
  (SELECT json_object_agg(i.id, f.sha256)::text FROM imports_import i
     JOIN imports_sourcefile f ON f.id = i.source_file_id WHERE i.id = ANY(%(imports)s))
"""


@dataclass(frozen=True)
class Beside:
    """What is stored beside some records: kinds of parts that any of them has, and import to SHA-256 of its file."""

    kinds: frozenset[str]
    files: Mapping[int, str]


def stored_beside(rows: Sequence[Row]) -> Beside:
    """Kinds: issues or recommendations that are stored with one of the records, codes, earlier versions.

    Most records have none, and one statement is quicker than five that find nothing.
    """
    datasets = sorted({row["dataset_id"] for row in rows})
    imports = sorted({row["import_id"] for row in rows if "import_id" in row})
    with connection.cursor() as cursor:
        cursor.execute(_STORED, {"ids": [row["id"] for row in rows], "datasets": datasets, "imports": imports})
        kinds, files = cursor.fetchone()
    return Beside(frozenset(kinds), {int(pk): sha256 for pk, sha256 in json.loads(files or "{}").items()})


class References:
    """Some records, and how parts refer to them: by reference in the dataset that the part's own dataset is linked
    with, or by case reference in any linked dataset."""

    def __init__(self, rows: Sequence[Row], scope: AccessScope, stored: Collection[str] = ()) -> None:
        """stored: what there is of these records, see `Beside.kinds`."""
        self.scope, self.stored = scope, stored
        self.ids = [row["id"] for row in rows]
        self._by_reference = {(row["dataset_id"], row["reference"]): row["id"] for row in rows}
        self._by_case: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for row in rows:
            self._by_case[row["case_reference"] or row["reference"]].append((row["dataset_id"], row["id"]))

    def loaded(self, recipe: str) -> Q | None:
        """The condition for parts of these records that a recipe loaded; None where there cannot be any."""
        references: dict[int, list[str]] = defaultdict(list)
        for dataset, reference in self._by_reference:
            references[dataset].append(reference)
        found: Q | None = None
        for dataset, names in references.items():
            if direct := self.scope.directly_linked(dataset, recipe):
                one = Q(dataset_id__in=direct, record_reference__in=names)
                found = one if found is None else found | one
            if group := [pk for pk in self.scope.linked(dataset) if self.scope.datasets[pk].recipe == recipe]:
                cases = [n for n, owners in self._by_case.items() if any(owner == dataset for owner, _ in owners)]
                one = Q(dataset_id__in=group, case_reference__in=cases)
                found = one if found is None else found | one
        return found

    def of_records(self, recipe: str) -> Q | None:
        """The condition for parts of these records that a recipe loaded or that are stored with the records; None where
        there cannot be any."""
        loaded = self.loaded(recipe)
        stored = Q(record_id__in=self.ids) if recipe in self.stored else None
        return stored | loaded if stored is not None and loaded is not None else stored or loaded

    def records_of(self, part: Row) -> list[int]:
        """Ids of those of these records that a part belongs to."""
        if part.get("record_id"):
            return [part["record_id"]]
        found: list[int] = []
        above = self.scope.datasets[part["dataset_id"]].linked_with
        if part["record_reference"] and above and (pk := self._by_reference.get((above, part["record_reference"]))):
            found.append(pk)
        if part["case_reference"]:
            group = self.scope.linked(part["dataset_id"])
            found += [pk for owner, pk in self._by_case.get(part["case_reference"], ()) if owner in group]
        return list(dict.fromkeys(found))


def source_of(part: Row, scope: AccessScope) -> PartData:
    """The dataset of a part, and the import, record and line that it was loaded from, where it was loaded."""
    return {"dataset": scope.datasets[part["dataset_id"]].slug, "source": [part[name] for name in SOURCE]}
