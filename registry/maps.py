"""The map of cases by country: what is drawn beside the table that holds the same numbers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django_countries import countries

from registry import outlines
from standards.countries import country_names

BOUNDARIES = settings.NODE_MODULES / "world-atlas" / "countries-50m.json"
SHADES = 4


@dataclass(frozen=True)
class Shape:
    """A country on the map; shade 0 has no cases, shade 4 the most."""

    name: str
    path: str
    cases: int
    shade: int


@dataclass(frozen=True)
class Dot:
    """A place with coordinates where cases are."""

    name: str
    x: int
    y: int
    cases: int
    radius: int


@dataclass(frozen=True)
class Map:
    shapes: list[Shape]
    dots: list[Dot]
    view_box: str


def draw(cases: Mapping[str, int], places: list[tuple[str, float, float, int]]) -> Map:
    """`cases` maps ISO codes to numbers of cases; `places` are name, longitude, latitude, number of cases."""
    most = max(cases.values(), default=0)
    names = country_names()
    shapes = [
        Shape(names.get(code, code), path, cases.get(code, 0), _shade(cases.get(code, 0), most))
        for code, path in _boundaries().items()
    ]
    view_box = f"{outlines.LEFT} {outlines.TOP} {outlines.WIDTH} {outlines.HEIGHT}"
    return Map(shapes, [dot for place in places if (dot := _dot(*place))], view_box)


def _shade(number: int, most: int) -> int:
    return -(-number * SHADES // most) if most else 0


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
