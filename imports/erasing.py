"""What this room stores of rows of files: their cells, problems, differences, and examples in the figures of a file.

A room whose things are made of rows says which rows they are (`Rows`) and registers `places_of_rows` as places of its
things. The original file is not changed.
"""

from collections.abc import Iterator
from functools import partial
from typing import cast

from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from imports.models import ComparisonRow, Dataset, Import, QuarantinedRow, RowProblem
from imports.recipe import recipe_named
from imports.row_search import Rows, RowSearch
from versions.erasing import Path, Place
from versions.jobs import reapply
from versions.targets import key_in

# Problems whose value is a number, not text of the file.
_NUMBERS = ("wrong_width", "required", "too_long")
_EXAMPLES = ("examples", "fail_examples", "unclear_examples", "values")


def erase_again(dataset_id: int) -> None:
    """Erase again what was erased of the rows of a dataset and of those that are linked with it, after something was
    stored of a file."""
    for dataset in Dataset.objects.filter(pk__in=linked_with(dataset_id)).order_by("pk"):
        recipe = recipe_named(dataset.recipe)
        if recipe is not None and recipe.erased_kind:
            reapply(recipe.erased_kind, key_in(dataset.slug, ""))


def linked_with(dataset_id: int) -> set[int]:
    """Ids of all datasets with the same references as this one, itself included, whoever may read them."""
    edges = Dataset.objects.exclude(linked_with=None).values_list("pk", "linked_with_id")
    pairs, group = list(edges), {dataset_id}
    while added := {pk for pair in pairs for pk in pair if pk is not None and group.intersection(pair)} - group:
        group |= added
    return group


def places_of_rows(rows: Rows) -> Iterator[Place]:
    """Every place of this room that holds text of these rows."""
    found = _Choice(RowSearch(rows))
    quarantined, problems = found.search.quarantined, found.search.problems
    read = partial(Place, read_as=rows.read_as)
    yield read(_("Rows in quarantine"), quarantined, ("cells", "repaired"), chosen=found.is_cell)
    label = _("Problems of rows")
    yield read(label, problems, ("value",), searched=("detail",), chosen=found.is_of_problem, in_pieces=True)
    yield read(label, problems.filter(code="changed_here"), ("detail",), in_pieces=True)
    compared = ComparisonRow.objects.filter(
        Q(comparison__older__dataset=rows.dataset) | Q(comparison__newer__dataset=rows.dataset),
        reference__in=rows.references,
    )
    yield read(_("Comparisons of imports"), compared, ("changes",), chosen=found.is_difference, in_pieces=True)
    yield read(
        _("Examples in the figures of files"), Import.objects.filter(dataset=rows.dataset),
        ("understanding.head", "understanding.columns", "findings"), chosen=found.is_example, in_pieces=True,
    )  # fmt: skip


class _Choice:
    """Which texts of these tables are of the rows. With a passage every text of a row is searched, and every
    example."""

    def __init__(self, search: RowSearch) -> None:
        self.search = search

    def is_cell(self, row: Model, path: Path, text: str, is_whole: bool) -> bool:
        found, at = cast(QuarantinedRow, row), int(path[0])
        if at in self.search.naming_cells(found.import_run_id, len(found.cells)):
            return False
        return not (is_whole and self.search.is_coded_cell(found, at))

    def is_of_problem(self, row: Model, path: Path, text: str, is_whole: bool) -> bool:
        problem = cast(RowProblem, row)
        return not is_whole or (problem.code not in _NUMBERS and problem.column not in self.search.naming_columns)

    def is_difference(self, row: Model, path: Path, text: str, is_whole: bool) -> bool:
        """A difference is the name of a field or column, and the text before and after."""
        change, part = int(path[0]), path[1]
        name = str(cast(ComparisonRow, row).changes[change][0])
        return part != 0 and not (is_whole and name in self.search.coded_fields)

    def is_example(self, row: Model, path: Path, text: str, is_whole: bool) -> bool:
        run = cast(Import, row)
        if path[0] == "head":
            return self._is_of_head(run, int(path[1]), int(path[2]), text, is_whole)
        if path[0] == "columns":
            names = [str(run.understanding["columns"][int(path[1])]["name"])]
            is_shown = path[2] in _EXAMPLES
        else:
            names = run.findings[int(path[0])]["columns"]
            is_shown = path[1] == "examples" and path[-1] == "value"
        if not is_shown or self.search.naming_columns.issuperset(names):
            return False
        return not is_whole or self.search.is_text_of(names, text)

    def _is_of_head(self, run: Import, row: int, at: int, text: str, is_whole: bool) -> bool:
        cells = run.understanding["head"][row]
        if not self.search.is_row(run.pk, cells) or at in self.search.naming_cells(run.pk, len(cells)):
            return False
        name = run.understanding["columns"][at]["name"]
        return not is_whole or name not in self.search.coded or self.search.is_text_of([name], text)
