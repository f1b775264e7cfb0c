"""Cases, events, contributions and notes of Alpha, all in a draft: the stranger finds nothing of it."""

import hashlib
import uuid
from datetime import date

from casestudies.actions.attachments import put_attachment
from casestudies.actions.consent import record_consent
from casestudies.actions.events import record_participation
from casestudies.actions.notes import put_note
from casestudies.actions.parts import add_part
from casestudies.models import Factor
from tests.factories import photos
from tests.factories.casestudies import (
    make_case_study,
    make_contribution,
    make_event,
    make_informant,
    make_note,
    note_content,
)
from tests.permissions.line import Line, counted

OWN = "404 200 200 200 200 200 200 404"
OWN_PAGE = "login 200 200 200 200 200 200 404"
EDITORS = "login 403 {0} 403 403 {0} {0} 404"
REVIEWERS = "login 403 403 403 403 {0} {0} 404"
KEEPERS = "login 403 {0} 403 403 403 {0} 404"
KEEPERS_OF = "login 404 {0} 403 403 403 {0} 404"
NOTES = "login 403 {0} 403 403 403 403 404"
DELETERS = "login 403 303 403 303 403 303 404"
CASE = "/case-studies/{case_study}/"
NOTE = "/field-notes/{note}/"


def form(address, who, *, get="200", post="422"):
    """A form: shown to those who may, and sent empty it is refused in words."""
    return [Line("GET", address, who.format(get)), Line("POST", address, who.format(post))]


PAGES = [
    Line("GET", "/today/", "members:200"),
    # What other apps share: the service worker takes it before it comes here.
    Line("GET", "/today/shared/", "all:303"),
    Line("POST", "/today/shared/", "all:303"),
    Line("GET", "/case-studies/", "all:200"),
    *form("/case-studies/new/", "login 403 {0} 403 403 {0} {0} {0}"),
    Line("GET", CASE, OWN),
    *form(f"{CASE}edit/", EDITORS),
    Line("GET", f"{CASE}history/", OWN_PAGE),
    *form(f"{CASE}withdraw/", REVIEWERS),
    Line("POST", f"{CASE}submit/", EDITORS.format(303)),
    Line("POST", f"{CASE}approve/", REVIEWERS.format(303)),
    *form(f"{CASE}events/new/", EDITORS),
    *form(f"{CASE}contributions/new/", EDITORS),
    *form(f"{CASE}informants/new/", KEEPERS),
    *form(f"{CASE}factors/new/", EDITORS),
    *form(f"{CASE}factors/{{factor}}/", EDITORS),
    Line("POST", f"{CASE}factors/{{factor}}/remove/", EDITORS.format(303)),
    *form("/informants/{informant}/consents/new/", KEEPERS_OF),
    Line("POST", "/consents/{consent}/withdraw/", KEEPERS_OF.format(303)),
    Line("GET", "/events/", "all:200"),
    Line("GET", "/events/{event}/", OWN),
    Line("POST", "/events/{event}/", "404 403 422 403 403 422 422 404"),
    *form("/events/{event}/edit/", EDITORS),
    Line("POST", "/events/{event}/cancel/", EDITORS.format(303)),
    Line("POST", "/participation/{participation}/remove/", EDITORS.format(303)),
    Line("GET", "/contributions/{contribution}/", OWN),
    *form("/contributions/{contribution}/edit/", EDITORS),
    Line("GET", "/contributions/{contribution}/decision/", EDITORS.format(200)),
    Line("POST", "/contributions/{contribution}/decision/", EDITORS.format(303)),
    Line("GET", "/field-notes/", "members:200"),
    Line("GET", "/field-notes/new/", "members:303"),
    Line("GET", NOTE, OWN_PAGE),
    *form(f"{NOTE}edit/", NOTES),
    Line("GET", f"{NOTE}versions/", OWN_PAGE),
    Line("POST", f"{NOTE}versions/1/restore/", NOTES.format(303)),
    *form(f"{NOTE}conflicts/{{conflict}}/", NOTES),
    Line("POST", f"{NOTE}files/", NOTES.format(303)),
    *form(f"{NOTE}files/{{file}}/caption/", NOTES, post="303"),
    Line("POST", f"{NOTE}files/{{file}}/remove/", NOTES.format(303)),
    Line("POST", f"{NOTE}delete/", DELETERS),
    Line("POST", f"{NOTE}undelete/", DELETERS),
]

API_EDITORS = "404 403 200 403 403 200 200 404"
API_MAKERS = "401 403 201 403 403 201 201 400"
API_NOTE = "/api/v1/field-notes/{note}/"
NEW_EVENT = {"case_study": "{case_study}", "title": "Panel", "starts_at": "2026-11-20T09:00:00Z"}
NEW_IDEA = {"case_study": "{case_study}", "kind": "idea", "group": "citizen", "text": "Trees"}


