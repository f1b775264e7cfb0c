"""An export and a saved query of the data manager, which nobody else finds."""

from accounts.roles import Role
from exports.actions import save_query, start_export
from exports.jobs import EXPORTS
from jobs.running import run
from tests.factories.complaints import load_records, make_dataset
from tests.permissions.line import Line

OWN = "login 404 404 404 404 {0} 404 404"
API = "/api/v1/exports/"
API_OWN = "404 404 404 404 404 {0} 404 404"
NEW = {"query": "/api/v1/complaint-records/", "format": "csv"}

LINES = [
    Line("GET", "/exports/", "members:200"),
    Line("GET", "/exports/new/", "members:200"),
    Line("POST", "/exports/new/", "members:303", NEW),
    Line("GET", "/exports/{export}/", OWN.format(200)),
    Line("GET", "/exports/{export}/file/", OWN.format(200)),
    Line("POST", "/exports/{export}/delete/", OWN.format(303)),
    Line("GET", "/saved-queries/", "members:200"),
    Line("GET", "/saved-queries/new/", "members:200"),
    Line("POST", "/saved-queries/new/", "members:303", {"name": "Letters", "query": NEW["query"]}),
    Line("GET", "/saved-queries/{saved_query}/", "404 404 404 404 404 200 404 404"),
    Line("POST", "/saved-queries/{saved_query}/share/", OWN.format(303), {"shared": "no"}),
    Line("POST", "/saved-queries/{saved_query}/delete/", OWN.format(303)),
    Line("GET", API, "all:200"),
    Line("POST", API, "token:202", NEW),
    Line("GET", f"{API}{{export}}/", API_OWN.format(200)),
    Line("GET", f"{API}codebook/?query=/api/v1/complaint-records/", "all:200"),
    Line("GET", f"{API}{{export}}/codebook/", API_OWN.format(200)),
    Line("GET", f"{API}{{export}}/file/", API_OWN.format(200)),
    Line("DELETE", f"{API}{{export}}/", "404 404 404 404 404 204 404 404"),
]


def world(cast):
    dataset = make_dataset(cast["alpha"], access="restricted", narrative_access="restricted")
    load_records(dataset, [{"narrative": "The roof leaks."}])
    export = start_export(query="/api/v1/complaint-records/", fmt="jsonl", by=cast[Role.DATA_MANAGER])
    run(EXPORTS, export.pk)
    saved = save_query(name="Mine", query="/api/v1/complaint-records/?country=NL", by=cast[Role.DATA_MANAGER])
    return {"export": export.pk, "saved_query": saved.key}
