"""Case studies in each state, with events, contributions and parts; field notes of each sensitivity."""

import hashlib
from datetime import date
from itertools import count

from accounts.roles import Role
from casestudies.actions import cases, notes
from casestudies.actions.attachments import add_file, arriving, put_attachment, remove_attachment
from casestudies.actions.consent import record_consent
from casestudies.actions.events import record_participation
from casestudies.actions.parts import add_part, edit_part, remove_part
from casestudies.models import (
    Actor,
    CaseStudy,
    CitizenRole,
    Factor,
    FieldNote,
    Objective,
    Outcome,
    RecordLink,
    SurvivalObservation,
)
from complaints.models import ComplaintRecord
from tests.factories.casestudies import (
    advance,
    make_case_study,
    make_contribution,
    make_event,
    make_informant,
    make_note,
    note_content,
)
from tests.factories.photos import jpeg, segment
from tests.permissions.contents.people import ALL, ALPHA, AUTHOR, GUEST, MEMBERS, NOBODY, TOKENS, Cast
from tests.permissions.contents.plant import Plants

# state, access, shared with Gamma, who reads it
CASES = [
    ("draft", "consortium", False, ALPHA),
    ("draft", "restricted", True, ALPHA),
    ("submitted", "public", False, ALPHA),
    ("approved", "public", False, ALL),
    ("approved", "consortium", False, MEMBERS),
    ("approved", "restricted", False, ALPHA),
    ("approved", "restricted", True, ALPHA | GUEST),
    ("verified", "restricted", False, ALPHA),
    ("withdrawn", "public", False, ALPHA),
]
LEADS = frozenset({Role.LEAD_CODER.value, Role.ADMIN.value})
KEPT = AUTHOR | LEADS | {Role.FIELDWORKER.value}
# sensitivity, deleted, who reads it
NOTES = [
    ("normal", False, ALPHA),
    ("sensitive", False, ALPHA - {Role.READER.value}),
    ("confidential", False, LEADS | AUTHOR),
    ("normal", True, KEPT),
    ("sensitive", True, KEPT),
    ("confidential", True, LEADS | AUTHOR),
]
CASE_LISTS = ("/api/v1/case-studies/", "/case-studies/")
EVENT_LISTS = ("/api/v1/events/", "/events/")
NOTE_LISTS = ("/api/v1/field-notes/", "/field-notes/")
# The others have evidence.
TEXT_OF_PART = {SurvivalObservation: "source", Objective: "text", Outcome: "text", Actor: "relation"}
_numbers = count(1)


def plant_cases(plant: Plants, cast: Cast) -> CaseStudy:
    """Returns the one that is public, on which notes are written."""
    for state, access, shared, readers in CASES:
        made = _case(plant, cast, state, access, shared, readers)
        if readers == ALL:
            public = made
    return public


def _case(plant: Plants, cast: Cast, state: str, access: str, shared: bool, readers: frozenset[str]) -> CaseStudy:
    author, reviewer = cast["author"], cast[Role.DATA_MANAGER]
    name = f"case study, {state}, {access}{', shared' if shared else ''}"
    # What was written and taken back before others were to read it is for its own organisation.
    before = make_case_study(
        author,
        access=access,
        shared_with=[cast.gamma] if shared else [],
        slug=f"case-{next(_numbers)}",
        working_title=plant(f"{name}: earlier title", ALPHA, shown=False),
        abstract=plant(f"{name}: earlier abstract", ALPHA, shown=False),
    )
    values = {
        "working_title": plant(f"{name}: title", readers, lists=CASE_LISTS),
        "abstract": plant(f"{name}: abstract", readers, lists=CASE_LISTS),
        "methods": plant(f"{name}: methods", readers),
        "keywords": [plant(f"{name}: keyword", readers)],
        "public_body_name": plant(f"{name}: public body", readers),
    }
    made = cases.edit_case_study(case_study=before, by=author, values=values)
    _parts(plant, made, cast, name, readers)
    if state == "withdrawn":
        made = advance(made, state="approved", by=author, reviewer=reviewer)
        return cases.withdraw_case_study(
            case_study=made, by=reviewer, reason=plant(f"{name}: reason", readers, pages=True)
        )
    return advance(made, state=state, by=author, reviewer=reviewer)


