"""Codebooks, rounds, the queue and the coding page."""

from accounts.roles import Role
from coding.actions import adjudication, codings, queue, rounds
from coding.actions.adjudication import NewDecision
from coding.actions.codings import NewCoding
from coding.comparing import version_of
from coding.models import Adjudication, Assignment
from tests.conftest import person_at
from tests.factories.agreement import submit_units
from tests.factories.coding import make_codebook, make_round, make_units, published
from tests.permissions.line import Line, counted

# Lead coders of the owning organisation; others who may see the thing are told that they may not.
LEADS = "login 403 403 403 {0} 403 403 403"
# Rounds are seen by their leads and their coders only.
ROUND_LEADS = "login 404 404 403 {0} 404 404 404"
IN_ROUND = "login 404 404 200 200 404 404 404"
ANY_LEAD = "login 403 403 403 {0} 403 403 {0}"
ANY_CODER = "login 403 403 {0} {0} 403 403 {0}"
CODEBOOK, ROUND, PLANNED = "/codebooks/{book}/", "/rounds/{round}/", "/rounds/{planned}/"
OPEN = "/rounds/{open_round}/"
API_LEADS = "401 404 404 403 {0} 404 404 404"
DECIDED, ADJUDICATION = "/rounds/{decided}/", "/rounds/{decided}/adjudication/{adjudication}/"
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
    Line("GET", "/assignments/codebooks/{published}/", "login 200 200 200 200 200 200 200"),
    # codebooks
    Line("GET", "/codebooks/", "members:200"),
    Line("GET", "/codebooks/new/", ANY_LEAD.format(200)),
    Line("POST", "/codebooks/new/", ANY_LEAD.format(422)),
    Line("GET", CODEBOOK, "members:200"),
    Line("GET", f"{CODEBOOK}edit/", LEADS.format(200)),
    Line("POST", f"{CODEBOOK}edit/", LEADS.format(422)),
    Line("GET", f"{CODEBOOK}draft/", LEADS.format(200)),
    Line("POST", f"{CODEBOOK}draft/", LEADS.format(422)),
    Line("POST", f"{CODEBOOK}publish/", LEADS.format(303)),
    Line("GET", f"{CODEBOOK}versions/1/", "members:200"),
    Line("GET", f"{CODEBOOK}versions/2/", "login 404 404 404 200 404 404 404"),
    Line("GET", f"{CODEBOOK}compare/", "members:200"),
    Line("POST", f"{CODEBOOK}draft/start/", LEADS.format(303)),
    Line("POST", f"{CODEBOOK}draft/discard/", LEADS.format(303)),
    Line("GET", f"{CODEBOOK}codes/new/", LEADS.format(200)),
    Line("POST", f"{CODEBOOK}codes/new/", LEADS.format(303), body=CODE),
    Line("GET", f"{CODEBOOK}codes/several/", LEADS.format(200)),
    Line("POST", f"{CODEBOOK}codes/several/", LEADS.format(303), body={"text": "Anger\n- Rage: very angry"}),
    Line("GET", f"{CODEBOOK}codes/{{code}}/", LEADS.format(200)),
    Line("POST", f"{CODEBOOK}codes/{{code}}/", LEADS.format(303), body=CODE),
    Line("POST", f"{CODEBOOK}codes/{{code}}/shift/", LEADS.format(303), body={"step": "up"}),
    Line("POST", f"{CODEBOOK}codes/{{code}}/remove/", LEADS.format(303)),
    # rounds
    Line("GET", "/rounds/", "members:200"),
    Line("GET", "/rounds/new/", ANY_LEAD.format(200)),
    Line("POST", "/rounds/new/", ANY_LEAD.format(422)),
    Line("GET", ROUND, IN_ROUND),
    Line("POST", f"{ROUND}pause/", ROUND_LEADS.format(303)),
    Line("POST", f"{ROUND}resume/", ROUND_LEADS.format(303)),
    Line("GET", f"{ROUND}close/", ROUND_LEADS.format(200)),
    Line("POST", f"{ROUND}close/", ROUND_LEADS.format(303), body={"is_confirmed": "on"}),
    Line("GET", f"{ROUND}reopen/", ROUND_LEADS.format(200)),
    Line("POST", f"{ROUND}reopen/", ROUND_LEADS.format(422)),
    Line("GET", f"{ROUND}coders-per-unit/", ROUND_LEADS.format(200)),
    Line("POST", f"{ROUND}coders-per-unit/", ROUND_LEADS.format(422)),
    Line("GET", f"{ROUND}coders/", ROUND_LEADS.format(200)),
    Line("POST", f"{ROUND}coders/", ROUND_LEADS.format(422)),
    Line("GET", f"{ROUND}coders/{{coder}}/", ROUND_LEADS.format(200)),
    Line("POST", f"{ROUND}coders/{{coder}}/", ROUND_LEADS.format(303), body={"quota": "5"}),
    Line("GET", f"{ROUND}coders/{{coder}}/pass-on/", ROUND_LEADS.format(200)),
    Line("POST", f"{ROUND}coders/{{coder}}/pass-on/", ROUND_LEADS.format(303)),
    Line("POST", f"{ROUND}coders/{{coder}}/remove/", ROUND_LEADS.format(303)),
    # The lead coder here does not code in this round; one who codes blind is not shown what others hold.
    Line("GET", f"{OPEN}units/{{open_unit}}/give/", ROUND_LEADS.format(200)),
    Line("POST", f"{OPEN}units/{{open_unit}}/give/", ROUND_LEADS.format(422)),
    Line("GET", f"{OPEN}assignments/{{held}}/pass-on/", ROUND_LEADS.format(200)),
    Line("POST", f"{OPEN}assignments/{{held}}/pass-on/", ROUND_LEADS.format(303)),
    Line("GET", f"{OPEN}submissions/{{submission}}/reopen/", ROUND_LEADS.format(200)),
    Line("POST", f"{OPEN}submissions/{{submission}}/reopen/", ROUND_LEADS.format(303), body={"reason": "Again."}),
    Line("POST", "/assignments/{submitted}/take-back/", "login 404 404 303 404 404 404 404"),
    Line("GET", f"{ROUND}data.csv", IN_ROUND),
    Line("GET", f"{ROUND}data.csv?layer=draft", IN_ROUND),
    # The round is blind and open, so its coders cannot read the work of others yet.
    Line("GET", f"{ROUND}texts/", ROUND_LEADS.format(200)),
    Line("GET", f"{ROUND}texts/{{unit}}/", ROUND_LEADS.format(200)),
    Line("GET", "/rounds/{closed}/texts/", IN_ROUND),
    Line("GET", "/rounds/{closed}/texts/{closed_unit}/", IN_ROUND),
    Line("GET", f"{PLANNED}texts/", PLANNED_LEADS.format(200)),
    Line("GET", AGREEMENT, LEADS_WHO_DO_NOT_CODE.format(200)),
    Line("GET", ROUND + "agreement/", LEADS_WHO_DO_NOT_CODE.format(404)),
    Line("GET", f"{AGREEMENT}units/", LEADS_WHO_DO_NOT_CODE.format(200)),
    Line("GET", f"{AGREEMENT}report/", LEADS_WHO_DO_NOT_CODE.format(200)),
    Line("GET", f"{AGREEMENT}report.pdf", LEADS_WHO_DO_NOT_CODE.format(200)),
    Line("GET", f"{AGREEMENT}ratings.csv", LEADS_WHO_DO_NOT_CODE.format(200)),
    Line("POST", f"{AGREEMENT}compute/", LEADS_WHO_DO_NOT_CODE.format(303)),
    Line("GET", PLANNED, PLANNED_LEADS.format(200)),
    Line("GET", f"{PLANNED}edit/", PLANNED_LEADS.format(200)),
    Line("POST", f"{PLANNED}edit/", PLANNED_LEADS.format(422)),
    Line("GET", f"{PLANNED}units/", PLANNED_LEADS.format(200)),
    Line("POST", f"{PLANNED}units/", PLANNED_LEADS.format(303), body={"which": "all"}),
    Line("POST", f"{PLANNED}units/unused/delete/", PLANNED_LEADS.format(303)),
    Line("GET", f"{ROUND}sample/", ROUND_LEADS.format(200)),
    Line("POST", f"{PLANNED}sample/", PLANNED_LEADS.format(303), body={"which": "ticked"}),
    Line("GET", f"{PLANNED}share/", PLANNED_LEADS.format(200)),
    Line("POST", f"{PLANNED}share/", PLANNED_LEADS.format(303)),
    Line("GET", f"{PLANNED}campaigns/", PLANNED_LEADS.format(200)),
    Line("POST", f"{PLANNED}campaigns/", PLANNED_LEADS.format(303), body={"act": "search"}),
    # Of an open round its coders do not learn which texts it has in common with another.
    Line("GET", f"{ROUND}compare/", ROUND_LEADS.format(200)),
    Line("POST", f"{PLANNED}start/", PLANNED_LEADS.format(303)),
    # adjudication, in a closed round in which the lead coder codes too
    Line("GET", f"{DECIDED}adjudication/", ROUND_LEADS.format(200)),
    Line("POST", f"{DECIDED}adjudication/compare/", ROUND_LEADS.format(303)),
    Line("GET", ADJUDICATION, "login 404 404 404 200 404 404 404"),
    Line("POST", ADJUDICATION, "login 404 404 404 303 404 404 404", body={"act": "undo", "version": "{seen}"}),
    Line("GET", f"{DECIDED}corrections/", IN_ROUND),
    # the API
    Line("GET", "/api/v1/codebooks/", "all:200"),
    Line("GET", "/api/v1/codebooks/{book}/", "404 200 200 200 200 200 200 200"),
    Line("GET", "/api/v1/codebooks/{book}/compare/", "404 200 200 200 200 200 200 200"),
    Line("GET", "/api/v1/codes/", "all:200"),
    Line("GET", "/api/v1/codes/{published_code}/", "404 200 200 200 200 200 200 200"),
    Line("GET", "/api/v1/codes/{code}/", "404 404 404 404 200 404 404 404"),
    Line("GET", "/api/v1/rounds/", "all:200"),
    *counted("rounds"),
    Line("GET", "/api/v1/rounds/{round}/", "404 404 404 200 200 404 404 404"),
    Line("POST", "/api/v1/rounds/{round}/pause/", API_LEADS.format(200)),
    Line("POST", "/api/v1/rounds/{round}/resume/", API_LEADS.format(400)),
    Line("POST", "/api/v1/rounds/{round}/reopen/", API_LEADS.format(400), body={"reason": "More units."}),
    Line(
        "POST",
        "/api/v1/rounds/{open_round}/submissions/{submission}/reopen/",
        API_LEADS.format(200),
        body={"reason": "Read it again."},
    ),
    Line("GET", "/api/v1/rounds/{round}/data/?format=csv", "401 404 404 200 200 404 404 404"),
    Line("GET", "/api/v1/rounds/{round}/data/", "401 404 404 400 400 404 404 404"),
    Line("GET", "/api/v1/rounds/{compared}/agreement/", "404 404 404 404 200 404 404 404"),
    Line("POST", "/api/v1/rounds/{compared}/agreement/", "401 404 404 404 202 404 404 404"),
    Line("GET", "/api/v1/assignments/", "all:200"),
    Line("GET", "/api/v1/assignments/next/", "401 404 404 200 404 404 404 404"),
    Line("POST", "/api/v1/assignments/next/", "401 403 403 200 200 403 403 204"),
    Line("GET", ASSIGNMENT, OWN_ASSIGNMENT.format(200)),
    Line("PATCH", ASSIGNMENT, OWN_ASSIGNMENT.format(200), body={"memo": "x"}),
    Line("POST", f"{ASSIGNMENT}postpone/", "401 404 404 200 404 404 404 404"),
    Line("POST", "/api/v1/assignments/{submitted}/take-back/", "401 404 404 200 404 404 404 404"),
    Line("POST", f"{ASSIGNMENT}changes/", "401 404 404 200 404 404 404 404", body={"changes": [{"is_flagged": True}]}),
    Line("POST", f"{ASSIGNMENT}ahead/", "401 404 404 200 404 404 404 404"),
    Line("DELETE", f"{ASSIGNMENT}ahead/", "401 404 404 204 404 404 404 404"),
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
    Line("GET", "/api/v1/submissions/", "all:200"),
    Line("GET", "/api/v1/submissions/export/?format=csv", "all:200"),
    Line("GET", "/api/v1/submissions/{submission}/", "404 404 404 200 200 404 404 404"),
    Line("GET", "/api/v1/units/", "all:200"),
    Line("GET", "/api/v1/units/{unit}/", "404 404 404 200 200 404 404 404"),
    Line("GET", "/api/v1/adjudications/", "all:200"),
    Line("GET", "/api/v1/adjudications/{adjudication}/", "404 404 404 404 200 404 404 404"),
    Line("GET", "/api/v1/adjudications/{settled}/", "404 404 404 200 200 404 404 404"),
]


