"""Cases, events, contributions and notes, made through the actions people use."""

import uuid
from datetime import UTC, datetime
from itertools import count

from casestudies.actions import cases, events, notes
from casestudies.actions.consent import add_informant
from registry.models import PolicySector

_numbers = count(1)


def make_sector(slug="environment", name="Environment", cofog="05"):
    return PolicySector.objects.get_or_create(slug=slug, defaults={"name": name, "cofog": cofog})[0]


def make_case_study(by, *, organisation=None, state="draft", shared_with=(), reviewer=None, slug="", **values):
    """A case of the person's first organisation; `state` is reached by the actions that lead there."""
    organisation = organisation or by.memberships.first().organisation
    number = next(_numbers)
    values = {
        "working_title": f"Neighbours and the canal {number}",
        "country": "NL",
        "abstract": "Residents and the city plan the quays of a canal together.",
    } | values
    case_study = cases.create_case_study(
        by=by, organisation=organisation, values=values, slug=slug, shared_with=shared_with
    )
    return advance(case_study, state=state, by=by, reviewer=reviewer or by)


def advance(case_study, *, state, by, reviewer):
    if state in ("submitted", "approved", "verified"):
        case_study = cases.submit_case_study(case_study=case_study, by=by)
    if state in ("approved", "verified"):
        case_study = cases.approve_case_study(case_study=case_study, by=reviewer)
    if state == "verified":
        case_study = cases.verify_case_study(case_study=case_study, by=reviewer)
    if state == "withdrawn":
        case_study = cases.withdraw_case_study(case_study=case_study, by=reviewer, reason="A participant asked for it.")
    return case_study


def make_event(case_study, by, **values):
    values = {
        "title": f"Workshop {next(_numbers)}",
        "starts_at": datetime(2026, 11, 20, 9, tzinfo=UTC),
        "ends_at": datetime(2026, 11, 20, 12, tzinfo=UTC),
        "format": "workshop",
        "status": "held",
    } | values
    return events.create_event(case_study=case_study, values=values, by=by)


def make_contribution(case_study, by, **values):
    values = {
        "kind": "idea",
        "group": "citizen",
        "text": f"Plant trees along the quay, idea {next(_numbers)}.",
    } | values
    return events.add_contribution(case_study=case_study, values=values, by=by)


def note_content(case_study, /, **values):
    """The whole of a note, as a device sends it."""
    content = {"event": None, "kind": "observation", "title": "At the quay", "text": "Twelve people came.\n"}
    return {"case_study": case_study} | content | values


def make_note(case_study, by, *, note_uuid=None, **values):
    """A note in its first version."""
    put = notes.put_note(
        uuid=note_uuid or uuid.uuid4(), content=note_content(case_study, **values), by=by, device="desk"
    )
    return put.note


def make_informant(case_study, by, **values):
    values = {"pseudonym": f"Resident {next(_numbers)}", "group": "citizen"} | values
    return add_informant(case_study=case_study, values=values, by=by)