def _parts(plant: Plants, made: CaseStudy, cast: Cast, name: str, readers: frozenset[str]) -> None:
    author = cast["author"]
    event = make_event(
        made,
        author,
        title=plant(f"{name}: event", readers, lists=EVENT_LISTS),
        purpose=plant(f"{name}: purpose of the event", readers, lists=EVENT_LISTS),
        influence_evidence=plant(f"{name}: evidence at the event", readers),
        follow_up=plant(f"{name}: follow-up of the event", readers),
    )
    make_contribution(
        made,
        author,
        event=event,
        text=plant(f"{name}: contribution", readers, lists=("/api/v1/contributions/",)),
        pseudonym=plant(f"{name}: contributor", readers),
    )
    sector, band = (plant(f"{name}: {what} of participation", readers) for what in ("sector", "band"))
    record_participation(
        event=event, values={"group": "citizen", "people": 12, "sector": sector, "band": band}, by=author
    )
    # The reader of the case study is told which record it is, and nothing that it says.
    record = ComplaintRecord.objects.filter(dataset__access="restricted", dataset__organisation=cast.alpha).first()
    for model, values in {
        CitizenRole: {"phase": "design", "group": "citizen", "part": "co-designer"},
        SurvivalObservation: {"observed_on": date(2026, 1, 1), "state": "running"},
        RecordLink: {
            "dataset": record.dataset.slug,
            "reference": record.reference,
            "effect": "shaped",
            "grade": "weak",
        },
        Factor: {"level": "environment", "side": "citizen", "direction": "driver", "name": "Trust"},
        Objective: {"aim": "other"},
        Outcome: {"aim": "other"},
        Actor: {"group": "citizen", "pseudonym": "A"},
    }.items():
        text = TEXT_OF_PART.get(model, "evidence")
        removed = add_part(
            case_study=made,
            model=model,
            by=author,
            values=values | {text: plant(f"{name}: removed {model.__name__}", ALPHA, shown=False)},
        )
        remove_part(part=removed, by=author)
        earlier = values | {text: plant(f"{name}: earlier {model.__name__}", ALPHA, shown=False)}
        part = add_part(case_study=made, model=model, values=earlier, by=author)
        edit_part(part=part, values={text: plant(f"{name}: {model.__name__}", readers)}, by=author)
    # Only on pages: a token does not reach them.
    keepers = ALPHA - {Role.READER.value} - TOKENS
    informant = make_informant(
        made,
        author,
        pseudonym=plant(f"{name}: informant", keepers),
        description=plant(f"{name}: description of the informant", keepers),
    )
    kept_in = plant(f"{name}: where consent is kept", keepers)
    record_consent(
        informant=informant,
        values={"scope": ["interview"], "given_on": date(2026, 1, 1), "evidence": kept_in},
        by=author,
    )


def plant_notes(plant: Plants, case_study: CaseStudy, cast: Cast) -> None:
    _photos(plant, case_study, cast)
    for sensitivity, is_deleted, readers in NOTES:
        _note(plant, case_study, cast, sensitivity, is_deleted, readers)
    _lowered(plant, case_study, cast)
    for who in ("former", "closed"):
        name = f"confidential note of {who}"
        _simple(plant, case_study, cast, who, name, LEADS)
    own = make_case_study(
        cast["lonely"], slug="case-of-delta", working_title=plant("case study of Delta", frozenset({"lonely"}))
    )
    _simple(plant, own, cast, "lonely", "confidential note of Delta", frozenset({"lonely"}))


