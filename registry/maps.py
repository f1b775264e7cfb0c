"""The map of cases by country: what is drawn beside the table that holds the same numbers."""

import json
import re
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
_POINT = re.compile(r"(?<!\d)(-?\d+) (-?\d+)")
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Shape:
    """A country on the map; shade 0 has no cases, shade 4 the most. `url` leads to its page or list."""

    code: str
    name: str
    path: str
    cases: int
    shade: int
    url: str = ""


@dataclass(frozen=True)
class Dot:
    """A place with coordinates where cases are."""

    name: str
    x: int
    y: int
    cases: int
    radius: int


@dataclass(frozen=True)
class Class:
    """A class of the legend: its shade, and its smallest and largest number of cases."""

    shade: int
    least: int
    most: int


@dataclass(frozen=True)
class Map:
    shapes: list[Shape]
    dots: list[Dot]
    view_box: str
    legend: list[Class]


def draw(
    cases: Mapping[str, int], places: list[tuple[str, float, float, int]], urls: Mapping[str, str] | None = None
) -> Map:
    """`cases` maps ISO codes to numbers of cases; `places` are name, longitude, latitude, number of cases; `urls` are
    the addresses of countries. The map shows the countries with cases and what lies between them."""
    most = max(cases.values(), default=0)
    names, links = country_names(), urls or {}
    shapes = [
        Shape(
            code, names.get(code, code), path, cases.get(code, 0), _shade(cases.get(code, 0), most), links.get(code, "")
        )
        for code, path in _boundaries().items()
    ]
    dots = [dot for place in places if (dot := _dot(*place))]
    boxes = [box for shape in shapes if shape.cases and (box := _box(shape.path))]
    return Map(shapes, dots, _window([*boxes, *((dot.x, dot.y, dot.x, dot.y) for dot in dots)]), _legend(most))


def _shade(number: int, most: int) -> int:
    return -(-number * SHADES // most) if most else 0


def _legend(most: int) -> list[Class]:
    """The classes that can occur: with three cases at most in one country there are three, not four."""
    ends = [shade * most // SHADES for shade in range(SHADES + 1)]
    return [
        Class(shade, ends[shade - 1] + 1, ends[shade])
        for shade in range(1, SHADES + 1)
        if ends[shade - 1] < ends[shade]
    ]


@cache
def _box(path: str) -> Box | None:
    """Left, top, right and bottom of an outline, as far as it lies in the window of the map."""
    points = [(int(x), int(y)) for x, y in _POINT.findall(path)]
    inside = [point for point in points if outlines.is_inside(*point)]
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


def _dot(name: str, longitude: float, latitude: float, cases: int) -> Dot | None:
    x, y = outlines.project(longitude, latitude)
    if not outlines.is_inside(x, y):
        return None
    return Dot(name, round(x), round(y), cases, min(4 + cases, 12))


@cache
def _boundaries() -> dict[str, str]:
    """Outlines by ISO 3166-1 alpha-2 code; read once a process."""
    by_number = outlines.outlines(json.loads(BOUNDARIES.read_text()))
    codes = {f"{countries.numeric(code):03d}": code for code in country_names() if countries.numeric(code)}
    return {codes[number]: path for number, path in by_number.items() if number in codes}
