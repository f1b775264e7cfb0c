"""Shapes of JSON in which records are no objects of a list: keyed by id, rows without names, a cube of JSON-stat.

Each is recognised whatever the order of its members, and becomes the same records as a list of objects. Pure.
"""

import itertools
import math
from collections import Counter
from collections.abc import Iterator, Sequence

from imports.problems import Refused
from imports.readers.json_beside import beside
from imports.readers.json_stream import JsonStream
from standards.json_values import JsonObject
from standards.translation import gettext as _

KEYED, ROWS, SPLIT, CUBE = "(keyed by id)", "(rows of values)", "(columns and rows)", "(JSON-stat)"
INSIDE = "(keyed by id, in a member)"
_ALIKE = 0.8  # the share of objects that have the commonest member
_NAMES = ("columns", "fields", "header", "headers", "schema")
_DATA = ("data", "rows", "values", "records")
_IN_CUBES = ("version", "class", "id", "size", "dimension", "value", "status", "role")
_MOST_CELLS = 5_000_000
_Line = tuple[int, JsonObject]


def shape_of(stream: JsonStream) -> str:
    """The shape of a text; empty for lists of objects and anything else. Reads as little as can tell."""
    start = stream.peek()
    if start == "[":
        first = next(stream.items(), None)
        return ROWS if first and isinstance(first[1], list) else ""
    return _of_object(stream) if start == "{" else ""


def _of_object(stream: JsonStream) -> str:
    seen: set[str] = set()
    keys: Counter[str] = Counter()
    objects, has_rows, keyed = 0, False, 0
    for name in stream.names():
        seen.add(name)
        if stream.peek() == "[":
            kinds = _kinds(stream, stop_at_objects=name not in _NAMES)
            if kinds is None:
                return ""
            has_rows = has_rows or (name in _DATA and kinds == {list})
            objects = -1
            continue
        value = stream.value()
        objects = objects + 1 if isinstance(value, dict) and objects >= 0 else -1
        keys.update(list(value) if isinstance(value, dict) else ())
        keyed += _is_keyed(value)
    if stream.peek():
        return ""  # one object a line
    if {"dimension", "value"} <= seen or (objects > 0 and keys["dimension"] == keys["value"] == objects):
        return CUBE
    if has_rows and not seen.isdisjoint(_NAMES):
        return SPLIT
    if objects >= 2 and max(keys.values(), default=0) >= _ALIKE * objects:
        return KEYED
    return INSIDE if keyed == 1 else ""


def _is_keyed(value: object) -> bool:
    """Whether a value is an object of two and more objects that are alike: records by their ids."""
    if not isinstance(value, dict) or len(value) < 2 or not all(isinstance(one, dict) for one in value.values()):
        return False
    members = Counter(name for one in value.values() for name in one)
    return max(members.values(), default=0) >= _ALIKE * len(value)


def _kinds(stream: JsonStream, *, stop_at_objects: bool) -> set[type] | None:
    """The types of the items of a list. None as soon as one is an object: then it is a list of records, of any
    length."""
    kinds: set[type] = set()
    for _line, item in stream.items():
        kinds.add(type(item))
        if stop_at_objects and dict in kinds:
            return None
    return kinds


def tables_of(stream: JsonStream, shape: str) -> tuple[dict[str, int], dict[str, str]]:
    """The tables of a text of this shape by name, with the number of their values or 0, and what stands beside them. A
    cube that stands alone is called CUBE."""
    if shape in (KEYED, ROWS):
        return {shape: 0}, {}
    found = _whole(stream)
    if shape == INSIDE:
        return {INSIDE: 0}, beside(found, [name for name, value in found.items() if _is_keyed(value)])
    if shape == SPLIT:
        rows = next(name for name in _DATA if isinstance(found.get(name), list))
        return {SPLIT: 0}, beside(found, [next(name for name in _NAMES if name in found), rows, "index"])
    if "dimension" in found:
        return {CUBE: len(found["value"])}, beside(found, _IN_CUBES)
    return {name: len(cube["value"]) for name, cube in found.items()}, {
        f"{name}.{member}": what for name, cube in found.items() for member, what in beside(cube, _IN_CUBES).items()
    }


