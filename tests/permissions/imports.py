"""A restricted dataset of Alpha and imports into it, which data managers of Alpha alone may see."""

import hashlib

from accounts.roles import Role
from imports.actions import compare_imports
from imports.jobs.comparing import compare
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset
from tests.permissions.line import Line, counted

MANAGERS = "login 403 403 403 403 {0} 403 {0}"
OWN = "404 200 200 200 200 200 200 404"
KEEPERS = "login 403 403 403 403 {0} 403 404"
IMPORT = "login 404 404 404 404 {0} 404 404"
API_IMPORT = "404 404 404 404 404 200 404 404"
DECISION = {"choice": "include", "reason": "A test"}
ROW = {"rows": [{"reference": "1", "kind": "complaint", "subject": "A test entry"}]}
NEW = {"slug": "more", "title": "More letters"}

LINES = [
    Line("GET", "/datasets/", "all:200"),
    Line("GET", "/datasets/new/", MANAGERS.format(200)),
    Line("POST", "/datasets/new/", MANAGERS.format(422)),
    Line("GET", "/datasets/{dataset}/", OWN),
    Line("GET", "/datasets/{dataset}/edit/", KEEPERS.format(200)),
    Line("POST", "/datasets/{dataset}/edit/", KEEPERS.format(422)),
    Line("GET", "/datasets/{dataset}/language/", KEEPERS.format(200)),
    Line("POST", "/datasets/{dataset}/language/", KEEPERS.format(303), {"language": "en"}),
    Line("GET", "/datasets/{dataset}/compare/", KEEPERS.format(200)),
    Line("POST", "/datasets/{dataset}/compare/", KEEPERS.format(422)),
    Line("GET", "/comparisons/{comparison}/", IMPORT.format(200)),
    Line("POST", "/comparisons/{comparison}/cancel/", IMPORT.format(303)),
    Line("GET", "/comparisons/{comparison}/rows.csv", IMPORT.format(200)),
    Line("GET", "/datasets/{dataset}/import/", MANAGERS.format(200)),
    Line("POST", "/datasets/{dataset}/import/", MANAGERS.format(422)),
    Line("GET", "/imports/new/", MANAGERS.format(200)),
    Line("POST", "/imports/new/", MANAGERS.format(422)),
    Line("GET", "/imports/{understood}/", IMPORT.format(200)),
    Line("POST", "/imports/{understood}/reading/", IMPORT.format(303)),
    Line("GET", "/imports/{understood}/mapping/", IMPORT.format(200)),
    Line("POST", "/imports/{understood}/mapping/", IMPORT.format(200)),
    Line("POST", "/imports/{understood}/codebook/", IMPORT.format(303)),
    Line("POST", "/imports/{understood}/cancel/", IMPORT.format(303)),
    Line("POST", "/imports/{understood}/retry/", IMPORT.format(303)),
    Line("GET", "/imports/{loaded}/problems/", IMPORT.format(200)),
    Line("GET", "/imports/{loaded}/problems.csv", IMPORT.format(200)),
    Line("GET", "/imports/{loaded}/file/", IMPORT.format(200)),
    Line("POST", "/imports/{loaded}/file/delete/", IMPORT.format(303), {"confirmed": "on"}),
    Line("GET", "/imports/{loaded}/quarantine/", IMPORT.format(200)),
    Line("POST", "/imports/{loaded}/quarantine/dismiss/", IMPORT.format(303), {"reason": "A test entry"}),
    Line("GET", "/imports/{loaded}/quarantine/{row}/", IMPORT.format(200)),
    Line("POST", "/imports/{loaded}/quarantine/{row}/", IMPORT.format(303), {"cell-1": "2019-05-01"}),
    Line("GET", "/imports/{loaded}/replay/", IMPORT.format(200)),
    Line("POST", "/imports/{loaded}/replay/", IMPORT.format(303), {"button": "as-they-are"}),
    Line("GET", "/imports/{loaded}/changes/", IMPORT.format(200)),
    Line("GET", "/imports/{loaded}/changes.csv", IMPORT.format(200)),
    Line("GET", "/imports/{loaded}/personal-data/", IMPORT.format(200)),
    Line("POST", "/imports/{loaded}/personal-data/", IMPORT.format(303), DECISION),
    Line("GET", "/imports/{second}/undo/", IMPORT.format(200)),
    Line("POST", "/imports/{second}/undo/", IMPORT.format(303)),
    # the API
    Line("GET", "/api/v1/datasets/", "all:200"),
    *counted("datasets"),
    Line("POST", "/api/v1/datasets/", "401 403 403 403 403 201 403 201", NEW),
    Line("GET", "/api/v1/datasets/{dataset}/", OWN),
    Line("PATCH", "/api/v1/datasets/{dataset}/", "404 403 403 403 403 200 403 404", {"title": "Changed"}),
    Line("GET", "/api/v1/datasets/{dataset}/deliveries/", OWN),
    Line("GET", "/api/v1/datasets/{dataset}/value-maps/", OWN),
    Line("POST", "/api/v1/datasets/{dataset}/rows/", "404 403 403 403 403 202 403 404", ROW),
    Line("GET", "/api/v1/datasets/{dataset}/language/", "all:404"),
    Line("POST", "/api/v1/datasets/{dataset}/language/", "404 403 403 403 403 202 403 404", {"language": "en"}),
    Line("GET", "/api/v1/imports/", "all:200"),
    # A stranger manages data elsewhere; the dataset is refused like one that does not exist.
    Line("POST", "/api/v1/imports/", "401 403 403 403 403 201 403 400", {"dataset": "{dataset}", "sha256": "{sha256}"}),
    Line("GET", "/api/v1/imports/{loaded}/", API_IMPORT),
    Line("GET", "/api/v1/imports/{loaded}/columns/", API_IMPORT),
    Line("GET", "/api/v1/imports/{loaded}/mapping/", API_IMPORT),
    Line("GET", "/api/v1/imports/{loaded}/quarantine/", API_IMPORT),
    Line("GET", "/api/v1/imports/{loaded}/quarantine/export/?format=csv", API_IMPORT),
    Line("GET", "/api/v1/imports/{loaded}/quarantine/{row}/", API_IMPORT),
    Line("PATCH", "/api/v1/imports/{loaded}/quarantine/{row}/", API_IMPORT, {"state": "dismissed", "reason": "A test"}),
    Line("GET", "/api/v1/imports/{loaded}/problems/", API_IMPORT),
    Line("GET", "/api/v1/imports/{loaded}/problems/groups/", API_IMPORT),
    Line("GET", "/api/v1/imports/{loaded}/problems/export/?format=csv", API_IMPORT),
    Line("GET", "/api/v1/imports/{loaded}/problems/{problem}/", API_IMPORT),
    Line("GET", "/api/v1/comparisons/", "all:200"),
    Line("POST", "/api/v1/comparisons/", "401 400 400 400 400 201 400 400", {"older": "{loaded}", "newer": "{second}"}),
    Line("GET", "/api/v1/comparisons/{comparison}/", API_IMPORT),
    Line("GET", "/api/v1/comparisons/{comparison}/rows/", API_IMPORT),
    Line("GET", "/api/v1/comparisons/{comparison}/rows/export/?format=csv", API_IMPORT),
    Line("GET", "/api/v1/comparisons/{comparison}/rows/{change}/", API_IMPORT),
    Line("POST", "/api/v1/imports/{loaded}/replay/", "404 404 404 404 404 202 404 404"),
    Line("POST", "/api/v1/imports/{loaded}/decision/", API_IMPORT, DECISION),
    Line("GET", "/api/v1/imports/{second}/undo/", API_IMPORT),
    Line("POST", "/api/v1/imports/{second}/undo/", "404 404 404 404 404 202 404 404"),
]


def world(cast):
    manager = cast[Role.DATA_MANAGER]
    dataset = make_dataset(cast["alpha"], by=manager, access="restricted", narrative_access="restricted")
    content = csv_of([*letters(30), "L00031,the 40th of May,Letter,The office of clerk@example.org is silent,Upheld"])
    loaded = import_bytes(dataset, content, by=manager)
    second = import_bytes(dataset, csv_of([*letters(30), *letters(1, first=40)]), by=manager)
    comparison = compare_imports(older=loaded, newer=second, by=manager)
    compare(comparison.pk)
    understood = import_bytes(dataset, csv_of(letters(3)), by=manager, is_automatic=False)
    return {
        "dataset": dataset.slug,
        "loaded": loaded.pk,
        "understood": understood.pk,
        "sha256": hashlib.sha256(content).hexdigest(),
        "second": second.pk,
        "comparison": comparison.pk,
        "change": comparison.rows.get().pk,
        "problem": loaded.problems.get().pk,
        "row": loaded.quarantined_rows.get().pk,
    }
