"""Outlines of countries from TopoJSON, projected for a map of Europe. Pure: no Django.

Projection: Lambert azimuthal equal-area centred on 52 N, 10 E, the centre of ETRS89-LAEA, on a sphere; a country's area
on the map stands in proportion to its true one. Formula: Snyder, Map Projections (USGS 1395), equations 22-4 and 24-2.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

Point = tuple[float, float]
# Corners of an outline in whole map units.
Ring = list[tuple[int, int]]
# TopoJSON, whose members have no common type.
Topology = Mapping[str, Any]

CENTRE = (10.0, 52.0)
# Scale in map units per earth radius, and the window, chosen so that Iceland to Cyprus fill 640 x 560 units.
SCALE = 960.0
LEFT, TOP, WIDTH, HEIGHT = -400, -330, 720, 630
# Countries that lie wholly outside are left out; what crosses the edge is cut by the picture.
MARGIN = 150


def project(longitude: float, latitude: float) -> Point:
    """Degrees to map units, y downwards. Points behind the horizon come out far away, never inside the window."""
    lam, phi = math.radians(longitude - CENTRE[0]), math.radians(latitude)
    phi0 = math.radians(CENTRE[1])
    cosine = math.sin(phi0) * math.sin(phi) + math.cos(phi0) * math.cos(phi) * math.cos(lam)
    k = SCALE * math.sqrt(2 / max(1 + cosine, 1e-6))
    x = k * math.cos(phi) * math.sin(lam)
    y = k * (math.cos(phi0) * math.sin(phi) - math.sin(phi0) * math.cos(phi) * math.cos(lam))
    return x, -y


def is_inside(x: float, y: float, margin: float = 0) -> bool:
    return LEFT - margin <= x <= LEFT + WIDTH + margin and TOP - margin <= y <= TOP + HEIGHT + margin


def outlines(topology: Topology) -> dict[str, list[Ring]]:
    """ISO 3166-1 numeric code to the rings of the country, for each that touches the window."""
    arcs = [list(_arc(deltas, topology["transform"])) for deltas in topology["arcs"]]
    found = {}
    for country in topology["objects"]["countries"]["geometries"]:
        rings = [ring for ring in _rings(country) if ring]
        drawn = [corners for ring in rings if (corners := _corners(_points(ring, arcs)))]
        if drawn and "id" in country:
            found[country["id"]] = drawn
    return found


def _arc(deltas: Iterable[Iterable[int]], transform: Topology) -> Iterable[Point]:
    """Delta-coded integers to projected points."""
    (scale_x, scale_y), (shift_x, shift_y) = transform["scale"], transform["translate"]
    x = y = 0
    for dx, dy in deltas:
        x, y = x + dx, y + dy
        yield project(x * scale_x + shift_x, y * scale_y + shift_y)


def _rings(country: Topology) -> list[list[int]]:
    """Rings of arc numbers of a Polygon or MultiPolygon."""
    arcs = country.get("arcs", [])
    if country["type"] == "Polygon":
        return list(arcs)
    return [ring for polygon in arcs for ring in polygon]


def _points(ring: list[int], arcs: list[list[Point]]) -> list[Point]:
    """A negative number means the arc of its complement, backwards."""
    points: list[Point] = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += arc[1:] if points else arc
    return points


def _corners(points: list[Point]) -> Ring:
    """Rounded to whole units; empty when nothing of the ring is near the window or it shrinks to a speck."""
    if not any(is_inside(x, y) for x, y in points):
        return []
    near = [(round(x), round(y)) for x, y in points if is_inside(x, y, MARGIN)]
    kept: Ring = []
    for point in near:
        if kept and kept[-1] == point:
            continue
        # A point on the way from the one before to this one draws nothing.
        if len(kept) > 1 and _is_between(kept[-2], kept[-1], point):
            kept.pop()
        kept.append(point)
    return kept if len(kept) > 2 else []


def _is_between(one: tuple[int, int], point: tuple[int, int], other: tuple[int, int]) -> bool:
    before, after = (point[0] - one[0], point[1] - one[1]), (other[0] - point[0], other[1] - point[1])
    is_straight = before[0] * after[1] == before[1] * after[0]
    return is_straight and before[0] * after[0] + before[1] * after[1] > 0


def path(rings: Sequence[Ring]) -> str:
    """The `d` of an SVG path. Each corner is counted from the one before: a third of the bytes of a compressed page
    beside counting from one corner of the map."""
    return "".join(f"M{ring[0][0]} {ring[0][1]}l{_steps(ring)}z" for ring in rings)


def _steps(ring: Ring) -> str:
    written = "".join(f" {x1 - x0} {y1 - y0}" for (x0, y0), (x1, y1) in pairwise(ring))
    # A sign separates numbers as a blank does.
    return written.replace(" -", "-").lstrip()
