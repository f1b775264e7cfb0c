"""The map of cases, events or records by country: what is drawn beside the table that holds the same numbers."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django_countries import countries

from registry import outlines
from standards.countries import country_names

BOUNDARIES = settings.NODE_MODULES / "world-atlas" / "countries-50m.json"
SHADES = 4
# Map units round what is shown.
BORDER = 40
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Shape:
    """A country on the map; shade 0 has none of what is counted, shade 4 the most. `url` leads to its page or list."""

    code: str
    name: str
    path: str
    number: int
    shade: int
    url: str = ""


@dataclass(frozen=True)
class Dot:
    """A place with coordinates where some of what is counted is."""

    name: str
    x: int
    y: int
    number: int
    radius: int


@dataclass(frozen=True)
class Class:
    """A class of the legend: its shade, and the smallest and largest number in it."""

    shade: int
    least: int
    most: int


@dataclass(frozen=True)
class Map:
    shapes: tuple[Shape, ...]
    dots: tuple[Dot, ...]
    view_box: str
    legend: tuple[Class, ...]


def draw(
    numbers: Mapping[str, int], places: Sequence[tuple[str, float, float, int]], urls: Mapping[str, str] | None = None
) -> Map:
    """`numbers` maps ISO codes to what is counted; `places` are name, longitude, latitude, number; `urls` are the
    addresses of countries. The map shows the countries with a number and what lies between them."""
    most = max(numbers.values(), default=0)
    names, links = country_names(), urls or {}
    shapes = tuple(
        Shape(
            code,
            names.get(code, code),
            path,
            numbers.get(code, 0),
            _shade(numbers.get(code, 0), most),
            links.get(code, ""),
        )
        for code, (path, _box) in _boundaries().items()
    )
    dots = tuple(dot for place in places if (dot := _dot(*place)))
    boxes = [box for code, (_path, box) in _boundaries().items() if numbers.get(code) and box]
    return Map(shapes, dots, _window([*boxes, *((dot.x, dot.y, dot.x, dot.y) for dot in dots)]), _legend(most))


def _shade(number: int, most: int) -> int:
    return -(-number * SHADES // most) if most else 0


def _legend(most: int) -> tuple[Class, ...]:
    """The classes that can occur: with three at most in one country there are three, not four."""
    ends = [shade * most // SHADES for shade in range(SHADES + 1)]
    classes = [Class(shade, ends[shade - 1] + 1, ends[shade]) for shade in range(1, SHADES + 1)]
    return tuple(each for each in classes if each.least <= each.most)


def _box_of(rings: Sequence[outlines.Ring]) -> Box | None:
    """Left, top, right and bottom of a country, as far as it lies in the window of the map."""
    inside = [point for ring in rings for point in ring if outlines.is_inside(*point)]
    if not inside:
        return None
    xs, ys = zip(*inside, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _window(boxes: Sequence[Box]) -> str:
    """The view box round these boxes with a margin, in the shape of the whole map and never beyond it."""
    whole = (outlines.LEFT, outlines.TOP, outlines.WIDTH, outlines.HEIGHT)
    if not boxes:
        return " ".join(map(str, whole))
    left, top = min(box[0] for box in boxes) - BORDER, min(box[1] for box in boxes) - BORDER
    right, bottom = max(box[2] for box in boxes) + BORDER, max(box[3] for box in boxes) + BORDER
    width = max(right - left, (bottom - top) * outlines.WIDTH / outlines.HEIGHT, outlines.WIDTH / 3)
    width = min(round(width), outlines.WIDTH)
    height = round(width * outlines.HEIGHT / outlines.WIDTH)
    x = _within((left + right - width) // 2, outlines.LEFT, outlines.LEFT + outlines.WIDTH - width)
    y = _within((top + bottom - height) // 2, outlines.TOP, outlines.TOP + outlines.HEIGHT - height)
    return f"{x} {y} {width} {height}"


def _within(value: int, least: int, most: int) -> int:
    return max(least, min(value, most))


def _dot(name: str, longitude: float, latitude: float, number: int) -> Dot | None:
    x, y = outlines.project(longitude, latitude)
    if not outlines.is_inside(x, y):
        return None
    return Dot(name, round(x), round(y), number, min(4 + number, 12))


@cache
def _boundaries() -> dict[str, tuple[str, Box | None]]:
    """Outlines and their boxes by ISO 3166-1 alpha-2 code; read once a process."""
    by_number = outlines.outlines(json.loads(BOUNDARIES.read_text()))
    codes = {f"{countries.numeric(code):03d}": code for code in country_names() if countries.numeric(code)}
    found = {codes[number]: rings for number, rings in by_number.items() if number in codes}
    return {code: (outlines.path(rings), _box_of(rings)) for code, rings in found.items()}
