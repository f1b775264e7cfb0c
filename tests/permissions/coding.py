"""Codebooks, rounds, the queue and the coding page."""

from accounts.roles import Role
from coding.actions import codings, queue
from coding.actions.codings import NewCoding
from tests.conftest import person_at
from tests.factories.agreement import submit_units
from tests.factories.coding import make_codebook, make_round, make_units, published
from tests.permissions.line import Line

# Lead coders of the owning organisation; others who may see the thing are told that they may not.
LEADS = "login 403 403 403 {0} 403 403 403"
# Rounds are seen by their leads and their coders only.
ROUND_LEADS = "login 404 404 403 {0} 404 404 404"
IN_ROUND = "login 404 404 200 200 404 404 404"
ANY_LEAD = "login 403 403 403 {0} 403 403 {0}"
ANY_CODER = "login 403 403 {0} {0} 403 403 {0}"
CODEBOOK, ROUND, PLANNED = "/codebooks/{book}/", "/rounds/{round}/", "/rounds/{planned}/"
# In a blind round that is open, those who code in it see no agreement; the lead of the table does not code in this one.
LEADS_WHO_DO_NOT_CODE = "login 404 404 404 {0} 404 404 404"
AGREEMENT = "/rounds/{compared}/agreement/"
PLANNED_LEADS = "login 404 404 404 {0} 404 404 404"
ASSIGNMENT = "/api/v1/assignments/{assignment}/"
OWN_ASSIGNMENT = "404 404 404 {0} 404 404 404 404"
# What two coders say of the same units, so that the pages of agreement have something to show.
COMPARED = (
    {"Letter 1": ["delay:4:11"], "Letter 2": ["rude"]},
    {"Letter 1": ["delay:0:11", "rude"], "Letter 2": ["rude"]},
)
CODE = {"name": "Anger", "colour": "#a3221f"}

