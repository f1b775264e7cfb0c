"""Records of a restricted dataset of Alpha: who is not of Alpha finds nothing of them."""

from tests.factories.complaints import load_records, make_dataset
from tests.permissions.line import Line

OWN = "404 200 200 200 200 200 200 404"
LEADS = "login 403 403 403 {0} 403 403 {0}"
API = "/api/v1/complaint-records/"

LINES = [
    Line("GET", "/complaint-records/", "all:200"),
    Line("GET", "/complaint-records/compare/", "all:200"),
    Line("GET", "/complaint-records/{record}/", OWN),
    Line("GET", "/institutions/Office%20of%20the%20Ombudsman/", OWN),
    Line("GET", "/institutions/Nobody/", "all:404"),
    Line("GET", "/complaint-records/send-to-coding/", LEADS.format(200)),
    Line("POST", "/complaint-records/send-to-coding/", LEADS.format(422)),
    Line("GET", API, "all:200"),
    Line("GET", f"{API}{{record}}/", OWN),
    Line("GET", f"{API}facets/?field=finding", "all:200"),
    Line("GET", f"{API}facets/export/?field=finding&format=json-stat", "all:200"),
    Line("GET", f"{API}cross-table/?field=finding,country", "all:200"),
    Line("GET", f"{API}cross-table/export/?field=finding,country&format=json-stat", "all:200"),
    Line("GET", f"{API}days-open/", "all:200"),
    Line("GET", f"{API}days-open/export/?field=country&format=csv", "all:200"),
    Line("GET", f"{API}export/?format=csv", "all:200"),
    Line("GET", f"{API}issues/export/?format=csv", "all:200"),
    Line("GET", f"{API}recommendations/export/?format=csv", "all:200"),
    Line("GET", f"{API}follow-ups/export/?format=csv", "all:200"),
]


def world(cast):
    dataset = make_dataset(cast["alpha"], access="restricted", narrative_access="restricted")
    [record] = load_records(dataset, [{"narrative": "The roof leaks."}])
    return {"record": record}
