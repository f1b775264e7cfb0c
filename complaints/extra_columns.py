"""`extra=columns`: what records have in `extra` as columns `extra_NAME` of an export, one for each name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import cast

from django.core.exceptions import ValidationError
from django.db.models import F, Func, TextField
from django.utils.translation import gettext as _

from complaints.querysets import RecordQuerySet
from complaints.record_columns import PREFIX
from exports.tables import Column, Table, Value
from exports.writers.spooled import ShortFile

PARAMETER, COLUMNS, EXTRA = "extra", "columns", "extra"
MOST = 500


class _Names(Func):
    """The names of an object, one row each."""

    function = "jsonb_object_keys"
    output_field = TextField()
    set_returning = True


def are_asked(params: Mapping[str, str], names: Sequence[str]) -> bool:
    """Whether an export with columns of these names is to have `extra` as columns. ValidationError for another value,
    and where `extra` is not among the names."""
    text = params.get(PARAMETER, "")
    if text not in ("", COLUMNS):
        message = _("Unknown value. Allowed: %(choices)s.") % {"choices": COLUMNS}
        raise ValidationError({PARAMETER: ValidationError(message, code="invalid_choice")})
    if text and EXTRA not in names:
        message = _("The columns are those of extra: add it to fields.")
        raise ValidationError({PARAMETER: ValidationError(message, code="unknown_field")})
    return bool(text)


def names_in(records: RecordQuerySet) -> list[str]:
    """The names in `extra` of these records, as far as it may be read, in alphabetical order. ValidationError where
    there are more than MOST."""
    readable = records.filter(dataset_id__in=records.scope.readable).order_by()
    rows = readable.annotate(extra_name=_Names(F("extra"))).values_list("extra_name", flat=True).distinct()
    # The members of a record that is a recommendation are few, and are shown as such.
    names = sorted(name for name in rows if not name.startswith(PREFIX))
    if len(names) > MOST:
        message = _(
            "These records have %(number)s columns in extra; an export can have up to %(most)s of them. Add filters, "
            "such as one dataset, or export without extra=columns: extra is then one column."
        )
        message %= {"number": f"{len(names):,}", "most": MOST}
        raise ValidationError({PARAMETER: ValidationError(message, code="too_many_values")})
    return names


def with_columns(table: Table, names: Sequence[str]) -> Table:
    """The table with a column for each of these names in place of `extra`. The database does not write its lines: a
    name can have any characters."""
    place = table.names.index(EXTRA)
    columns = [*table.columns[:place], *columns_of(names), *table.columns[place + 1 :]]
    return replace(table, columns=columns, rows=_spread(table.rows, place, names), copied=None)


def field_of(name: str) -> str:
    """The field of a record that a column of this name is of."""
    return EXTRA if name.startswith(f"{EXTRA}_") else name


def columns_of(names: Sequence[str]) -> list[Column]:
    """The columns of these names: texts, as the source has them."""
    return [Column(f"{EXTRA}_{name}", label=name) for name in names]


def _spread(rows: Iterator[Sequence[Value]], place: int, names: Sequence[str]) -> Iterator[Sequence[Value]]:
    known = frozenset(names)
    for row in rows:
        extra = cast("Mapping[str, Value]", row[place] or {})
        if not extra.keys() <= known:
            raise ShortFile(_("Records with other columns were loaded while these were read."))
        yield [*row[:place], *(extra.get(name) for name in names), *row[place + 1 :]]
