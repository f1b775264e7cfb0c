"""Erasures of a contribution of Alpha: what Alpha's data managers and administrators do. The stranger finds nothing."""

from urllib.parse import parse_qsl

from casestudies.erasing import CONTRIBUTION
from tests.factories.casestudies import make_case_study, make_contribution
from tests.permissions.line import Line
from versions.actions import erase

LIST = "login 403 403 403 403 200 200 200"
OWN = "login 404 404 404 404 {0} {0} 404"
NEW = "/erasures/new/?{thing}"
MAKERS = "login 403 403 403 403 {0} {0} 404"
API = "/api/v1/erasures/"
OWN_API = "404 404 404 404 404 200 200 404"


def body(world):
    return dict(parse_qsl(world["thing"])) | {"ground": "redaction"}


LINES = [
    Line("GET", "/erasures/", LIST),
    Line("GET", NEW, MAKERS.format(200)),
    Line("POST", NEW, MAKERS.format(422)),
    Line("POST", NEW, MAKERS.format(200), body={"ground": "redaction"}),
    Line("POST", NEW, MAKERS.format(303), body={"ground": "redaction", "confirmed": "1"}),
    Line("GET", "/erasures/{erasure}/", OWN.format(200)),
    Line("POST", "/erasures/{erasure}/undo/", OWN.format(303)),
    Line("GET", API, "all:200"),
    Line("POST", API, "401 403 403 403 403 201 201 404", body),
    Line("POST", f"{API}preview/", "401 403 403 403 403 200 200 404", body),
    Line("GET", f"{API}{{erasure}}/", OWN_API),
    Line("GET", f"{API}{{erasure}}/targets/", OWN_API),
    Line("POST", f"{API}{{erasure}}/undo/", "401 404 404 404 404 200 200 404"),
]


def world(cast):
    case_study = make_case_study(cast["data-manager"])
    earlier, later = (make_contribution(case_study, cast["data-manager"]) for _ in range(2))
    erasure = erase(kind=CONTRIBUTION, key=str(earlier.pk), ground="redaction", by=cast["admin"])
    return {"erasure": erasure.pk, "thing": f"kind={CONTRIBUTION}&key={later.pk}"}
