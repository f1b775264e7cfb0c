"""Querysets of hot addresses, whose SQL is built once and asked again with other values.

Django builds the SQL of a rule of visibility anew for each request, in about a millisecond; PostgreSQL answers it in a
tenth of that. Where an address asks many small questions, this is most of its time (docs/adr/0119)::

    _own = Prepared(lambda person, pk: Assignment.objects.visible_to(person).filter(pk=pk))
    rows = _own(person, 12)

The queryset is built by the same function for everybody who has the same roles, and for everybody who is not signed in,
with a stand-in for each value. So the rule stays where it is, and what it does with a value other than to hand it to
PostgreSQL is refused.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from copy import copy
from datetime import date
from hashlib import sha256
from threading import Lock
from typing import Any, Generic, NoReturn, Protocol, TypeVar, runtime_checkable
from uuid import UUID
from weakref import WeakKeyDictionary

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import EmptyResultSet
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from psycopg2.extensions import AsIs

Row = TypeVar("Row", bound=Model)
# Sets of roles differ little between people; what is not asked for long is built again.
MOST_SHAPES = 256
_NUMBER, _TEXT = 2_147_480_000, "\x01stand-in"  # Numbers that PostgreSQL's integer can hold.
_PLAIN = (int, str, UUID)
_TYPES = {int: "bigint", str: "text", UUID: "uuid"}
# Connections of the driver, and the statements that PostgreSQL has of each.
_statements: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


@runtime_checkable
class Shaped(Protocol):
    """A value of which more than its key decides on the SQL, such as a person with roles."""

    pk: Any

    def sql_shape(self) -> Hashable:
        """What the SQL depends on besides the key. Two values of one shape differ in the key alone."""
        ...

    def stand_in(self, key: int) -> Any:
        """One of the same shape with another key; reading anything else of it is an error."""
        ...


class Prepared(Generic[Row]):
    """A queryset as a function of its values: integers, texts, UUIDs, nobody (AnonymousUser), and what is `Shaped`.

    Calling it gives the rows as a list. TypeError where building it reads the database or anything else of a value,
    where a value is not handed to PostgreSQL as it is, and where it holds a time: the first request's would be kept.
    """

    def __init__(self, build: Callable[..., "QuerySet[Row, Any]"]) -> None:
        self._build = build
        self._known: OrderedDict[Hashable, _Filled | None] = OrderedDict()
        self._lock = Lock()

    def __call__(self, *values: object) -> list[Any]:
        shape = tuple(type(value) if type(value) in _PLAIN else _shape(value) for value in values)
        with self._lock:
            is_known = shape in self._known
            if is_known:
                self._known.move_to_end(shape)
                filled = self._known[shape]
        if not is_known:
            filled = self._prepare(shape, values)
        return [] if filled is None else filled.rows([_plain(value) for value in values])

    def first(self, *values: object) -> Any:
        """The first row, or None."""
        return next(iter(self(*values)), None)

    def _prepare(self, shape: Hashable, values: tuple[object, ...]) -> "_Filled | None":
        stand_ins = [_stand_in(value, number) for number, value in enumerate(values)]
        try:
            with connection.execute_wrapper(_refuse):
                filled = _Filled(self._build(*stand_ins), stand_ins)
        except EmptyResultSet:
            # Nobody of this shape sees anything.
            filled = None
        with self._lock:
            self._known[shape] = filled
            if len(self._known) > MOST_SHAPES:
                self._known.popitem(last=False)
        return filled


class _Filled:
    """A queryset whose SQL is built; its parameters are filled in."""

    def __init__(self, queryset: "QuerySet[Any, Any]", stand_ins: list[object]) -> None:
        self.queryset = queryset
        self.compiler: SQLCompiler = queryset.query.get_compiler(queryset.db)
        self.sql, params = self.compiler.as_sql()
        self.params = list(params)
        keys = {_plain(one): number for number, one in enumerate(stand_ins) if not isinstance(one, AnonymousUser)}
        self.places = {
            place: keys[value] for place, value in enumerate(self.params) if isinstance(value, _PLAIN) and value in keys
        }
        self._names: dict[tuple[str, ...], str] = {}
        self._texts: dict[str, str] = {}
        # Of a person the roles may be all that counts, and they are part of the shape.
        needed = {number for number, one in enumerate(stand_ins) if type(one) in _PLAIN}
        rest = [self.sql, *(str(value) for place, value in enumerate(self.params) if place not in self.places)]
        if needed - set(self.places.values()) or any(str(key) in text for key in keys for text in rest):
            raise TypeError(f"A value is not a parameter as it is: {self.sql}")
        if times := [value for value in self.params if isinstance(value, date)]:
            raise TypeError(f"The statement would keep the time {times[0]}.")

    def rows(self, values: list[object]) -> list[Any]:
        connection = connections[self.queryset.db]
        sql, filled = self._statement(connection, values)
        params: tuple[Any, ...] = tuple(filled)
        # Copies, because requests of several threads use the same prepared queryset.
        compiler = copy(self.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_args, **_names: (sql, params)  # type: ignore[method-assign]
        query = copy(self.queryset.query)
        query.get_compiler = lambda *_args, **_names: compiler  # type: ignore[method-assign]
        rows: QuerySet[Any, Any] = QuerySet(self.queryset.model, query, self.queryset.db)
        rows._iterable_class = self.queryset._iterable_class
        return list(rows)

    def _statement(self, connection: BaseDatabaseWrapper, values: list[object]) -> tuple[str, list[object]]:
        """What is run: the name of the statement, which PostgreSQL has planned, with its values.

        A pooler gives each transaction another connection, on which PostgreSQL has not got it: then the SQL itself.
        """
        if connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
            return self.sql, [values[self.places[n]] if n in self.places else one for n, one in enumerate(self.params)]
        used = sorted(set(self.places.values()))
        kinds = tuple(_TYPES[type(values[number])] for number in used)
        name = self._name(connection, used, kinds)
        if not used:
            return f"EXECUTE {name}", []
        return f"EXECUTE {name} ({', '.join(['%s'] * len(used))})", [values[number] for number in used]

    def _name(self, connection: BaseDatabaseWrapper, used: list[int], kinds: tuple[str, ...]) -> str:
        """The name of the statement on this connection; PostgreSQL gets it where it is new there."""
        with connection.cursor() as cursor:
            known = _statements.setdefault(connection.connection, set())
            if (name := self._names.get(kinds)) is None:
                places = {number: AsIs(f"${place}") for place, number in enumerate(used, 1)}
                filled = [places[self.places[n]] if n in self.places else one for n, one in enumerate(self.params)]
                text = str(cursor.mogrify(self.sql, filled), "utf-8")
                name = self._names[kinds] = f"lipse_{sha256(f'{kinds} {text}'.encode()).hexdigest()[:24]}"
                self._texts[name] = f"PREPARE {name}{f' ({chr(44).join(kinds)})' if kinds else ''} AS {text}"
            if name not in known:
                cursor.cursor.execute(self._texts[name])
                known.add(name)
        return name


def _refuse(_execute: object, sql: str, *_rest: object) -> NoReturn:
    raise TypeError(f"A prepared queryset asks the database while it is built: {sql}")


def _shape(value: object) -> Hashable:
    if isinstance(value, AnonymousUser):
        return AnonymousUser
    if not isinstance(value, Shaped):
        raise TypeError(f"{value!r} cannot be a value of a prepared queryset.")
    return value.sql_shape()


def _stand_in(value: object, number: int) -> object:
    if isinstance(value, AnonymousUser):
        return value
    if isinstance(value, Shaped):
        return value.stand_in(_NUMBER + number)
    if isinstance(value, UUID):
        return UUID(int=_NUMBER + number)
    return _NUMBER + number if isinstance(value, int) else f"{_TEXT} {number}"


def _plain(value: object) -> object:
    return value if type(value) in _PLAIN else value.pk  # type: ignore[attr-defined]