LINES = [
    Line("GET", "/assignments/", ANY_CODER.format(200)),
    Line("POST", "/assignments/next/", ANY_CODER.format(303)),
    Line("GET", "/assignments/mine/", ANY_CODER.format(200)),
    Line("GET", "/assignments/{assignment}/", "login 404 404 200 404 404 404 404"),
    Line("POST", "/assignments/{assignment}/", "login 404 404 303 404 404 404 404", body={"act": "unsure"}),
    # codebooks
    Line("GET", "/codebooks/", "members:200"),
    Line("GET", "/codebooks/new/", ANY_LEAD.format(200)),
    Line("POST", "/codebooks/new/", ANY_LEAD.format(422)),
    Line("GET", CODEBOOK, "members:200"),
    Line("GET", f"{CODEBOOK}edit/", LEADS.format(200)),
    Line("POST", f"{CODEBOOK}edit/", LEADS.format(422)),
    Line("POST", f"{CODEBOOK}publish/", LEADS.format(303)),
    Line("GET", f"{CODEBOOK}versions/1/", "members:200"),
    Line("GET", f"{CODEBOOK}versions/2/", "login 404 404 404 200 404 404 404"),
    Line("GET", f"{CODEBOOK}compare/", "members:200"),
    Line("POST", f"{CODEBOOK}draft/start/", LEADS.format(303)),
    Line("POST", f"{CODEBOOK}draft/discard/", LEADS.format(303)),
    Line("GET", f"{CODEBOOK}codes/new/", LEADS.format(200)),
    Line("POST", f"{CODEBOOK}codes/new/", LEADS.format(303), body=CODE),
    Line("GET", f"{CODEBOOK}codes/{{code}}/", LEADS.format(200)),
    Line("POST", f"{CODEBOOK}codes/{{code}}/", LEADS.format(303), body=CODE),
    Line("POST", f"{CODEBOOK}codes/{{code}}/shift/", LEADS.format(303), body={"step": "up"}),
    Line("POST", f"{CODEBOOK}codes/{{code}}/remove/", LEADS.format(303)),
    # rounds
    Line("GET", "/rounds/", "members:200"),
    Line("GET", "/rounds/new/", ANY_LEAD.format(200)),
    Line("POST", "/rounds/new/", ANY_LEAD.format(422)),
    Line("GET", ROUND, IN_ROUND),
    Line("POST", f"{ROUND}close/", ROUND_LEADS.format(303)),
    Line("GET", AGREEMENT, LEADS_WHO_DO_NOT_CODE.format(200)),
    Line("GET", ROUND + "agreement/", LEADS_WHO_DO_NOT_CODE.format(404)),
    Line("GET", f"{AGREEMENT}units/", LEADS_WHO_DO_NOT_CODE.format(200)),
    Line("GET", f"{AGREEMENT}report/", LEADS_WHO_DO_NOT_CODE.format(200)),
    Line("GET", f"{AGREEMENT}ratings.csv", LEADS_WHO_DO_NOT_CODE.format(200)),
    Line("POST", f"{AGREEMENT}compute/", LEADS_WHO_DO_NOT_CODE.format(303)),
    Line("GET", PLANNED, PLANNED_LEADS.format(200)),
    Line("GET", f"{PLANNED}edit/", PLANNED_LEADS.format(200)),
    Line("POST", f"{PLANNED}edit/", PLANNED_LEADS.format(422)),
    Line("GET", f"{PLANNED}units/", PLANNED_LEADS.format(200)),
    Line("POST", f"{PLANNED}units/", PLANNED_LEADS.format(303), body={"which": "all"}),
    Line("POST", f"{PLANNED}start/", PLANNED_LEADS.format(303)),
    # the API
    Line("GET", "/api/v1/codebooks/", "all:200"),
    Line("GET", "/api/v1/codebooks/{book}/", "404 200 200 200 200 200 200 200"),
    Line("GET", "/api/v1/codebooks/{book}/compare/", "404 200 200 200 200 200 200 200"),
    Line("GET", "/api/v1/codes/", "all:200"),
    Line("GET", "/api/v1/codes/{published_code}/", "404 200 200 200 200 200 200 200"),
    Line("GET", "/api/v1/codes/{code}/", "404 404 404 404 200 404 404 404"),
    Line("GET", "/api/v1/rounds/", "all:200"),
    Line("GET", "/api/v1/rounds/{round}/", "404 404 404 200 200 404 404 404"),
    Line("GET", "/api/v1/rounds/{compared}/agreement/", "404 404 404 404 200 404 404 404"),
    Line("POST", "/api/v1/rounds/{compared}/agreement/", "401 404 404 404 202 404 404 404"),
    Line("GET", "/api/v1/assignments/", "all:200"),
    Line("GET", "/api/v1/assignments/next/", "401 404 404 200 404 404 404 404"),
    Line("POST", "/api/v1/assignments/next/", "401 403 403 200 200 403 403 204"),
    Line("GET", ASSIGNMENT, OWN_ASSIGNMENT.format(200)),
    Line("PATCH", ASSIGNMENT, OWN_ASSIGNMENT.format(200), body={"memo": "x"}),
    Line("POST", f"{ASSIGNMENT}postpone/", "401 404 404 200 404 404 404 404"),
    Line("GET", f"{ASSIGNMENT}submission/", OWN_ASSIGNMENT.format(404)),
    Line("POST", f"{ASSIGNMENT}submission/", "401 404 404 201 404 404 404 404", body={"outcome": "unsure"}),
    Line("GET", "/api/v1/codings/", "all:200"),
    Line("GET", "/api/v1/codings/export/?format=csv", "all:200"),
    Line("GET", "/api/v1/codings/{coding}/", OWN_ASSIGNMENT.format(200)),
    Line("DELETE", "/api/v1/codings/{coding}/", "401 404 404 200 404 404 404 404"),
    Line(
        "POST",
        "/api/v1/codings/",
        "401 404 404 201 404 404 404 404",
        body=lambda world: {"assignment": world["assignment"], "code": world["published_code"]},
    ),
    Line("GET", "/api/v1/adjudications/", "all:200"),
    Line("GET", "/api/v1/adjudications/1/", "all:404"),
]


def world(cast):
    lead, coder = cast[Role.LEAD_CODER], cast[Role.CODER]
    book = make_codebook(lead)
    running = make_round(lead, [lead, coder], book=book, coders_per_unit=2)
    planned = make_round(lead, [coder], book=book, start=False)
    second = person_at(cast["alpha"], "peer", Role.CODER)
    compared = make_round(lead, [coder, second], texts=2, book=book, coders_per_unit=2)
    submit_units(compared, book, {coder: COMPARED[0], second: COMPARED[1]})
    make_units(lead, 2)
    assignment = queue.take_next(by=coder)
    code = published(book).codes.get(key="delay")
    coding = codings.apply_code(assignment=assignment, coding=NewCoding(code=code), by=coder)
    return {
        "book": book.slug,
        "code": book.versions.drafts().get().codes.get(key="delay").pk,
        "published_code": published(book).codes.get(key="rude").pk,
        "round": running.pk,
        "compared": compared.pk,
        "planned": planned.pk,
        "assignment": assignment.pk,
        "coding": coding.pk,
    }
