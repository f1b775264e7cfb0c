"""The registry is public: it holds nothing about persons. (The addresses of its pages are in site.py.)"""

from registry.models import Place, PolicySector
from tests.permissions.line import Line

LINES = [
    Line("GET", "/policy-sectors/{sector}/", "all:200"),
    Line("GET", "/api/v1/organisations/", "all:200"),
    Line("GET", "/api/v1/organisations/{organisation}/", "all:200"),
    Line("GET", "/api/v1/policy-sectors/", "all:200"),
    Line("GET", "/api/v1/policy-sectors/{sector}/", "all:200"),
    Line("GET", "/api/v1/places/", "all:200"),
    Line("GET", "/api/v1/places/{place}/", "all:200"),
]


def world(cast):
    sector, _ = PolicySector.objects.get_or_create(slug="education", defaults={"name": "Education"})
    place = Place.objects.create(name="Delft", country="NL")
    return {"organisation": cast["alpha"].slug, "sector": sector.slug, "place": place.pk}