def _photos(plant: Plants, case_study: CaseStudy, cast: Cast) -> None:
    """One with what the camera wrote into it, and one without."""
    note = make_note(case_study, cast["author"])
    for details, readers in (("kept", ALPHA), ("removed", NOBODY)):
        photo = jpeg(segment(0xFE, plant(f"photo, details {details}", readers).encode()))
        with arriving([photo]) as file:
            add_file(
                file=file,
                stated="image/jpeg",
                note=note,
                name=f"{details}.jpg",
                by=cast["author"],
                keeps_details=details == "kept",
            )


def _simple(plant: Plants, case_study: CaseStudy, cast: Cast, who: str, name: str, readers: frozenset[str]) -> None:
    note = make_note(
        case_study,
        cast[who],
        title=plant(f"{name}: title", readers, lists=NOTE_LISTS),
        text=plant(f"{name}: text", readers, lists=NOTE_LISTS),
        sensitivity="confidential",
    )
    _attach(plant, note, cast, who, name, readers)


def _note(
    plant: Plants, case_study: CaseStudy, cast: Cast, sensitivity: str, is_deleted: bool, readers: frozenset[str]
) -> None:
    name = f"{'deleted ' if is_deleted else ''}{sensitivity} note"
    lists = () if is_deleted else NOTE_LISTS

    def content(when: str) -> dict[str, object]:
        return note_content(
            case_study,
            title=plant(f"{name}: {when} title", readers, lists=lists if when == "newest" else ()),
            text=plant(f"{name}: {when} text", readers, lists=lists if when == "newest" else ()),
            informants=[plant(f"{name}: {when} informant", readers, shown=not is_deleted)],
            sensitivity=sensitivity,
        )

    note = make_note(case_study, cast["author"], **_values(content("first")))
    notes.put_note(uuid=note.pk, content=content("newest"), by=cast["author"], base_version=1)
    notes.put_note(uuid=note.pk, content=content("conflicting"), by=cast["author"], base_version=1)
    note = FieldNote.objects.get(pk=note.pk)
    _attach(plant, note, cast, "author", name, readers)
    removed = _attach(plant, note, cast, "author", f"{name}, removed", AUTHOR)
    remove_attachment(use=removed, by=cast["author"])
    if is_deleted:
        notes.delete_note(note=note, by=cast["author"])


def _values(content: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in content.items() if name != "case_study"}


def _attach(plant: Plants, note: FieldNote, cast: Cast, who: str, name: str, readers: frozenset[str]):
    data = f"%PDF-1.7 {plant(f'{name}: bytes of a file', readers, shown=False)}".encode()
    sha256 = hashlib.sha256(data).hexdigest()
    file_name = plant(f"{name}: name of a file", readers, shown=False).replace(" ", "-") + ".pdf"
    return put_attachment(
        sha256=sha256, chunks=[data], media_type="application/pdf", note=note, name=file_name, by=cast[who]
    )[0]


def _lowered(plant: Plants, case_study: CaseStudy, cast: Cast) -> None:
    """It was confidential, and is normal now; what it said stays confidential."""
    author, few = cast["author"], LEADS | AUTHOR
    note = make_note(
        case_study,
        author,
        title=plant("lowered note: confidential title", few),
        text=plant("lowered note: confidential text", few),
        sensitivity="confidential",
    )
    _attach(plant, note, cast, "author", "lowered note, confidential", few)
    now = note_content(
        case_study,
        title=plant("lowered note: title now", ALPHA, lists=NOTE_LISTS),
        text=plant("lowered note: text now", ALPHA, lists=NOTE_LISTS),
        sensitivity="normal",
    )
    notes.put_note(uuid=note.pk, content=now, by=author, base_version=1)
    late = note_content(
        case_study, title="Late", text=plant("lowered note: conflicting text", few), sensitivity="confidential"
    )
    notes.put_note(uuid=note.pk, content=late, by=author, base_version=1)
