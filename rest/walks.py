"""Walks through a list, page by page: what changed after the first page was read (docs/adr/0112).

A page begins after the last row of the one before. In an order by a column that never changes, each row that is in the
list all the time comes once. In another order a row that is updated between two pages can move behind the reader or
ahead of them. So a cursor has the horizon of the first page, and later pages compare the rows of the list with it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias

from django.core.exceptions import EmptyResultSet
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Exists, F, Func, Model, Q, QuerySet, Subquery
from django.db.models.expressions import Col
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone
from django.utils.translation import gettext as _

from rest.counts import Count
from rest.horizon import horizon
from rest.keyset import Key, fingerprint, is_fixed
from rest.time_limits import TookTooLong, rows_within

MOST_NAMED = 1000
LIMIT_MS = 200
RowKey: TypeAlias = int | str


@dataclass(frozen=True)
class Start:
    """When a walk began: in this database every transaction with a number below `below` had ended.

    count: how many rows the list had; None where they were not all counted. has_changed, has_moved: whether an earlier
    page found changes, and rows that may have changed their place. A later page would not find a row that was added,
    read and removed, nor, if it is read from a replica, what that does not have yet.
    """

    database: str
    below: int
    at: datetime
    count: int | None = None
    has_changed: bool = False
    has_moved: bool = False


@dataclass(frozen=True)
class Changes:
    """What changed in a list since the start of a walk.

    rows: the keys of rows that are in the list and were added or updated; None if not known, or more than MOST_NAMED.
    may_have_moved: whether one of them was, or may have been, in the list before.
    others: whether something else changed, such as rows that were removed; None if not known.
    """

    rows: list[RowKey] | None
    may_have_moved: bool
    others: bool | None = None


NOT_LOOKED_FOR = Changes(None, may_have_moved=False)
NOT_KNOWN = Changes(None, may_have_moved=True)
TOO_MANY = Changes(None, may_have_moved=True, others=True)

# Compares the rows of a list, which are sorted by these keys, with a start; the last argument is the field that names
# a row.
Comparison: TypeAlias = Callable[[QuerySet[Model], Sequence[Key], Start, str], Changes]


@dataclass(frozen=True)
class Walk:
    """What a page after the first says of the pages read so far.

    start: for the cursors of this page. complete: each row that was in the list all the time has come exactly once.
    changed_since_start: None if not known. changed: see `Changes.rows`. safe_ordering: one that is always complete.
    """

    start: Start
    complete: bool
    changed_since_start: bool | None
    changed: list[RowKey] | None
    safe_ordering: str = ""

    @property
    def sentence(self) -> str:
        if self.complete and self.changed_since_start is False:
            return _("The list has not changed since its first page was read.")
        if self.complete:
            text = _("Each row that was in the list all the time comes exactly once.")
            if self.changed_since_start:
                text = _("Rows were added, removed or updated after the first page was read.") + " " + text
            return text
        if self.changed_since_start:
            text = _("The list changed after its first page was read: rows may be missing or come twice in this order.")
        else:
            text = _("It is not known whether rows changed their place: some may be missing or come twice.")
        if not self.safe_ordering:
            return text + " " + _("Read the list again from its first page.")
        repair = _("Read the list again from its first page with ordering=%(ordering)s.")
        return f"{text} {repair % {'ordering': self.safe_ordering}}"

    def as_json(self) -> dict[str, object]:
        return {
            "began_at": self.start.at,
            "complete": self.complete,
            "changed_since_start": self.changed_since_start,
            "changed": self.changed,
            "sentence": self.sentence,
        }


class OnTables(Func):
    """A condition on a column that the models do not have, in every table from which a path or annotation is read.

    condition: SQL with `{table}` for the name of a table and one `%s` for the parameter.
    """

    conditional = True
    output_field = BooleanField()

    def __init__(self, path: str, condition: str, parameter: str) -> None:
        super().__init__(F(path))
        self.condition, self.parameter = condition, parameter

    def as_sql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,
        function: str | None = None,
        template: str | None = None,
        arg_joiner: str | None = None,
        **extra_context: Any,
    ) -> tuple[str, tuple[str | int, ...]]:
        [source] = self.get_source_expressions()
        tables = sorted({part.alias for part in source.flatten() if isinstance(part, Col)})
        conditions = [self.condition.format(table=compiler.quote_name_unless_alias(table)) for table in tables]
        return f"({' OR '.join(conditions) or 'false'})", (self.parameter,) * len(conditions)


def begin() -> Start:
    """The start of a walk. Call it before the first page is read."""
    now = horizon()
    return Start(_short(now.database), now.below, timezone.now())


def is_of_this_database(start: Start) -> bool:
    """Numbers of transactions of another database, such as that of before a restore, say nothing."""
    return start.database == _short(horizon().database)


def changes_of_rows(queryset: QuerySet[Model], keys: Sequence[Key], start: Start, named_by: str) -> Changes:
    """What changed in a list of thousands, by the transaction that wrote each row (`xmin`): each of its rows is read.

    Nothing is known where a key is computed from other rows.
    """
    paths = {"pk", *(part for key in keys for part in _prefixes(key.path))}
    if any(_reads_other_rows(queryset, path) for path in paths):
        return NOT_KNOWN
    # `xmin` has 32 bits: numbers are compared by how long ago they were given. The lowest three have a meaning.
    since = str(max(3, start.below % 2**32))
    written = Q()
    for path in sorted(paths):
        written |= Q(OnTables(path, "age({table}.xmin) <= age(%s::xid)", since))
    found = first_rows(queryset.filter(written), named_by)
    if found is None:
        return NOT_KNOWN
    rows = [key for (key,) in found]
    return TOO_MANY if len(rows) > MOST_NAMED else Changes(rows, may_have_moved=bool(rows))


def first_rows(queryset: QuerySet[Model], *columns: str, most: int = MOST_NAMED + 1) -> list[tuple[RowKey, ...]] | None:
    """The first rows of a queryset in no order; None if they take longer than LIMIT_MS."""
    try:
        statement, params = queryset.order_by().values_list(*columns)[:most].query.sql_with_params()
        found = rows_within(LIMIT_MS, statement, params, using=queryset.db)
    except EmptyResultSet:
        return []
    except TookTooLong:
        return None
    return [tuple(value if isinstance(value, int) else str(value) for value in row) for row in found]


def _prefixes(path: str) -> list[str]:
    steps = path.split("__")
    return ["__".join(steps[: end + 1]) for end in range(len(steps))]


def _reads_other_rows(queryset: QuerySet[Model], path: str) -> bool:
    annotation = queryset.query.annotations.get(path)
    if annotation is None:
        return False
    return annotation.contains_aggregate or any(isinstance(part, Subquery | Exists) for part in annotation.flatten())


def _short(database: str) -> str:
    return fingerprint(database)[:8]


@dataclass(frozen=True)
class Walked:
    """How a list is walked. fixed: paths of sort keys, besides the primary key, whose values never change."""

    fixed: frozenset[str] = frozenset()
    changes: Comparison = changes_of_rows

    def walk(
        self, queryset: QuerySet[Model], keys: Sequence[Key], start: Start, count: Count | None, *, is_last: bool,
        named_by: str, safe_ordering: str,
    ) -> Walk:  # fmt: skip
        """What to say on a page. Call it after the page was read.

        A fixed order is complete anyway, so that rows are compared on the last page only.
        """
        always = is_fixed(queryset, keys, self.fixed)
        found = NOT_LOOKED_FOR
        if is_last or not always:
            found = self.changes(queryset, keys, start, named_by) if is_of_this_database(start) else NOT_KNOWN
        has_moved = start.has_moved or (found.may_have_moved and found is not NOT_KNOWN)
        is_changed = start.has_changed or _is_changed(found, start.count, count)
        return Walk(
            start=replace(start, has_changed=bool(is_changed), has_moved=has_moved),
            complete=always or not (found.may_have_moved or has_moved),
            changed_since_start=is_changed,
            changed=found.rows,
            safe_ordering=safe_ordering,
        )


BY_ROWS = Walked()


def _is_changed(found: Changes, before: int | None, count: Count | None) -> bool | None:
    """None if not known. Rows that were removed are known from the counts, where both are exact."""
    is_counted = before is not None and count is not None and count.exact
    differs = before != count.value if is_counted and count else None
    if found.rows or found.others or differs:
        return True
    if found.rows is None or (found.others is None and differs is None):
        return None
    return False
