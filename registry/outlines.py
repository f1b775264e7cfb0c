"""Outlines of countries from TopoJSON, projected for a map of Europe. Pure: no Django.

Projection: Lambert azimuthal equal-area centred on 52 N, 10 E, the centre of ETRS89-LAEA, on a sphere; a country's area
on the map stands in proportion to its true one. Formula: Snyder, Map Projections (USGS 1395), equations 22-4 and 24-2.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any

Point = tuple[float, float]
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


def outlines(topology: Topology) -> dict[str, str]:
    """ISO 3166-1 numeric code to the `d` of an SVG path, for each country that touches the window."""
    arcs = [list(_arc(deltas, topology["transform"])) for deltas in topology["arcs"]]
    found = {}
    for country in topology["objects"]["countries"]["geometries"]:
        rings = [ring for ring in _rings(country) if ring]
        paths = [path for ring in rings if (path := _path(_points(ring, arcs)))]
        if paths and "id" in country:
            found[country["id"]] = "".join(paths)
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


def _path(points: list[Point]) -> str:
    """Rounded to whole units; empty when nothing of the ring is near the window or it shrinks to a speck."""
    if not any(is_inside(x, y) for x, y in points):
        return ""
    near = [(round(x), round(y)) for x, y in points if is_inside(x, y, MARGIN)]
    kept = [point for at, point in enumerate(near) if at == 0 or point != near[at - 1]]
    if len(kept) < 3:
        return ""
    return "M" + "L".join(f"{x} {y}" for x, y in kept) + "Z"
