"""Which records a part belongs to. Parts and records may be loaded in either order: nothing is resolved but here."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q

from complaints.querysets import Sight

Row = Mapping[str, Any]  # columns of a record, or of a part, by name

KEY = ("id", "dataset_id", "reference", "case_reference")
NAMED = ("id", "dataset_id", "record_reference", "case_reference")
SOURCE = ("row__import_id", "row__source_record", "row__source_line")


class Naming:
    """Some records, and how parts name them: by reference in the dataset that the part's own is joined with, or by case
    number in any dataset joined with it."""

    def __init__(self, rows: Sequence[Row], sight: Sight) -> None:
        self._sight = sight
        self.ids = [row["id"] for row in rows]
        self._by_reference = {(row["dataset_id"], row["reference"]): row["id"] for row in rows}
        self._by_case: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for row in rows:
            self._by_case[row["case_reference"] or row["reference"]].append((row["dataset_id"], row["id"]))

    def loaded(self, recipe: str) -> Q | None:
        """What parts about these records have in common that were loaded by a recipe; None where there can be none."""
        references: dict[int, list[str]] = defaultdict(list)
        for dataset, reference in self._by_reference:
            references[dataset].append(reference)
        found: Q | None = None
        for dataset, named in references.items():
            if direct := self._sight.directly_joined(dataset, recipe):
                one = Q(dataset_id__in=direct, record_reference__in=named)
                found = one if found is None else found | one
            if group := [pk for pk in self._sight.joined(dataset) if self._sight.datasets[pk].recipe == recipe]:
                cases = [n for n, owners in self._by_case.items() if any(owner == dataset for owner, _ in owners)]
                one = Q(dataset_id__in=group, case_reference__in=cases)
                found = one if found is None else found | one
        return found

    def of_records(self, recipe: str) -> Q:
        """The same, with parts noted on the records themselves."""
        loaded = self.loaded(recipe)
        noted = Q(record_id__in=self.ids)
        return noted if loaded is None else noted | loaded

    def records_of(self, part: Row) -> list[int]:
        """The records, of those asked about, that a part belongs to."""
        if part.get("record_id"):
            return [part["record_id"]]
        found: list[int] = []
        above = self._sight.datasets[part["dataset_id"]].joined_with
        if part["record_reference"] and above and (pk := self._by_reference.get((above, part["record_reference"]))):
            found.append(pk)
        if part["case_reference"]:
            group = self._sight.joined(part["dataset_id"])
            found += [pk for owner, pk in self._by_case.get(part["case_reference"], ()) if owner in group]
        return list(dict.fromkeys(found))


def origin(part: Row, sight: Sight) -> dict[str, Any]:
    """The dataset that a part stands in, and the import, record and line it was loaded from, where it was loaded."""
    return {"dataset": sight.datasets[part["dataset_id"]].slug, "source": [part[name] for name in SOURCE]}
