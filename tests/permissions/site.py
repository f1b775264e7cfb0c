"""Home, help, vocabularies, what was found, the probes: open to all. The list of organisations is for members."""

from registry.models import Vocabulary
from tests.permissions.line import Line

EDITORS = "login 403 403 403 {0} 403 {0} {0}"
BOOK = "/vocabularies/{vocabulary}/{version}/"

LINES = [
    Line("GET", "/", "all:200"),
    Line("GET", "/overview/", "all:200"),
    Line("GET", "/countries/NL/", "all:200"),
    Line("GET", "/countries/XX/", "all:404"),
    Line("GET", "/search/?q=garden", "all:200"),
    Line("GET", "/my-work/", "members:200"),
    Line("GET", "/help/", "all:200"),
    Line("GET", "/accessibility/", "all:200"),
    Line("GET", "/healthz", "all:200"),
    # No worker runs in this test, and readiness says so.
    Line("GET", "/readyz", "all:503"),
    Line("GET", "/organisations/", "members:200"),
    Line("GET", "/organisations/{organisation}/", "all:200"),
    Line("GET", "/themes/innovation-inputs/", "all:200"),
    Line("GET", "/themes/sorcery/", "all:404"),
    Line("GET", "/api/v1/changes/", "all:200"),
    Line("GET", "/app.webmanifest", "all:200"),
    Line("GET", "/sw.js", "all:200"),
    Line("GET", "/app/", "all:200"),
    Line("GET", "/vocabularies/", "all:200"),
    Line("GET", BOOK, "all:200"),
    Line("GET", f"{BOOK}new/", EDITORS.format(200)),
    Line("POST", f"{BOOK}new/", EDITORS.format(422)),
    Line("GET", f"{BOOK}{{term}}/edit/", EDITORS.format(200)),
    Line("POST", f"{BOOK}{{term}}/edit/", EDITORS.format(422)),
]


def world(cast):
    vocabulary = Vocabulary.objects.get(slug="arnstein-ladder")
    return {
        "organisation": cast["alpha"].slug,
        "vocabulary": vocabulary.slug,
        "version": vocabulary.version,
        "term": vocabulary.terms.first().key,
    }