def code_everything(coding_round, coder, code):
    """The last submission of a coder who codes a passage and the whole unit of each text of a round."""
    while assignment := queue.take_next(by=coder, coding_round=coding_round):
        for new in (NewCoding(code=code), NewCoding(code=code, start=4, end=11), NewCoding(code=code, start=8, end=20)):
            codings.apply_code(assignment=assignment, coding=new, by=coder)
        made = codings.submit(assignment=assignment, outcome="coded", by=coder)
    return made


def world(cast):
    lead, coder = cast[Role.LEAD_CODER], cast[Role.CODER]
    book = make_codebook(lead)
    decided, differing, settled = _adjudicated(lead, coder, book)
    running = make_round(lead, [lead, coder], book=book, coders_per_unit=2)
    planned = make_round(lead, [coder], book=book, start=False)
    second = person_at(cast["alpha"], "peer", Role.CODER)
    compared = make_round(lead, [coder, second], texts=2, book=book, coders_per_unit=2)
    submit_units(compared, book, {coder: COMPARED[0], second: COMPARED[1]})
    make_units(lead, 2)
    assignment = queue.take_next(by=coder)
    code = published(book).codes.get(key="delay")
    coding = codings.apply_code(assignment=assignment, coding=NewCoding(code=code), by=coder)
    open_round = make_round(lead, [coder], book=book, is_blind=False)
    submitted = queue.take_next(by=coder, coding_round=open_round)
    submission = codings.submit(assignment=submitted, outcome="unsure", by=coder)
    held = queue.take_next(by=coder, coding_round=open_round)
    closed = make_round(lead, [coder], book=book, texts=1)
    code_everything(closed, coder, code)
    rounds.close_round(coding_round=closed, by=lead)
    return {
        "coder": coder.pk,
        "open_round": open_round.pk,
        "open_unit": Assignment.objects.free().filter(round=open_round).first().round_unit_id,
        "submitted": submitted.pk,
        "submission": submission.pk,
        "held": held.pk,
        "closed": closed.pk,
        "closed_unit": closed.units.get().unit_id,
        "unit": assignment.round_unit.unit_id,
        "book": book.slug,
        "code": book.versions.drafts().get().codes.get(key="delay").pk,
        "published": published(book).pk,
        "published_code": published(book).codes.get(key="rude").pk,
        "round": running.pk,
        "compared": compared.pk,
        "planned": planned.pk,
        "assignment": assignment.pk,
        "coding": coding.pk,
        "decided": decided.pk,
        "adjudication": differing.pk,
        "settled": settled.pk,
        "seen": version_of(differing),
    }


def _adjudicated(lead, coder, book):
    """A closed round with a unit whose coders differ, with one decision, and with a unit that is settled."""
    coding_round = make_round(lead, [lead, coder], book=book, coders_per_unit=2, texts=2)
    code = published(book).codes.get(key="delay")
    for _ in range(2):
        mine, theirs = queue.take_next(by=lead), queue.take_next(by=coder)
        if theirs.round_unit_id == coding_round.units.first().pk:
            codings.apply_code(assignment=theirs, coding=NewCoding(code=code, start=0, end=5), by=coder)
        for person, taken in ((lead, mine), (coder, theirs)):
            outcome = "coded" if taken.round_unit.codings.filter(coder=person).exists() else "none-applies"
            codings.submit(assignment=taken, outcome=outcome, by=person)
    rounds.close_round(coding_round=coding_round, by=lead)
    settled = Adjudication.objects.get(round_unit__round=coding_round, state="settled")
    differing = Adjudication.objects.get(round_unit__round=coding_round, state="open")
    new = NewDecision(verdict="accept", reason="It is late.", code=code, start=0, end=5)
    adjudication.decide(adjudication=differing, decision=new, seen=version_of(differing), by=lead)
    differing.refresh_from_db()
    return coding_round, differing, settled
