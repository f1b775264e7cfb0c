"""The changes that an import made in its dataset: created, changed field by field, and missing from the file."""

from collections.abc import Iterator
from itertools import islice

from exports.tables import Table, Value, text_columns
from imports.mapped import BLANKS
from imports.models import Comparison, Import
from imports.originals import original_of
from imports.problems import Refused
from imports.readers.opening import open_table
from imports.readers.table import ReadOptions
from imports.recipe import Recipe, Touched
from standards.translation import gettext as _

HEADER = ["kind", "reference", "field", "before", "after"]
MOST_ROWS_ON_A_PAGE = 50_000
MOST_MISSING_SHOWN = 100
_AT_ONCE = 1_000


def missing_references(run: Import, recipe: Recipe) -> Iterator[str]:
    """References of records that an earlier import wrote and that no row of this file contains.

    The file is read again, which takes about as long as before. Raises Refused if the row identifier is not a column,
    or the file no longer exists.
    """
    later = set(Import.objects.after(run).values_list("pk", flat=True))
    in_file = _references_in_file(run)
    for reference, import_id in recipe.publisher.references(run.dataset_id):
        if import_id != run.pk and import_id not in later and reference not in in_file:
            yield reference


def can_compare(run: Import) -> bool:
    """Whether the row identifier is a column of the file."""
    return bool(run.was_loaded and run.mapping and run.mapping.definition["fields"]["reference"].get("column"))


def _references_in_file(run: Import) -> set[str]:
    column = run.mapping.definition["fields"]["reference"].get("column") if run.mapping else None
    if not column:
        text = _("The row identifier of this file is the whole row, so missing rows cannot be found.")
        raise Refused("no_reference_column", text)
    options = ReadOptions.of((run.same_as or run).understanding["options"])
    table = open_table(original_of(run), run.file_name, options)
    try:
        at = table.understood.columns.index(column)
        return {row[at].strip(BLANKS) for batch in table.batches() for row in batch.rows if len(row) > at}
    finally:
        table.close()


def first_missing(run: Import, recipe: Recipe) -> tuple[list[str], int] | None:
    """The first missing references and their number; None if the file is too long to read for a page."""
    if (run.rows or 0) > MOST_ROWS_ON_A_PAGE:
        return None
    missing = missing_references(run, recipe)
    shown = list(islice(missing, MOST_MISSING_SHOWN))
    return shown, len(shown) + sum(1 for _ in missing)


def comparison(run: Import, recipe: Recipe) -> Table:
    """All changes for a download: one row for each changed field, created record and missing record."""
    return Table(text_columns(HEADER), _comparison(run, recipe))


def _comparison(run: Import, recipe: Recipe) -> Iterator[list[Value]]:
    for record in _all(run, recipe, overwritten=True):
        for name, before, after in record.changes:
            yield ["changed", record.reference, name, before, after]
    for record in _all(run, recipe, overwritten=False):
        yield ["created", record.reference, "", "", ""]
    for reference in missing_references(run, recipe):
        yield ["missing from the file", reference, "", "", ""]


def _all(run: Import, recipe: Recipe, *, overwritten: bool) -> Iterator[Touched]:
    after = 0
    while found := recipe.publisher.touched(
        run.dataset_id, run.pk, overwritten=overwritten, most=_AT_ONCE, after=after
    ):
        yield from found
        after = found[-1].pk


TWO_HEADER = ["kind", "reference", "line in the older", "line in the newer", "field", "before", "after"]


def comparison_lines(found: Comparison) -> Table:
    """A comparison of two imports for a download: one row for each changed field or record."""
    return Table(text_columns(TWO_HEADER, numbers=TWO_HEADER[2:4]), _comparison_lines(found))


def _comparison_lines(found: Comparison) -> Iterator[list[Value]]:
    for row in found.rows.order_by("id").iterator(_AT_ONCE):
        start = [row.kind, row.reference, row.line_before, row.line_after]
        for name, before, after in row.changes:
            yield [*start, name, before, after]
        if not row.changes:
            yield [*start, "", "", ""]
