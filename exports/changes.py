"""The change feed: what was created, updated, deleted or hidden since a cursor (docs/adr/0109).

A cursor holds for each kind of row what the copy of its reader has, as the kind itself writes it. It is signed, belongs
to one person and one database, and never expires. Each kind compares it with what the person may see now, so that lost
access, for whatever reason, is a change like any other.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from accounts.models import User
from exports import id_sets
from exports.models import Change
from rest.horizon import Horizon, horizon

Person: TypeAlias = User | AnonymousUser
Done: TypeAlias = Literal["created", "updated", "deleted", "hidden"]
State: TypeAlias = dict[str, object]
"""What a kind writes into a cursor: JSON."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change. `id` is the row's in the address of its kind; None where it is of all rows of `group`, a slug."""

    type: str
    id: int | str | None
    change: Done
    at: datetime
    group: str | None = None


class Kind(Protocol):
    """Rows of one list whose changes can be followed."""

    @property
    def name(self) -> str:
        """As answers name the kind."""

    def now(self, person: Person, at: Horizon) -> State:
        """The state of a copy that has everything which the person may see now."""

    def empty(self, at: Horizon) -> State:
        """The state of a copy that has nothing yet."""

    def read(self, person: Person, state: State, at: Horizon, most: int) -> tuple[list[Entry], State]:
        """The next changes, at most so many, and the state of a copy that has taken them in."""


@dataclass(frozen=True)
class ListedRows:
    """Rows of a list of thousands, whose changes `exports_record_changes_of` records.

    The cursor holds which of them the copy has. Rows that are in it and not visible any more were deleted or hidden;
    visible ones that are not in it are new to the copy; of the others those are updated that a transaction changed
    which was not below the horizon when the cursor was made.
    """

    name: str
    key: str
    visible: Callable[[Person], QuerySet[Model]]

    def now(self, person: Person, at: Horizon) -> State:
        return _state(at.below, 0, self._seen(person))

    def empty(self, at: Horizon) -> State:
        return _state(at.below, 0, ())

    def read(self, person: Person, state: State, at: Horizon, most: int) -> tuple[list[Entry], State]:
        last = (int(str(state["below"])), int(str(state["id"])))
        held = id_sets.read(str(state["held"]))
        seen = self._seen(person)
        changed = sorted(
            (row.changed_in, pk)
            for pk, row in seen.items()
            if pk in held and last < (row.changed_in, pk) and row.changed_in < at.below
        )
        gone = sorted(held - seen.keys())[:most]
        new = sorted(seen.keys() - held)[: most - len(gone)]
        updated = changed[: most - len(gone) - len(new)]
        entries = [
            *self._gone(gone),
            *(self._entry(seen[pk], "created") for pk in new),
            *(self._entry(seen[pk], "updated") for _transaction, pk in updated),
        ]
        is_all = len(entries) < most
        below, pk = (at.below, 0) if is_all else (updated or [last])[-1]
        return entries, _state(below, pk, (held - set(gone)) | set(new))

    def _seen(self, person: Person) -> dict[int, Change]:
        keys = self.visible(person).order_by().values_list(Cast(self.key, TextField()), flat=True)
        return {row.pk: row for row in Change.objects.filter(kind=self.name, key__in=keys)}

    def _gone(self, gone: list[int]) -> list[Entry]:
        if not gone:
            return []
        rows = Change.objects.filter(kind=self.name, pk__in=gone).order_by("pk")
        return [self._entry(row, "deleted" if row.is_deleted else "hidden") for row in rows]

    def _entry(self, row: Change, change: Done) -> Entry:
        return Entry(self.name, int(row.key) if self.key == "id" else row.key, change, row.changed_at)


def _state(below: int, pk: int, held: Iterable[int]) -> State:
    return {"below": below, "id": pk, "held": id_sets.written(set(held))}


@dataclass(frozen=True)
class Cursor:
    """The states of some kinds, in a database."""

    database: str
    states: Mapping[str, State]


def cursor_of_now(kinds: Iterable[Kind], person: Person) -> Cursor:
    """The cursor of a copy that has everything which the person may see now."""
    at = horizon()
    return Cursor(at.database, {kind.name: kind.now(person, at) for kind in kinds})


def cursor_of_nothing(kinds: Iterable[Kind]) -> Cursor:
    """The cursor of an empty copy."""
    at = horizon()
    return Cursor(at.database, {kind.name: kind.empty(at) for kind in kinds})


def changes_since(kinds: Iterable[Kind], person: Person, since: Cursor, most: int) -> tuple[list[Entry], Cursor]:
    """The next changes of these kinds, at most so many, and the cursor behind them.

    Within a kind an update that was committed before another one began comes before it. ValidationError where the
    cursor is of another database or of other kinds.
    """
    kinds, at = list(kinds), horizon()
    _check(since, at, [kind.name for kind in kinds])
    entries: list[Entry] = []
    states = dict(since.states)
    for kind in kinds:
        if len(entries) < most:
            found, states[kind.name] = kind.read(person, states[kind.name], at, most - len(entries))
            entries += found
    return entries, Cursor(at.database, states)


def written(cursor: Cursor, person: Person) -> str:
    """The cursor as signed text for this person. Long where the copy has many rows with gaps between them."""
    return signing.dumps([cursor.database, cursor.states], salt=_salt(person), compress=True)


def read(text: str, person: Person) -> Cursor:
    """The cursor. ValidationError where it is damaged, not signed by this site, or another person's."""
    try:
        database, states = signing.loads(text, salt=_salt(person))
    except (signing.BadSignature, ValueError) as error:
        message = _("This cursor is damaged, or was made for another person. Read everything again: since=start.")
        raise _refused(message, "bad_cursor") from error
    return Cursor(database, states)


def _check(cursor: Cursor, at: Horizon, names: list[str]) -> None:
    if cursor.database != at.database:
        message = _(
            "The database was restored from a backup or replaced after this cursor was made. What changed since is not "
            "known. Read everything again: since=start."
        )
        raise _refused(message, "cursor_of_another_database")
    if list(cursor.states) != names:
        message = _("This cursor was made for other kinds: %(kinds)s.") % {"kinds": ", ".join(cursor.states)}
        raise _refused(message, "bad_cursor")


def _refused(message: str, code: str) -> ValidationError:
    return ValidationError({"since": ValidationError(message, code=code)})


def _salt(person: Person) -> str:
    return f"exports.changes.{person.pk or 'anonymous'}"