def records_of(stream: JsonStream, shape: str, name: str) -> Iterator[_Line]:
    """(line, record) of a text of this shape. name: of the cube, if there are several."""
    if shape == CUBE:
        return _cube(stream, name)
    return {KEYED: _keyed, INSIDE: _inside, ROWS: _rows, SPLIT: _split}[shape](stream)


def _keyed(stream: JsonStream) -> Iterator[_Line]:
    for key in stream.names():
        line = stream.line
        value = stream.value()
        if isinstance(value, dict):
            yield line, {_free(value): key, **value}


def _inside(stream: JsonStream) -> Iterator[_Line]:
    """The records of the only member that holds some, as of an export with a head beside it."""
    for _name in stream.names():
        line, value = stream.line, stream.value()
        if isinstance(value, dict) and _is_keyed(value):
            yield from ((line, {_free(record): key, **record}) for key, record in value.items())


def _free(record: JsonObject) -> str:
    return next(name for name in ("key", "key of the record", "\u200bkey") if name not in record)


def _rows(stream: JsonStream) -> Iterator[_Line]:
    """The first row names the columns if it is all text."""
    names: list[str] | None = None
    for line, row in stream.items():
        cells = row if isinstance(row, list) else [row]
        if names is None:
            is_header = all(type(cell) is str and cell.strip() for cell in cells) and len(set(cells)) == len(cells)
            names = [str(cell) for cell in cells] if is_header else []
            if is_header:
                continue
        yield line, _named(names, cells)


def _named(names: Sequence[str], cells: Sequence[object]) -> JsonObject:
    more = (f"Column {place}" for place in range(len(names) + 1, len(cells) + 1))
    return dict(zip(itertools.chain(names, more), cells, strict=False))


def _split(stream: JsonStream) -> Iterator[_Line]:
    """Names and rows as two members; an index becomes a column."""
    found = _whole(stream)
    names = next(found[name] for name in _NAMES if name in found)
    names = names.get("fields", []) if isinstance(names, dict) else names
    rows = next(found[name] for name in _DATA if isinstance(found.get(name), list))
    columns = [_name_of(name) for name in names]
    index = found.get("index")
    for place, row in enumerate(rows):
        given = {"index": index[place]} if isinstance(index, list) and place < len(index) else {}
        yield stream.line, given | _named(columns, row if isinstance(row, list) else [row])


def _whole(stream: JsonStream) -> JsonObject:
    found = stream.value()
    return found if isinstance(found, dict) else {}


def _name_of(name: object) -> str:
    return str(name.get("name") or name.get("id") or name.get("label") or "") if isinstance(name, dict) else str(name)


def _cube(stream: JsonStream, name: str) -> Iterator[_Line]:
    """A record for each value: the codes of its categories, the value and its status."""
    found = _whole(stream)
    cube: JsonObject = found if "dimension" in found else found[name]
    dimension = cube["dimension"]
    names = cube.get("id") or dimension.get("id") or []
    sizes = [int(str(size)) for size in cube.get("size") or dimension.get("size") or []]
    if not names or len(names) != len(sizes) or not 0 < math.prod(sizes) <= _MOST_CELLS:
        raise _no_cube()
    codes = [_codes(dimension[name], size) for name, size in zip(names, sizes, strict=True)]
    values, status = cube["value"], cube.get("status")
    for place, combined in enumerate(itertools.product(*codes)):
        value = _at(values, place)
        if value is not None:
            given = {"status": mark} if (mark := _at(status, place)) is not None else {}
            yield stream.line, dict(zip(names, combined, strict=True)) | {"value": value} | given


def _codes(dimension: JsonObject, size: int) -> list[str]:
    category = dimension.get("category", {})
    index = category.get("index") or category.get("label") or {}
    codes = list(index) if isinstance(index, list) else sorted(index, key=lambda code: _place(index, code))
    if len(codes) != size:
        raise _no_cube()
    return codes


def _place(index: JsonObject, code: str) -> int:
    place = str(index[code])
    return int(place) if place.isdecimal() else 0


def _at(values: object, place: int) -> object:
    if isinstance(values, dict):
        return values.get(str(place))
    return values[place] if isinstance(values, list) and place < len(values) else None


def _no_cube() -> Refused:
    return Refused(
        "not_a_table",
        _("The file is JSON-stat, but its dimensions do not say which value belongs where. Export the data as CSV."),
    )