def _note_body(world):
    note = {"case_study": world["case_study"], "event": None, "kind": "memo", "title": "Quay", "text": "More"}
    return note | {"base_version": 1}


def _decision(world):
    return {"conflict": world["conflict"], "base_version": 1, "choose": "mine"}


API = [
    Line("GET", "/api/v1/case-studies/", "all:200"),
    Line(
        "POST",
        "/api/v1/case-studies/",
        "401 403 201 403 403 201 201 201",
        {"working_title": "Gardens", "country": "EE"},
    ),
    Line("GET", "/api/v1/case-studies/{case_study}/", OWN),
    Line("PATCH", "/api/v1/case-studies/{case_study}/", API_EDITORS, {"abstract": "Changed"}),
    Line("GET", "/api/v1/events/", "all:200"),
    Line("POST", "/api/v1/events/", API_MAKERS, NEW_EVENT),
    Line("GET", "/api/v1/events/{event}/", OWN),
    Line("PATCH", "/api/v1/events/{event}/", API_EDITORS, {"title": "Changed"}),
    *(line for noun in ("case-studies", "events", "contributions", "participation") for line in counted(noun)),
    Line("GET", "/api/v1/participation/", "all:200"),
    Line("GET", "/api/v1/participation/{participation}/", OWN),
    Line("GET", "/api/v1/contributions/", "all:200"),
    Line("POST", "/api/v1/contributions/", API_MAKERS, NEW_IDEA),
    Line("GET", "/api/v1/contributions/{contribution}/", OWN),
    Line("PATCH", "/api/v1/contributions/{contribution}/", API_EDITORS, {"text": "Changed"}),
    Line("GET", "/api/v1/field-notes/", "all:200"),
    Line("GET", API_NOTE, OWN),
    Line("PUT", API_NOTE, "401 403 200 403 403 403 403 404", _note_body),
    Line("DELETE", API_NOTE, "401 403 204 403 204 403 204 404"),
    Line("GET", f"{API_NOTE}versions/", OWN),
    Line("GET", f"{API_NOTE}versions/1/", OWN),
    Line("GET", f"{API_NOTE}conflicts/", OWN),
    Line("POST", f"{API_NOTE}conflicts/", "401 403 200 403 403 403 403 404", _decision),
    Line("GET", f"{API_NOTE}conflicts/{{conflict}}/", OWN),
    Line("GET", "/api/v1/attachments/{sha256}/", OWN),
    Line("GET", "/api/v1/attachments/{photo}/thumbnail/", OWN),
    Line("GET", f"{API_NOTE}uploads/{{upload}}/", "401 200 200 200 200 200 200 404"),
    # Without what is said of a file: as with the next line.
    Line("PATCH", f"{API_NOTE}uploads/{{upload}}/", "401 403 400 403 403 403 403 404"),
    Line("DELETE", f"{API_NOTE}uploads/{{upload}}/", "401 204 204 204 204 204 204 404"),
    # Sent as JSON, which is no type a file may have: those who may write are told so, the others learn nothing of it.
    Line("PUT", "/api/v1/attachments/{sha256}/?note={note}", "401 403 400 403 403 403 403 404"),
]
LINES = PAGES + API


def world(cast):
    fieldworker, admin = cast["fieldworker"], cast["admin"]
    case_study = make_case_study(fieldworker)
    event = make_event(case_study, fieldworker, status="planned")
    factor = {"name": "Trust", "level": "environment", "side": "citizen", "direction": "driver"}
    counted = record_participation(event=event, values={"group": "citizen", "people": 12}, by=fieldworker)
    note = make_note(case_study, fieldworker)
    put = put_note(uuid=note.pk, content=note_content(case_study, text="Other words"), by=fieldworker)
    informant = make_informant(case_study, fieldworker)
    consent = {"scope": ["interview"], "given_on": date(2026, 1, 1), "evidence": "Locker 3"}
    data = b"%PDF-1.7 permissions"
    sha256 = hashlib.sha256(data).hexdigest()
    file, _ = put_attachment(
        sha256=sha256, chunks=[data], media_type="application/pdf", note=note, name="a.pdf", by=fieldworker
    )
    picture = photos.png()
    photo = hashlib.sha256(picture).hexdigest()
    put_attachment(sha256=photo, chunks=[picture], media_type="image/png", note=note, name="a.png", by=fieldworker)
    return {
        "case_study": case_study.slug,
        "factor": add_part(case_study=case_study, model=Factor, values=factor, by=admin).pk,
        "event": event.pk,
        "participation": counted.pk,
        "contribution": make_contribution(case_study, fieldworker).pk,
        "informant": informant.pk,
        "consent": record_consent(informant=informant, values=consent, by=fieldworker).pk,
        "note": note.pk,
        "conflict": put.conflict.pk,
        "sha256": sha256,
        "photo": photo,
        "upload": uuid.uuid4(),
        "file": file.pk,
    }
