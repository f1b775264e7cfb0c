"""Texts that were erased: nobody reads them, wherever they were. An erasure that was undone gives them back."""

import hashlib

from django.db.models import Model

from accounts.roles import Role
from casestudies.actions.attachments import put_attachment
from casestudies.actions.parts import add_part
from casestudies.erasing import CONTRIBUTION
from casestudies.models import Actor, CaseStudy
from coding.actions import NewUnit, codings, freeze_units, queue, rounds
from coding.actions.codings import NewCoding
from coding.models import Codebook
from complaints.models import FollowUp, Recommendation
from complaints.pointing import RECORD
from surveys.actions.responses import add_response
from surveys.models import Wave
from tests.factories.casestudies import make_case_study, make_contribution, make_event, make_informant, make_note
from tests.factories.coding import make_round, published
from tests.factories.complaints import load_records, make_dataset
from tests.permissions.contents.cases import CASE_LISTS, EVENT_LISTS, NOTE_LISTS
from tests.permissions.contents.datasets import ERASED_LATER, IMPORTED, RECORD_LISTS
from tests.permissions.contents.people import ALPHA, NOBODY, Cast
from tests.permissions.contents.plant import Plants
from versions.actions import erase, undo_erasure
from versions.models import Erasure
from versions.targets import key_in

# Who erases and undoes; the reason is theirs, the tombstone has the ground.
ERASERS = frozenset({Role.DATA_MANAGER.value, Role.ADMIN.value})
CONTRIBUTION_LISTS = ("/api/v1/contributions/",)


def plant_erased(plant: Plants, cast: Cast) -> None:
    case_study = make_case_study(
        cast["author"], slug="erased", access="restricted", methods=plant("erased case study: methods", NOBODY)
    )
    _notes(plant, case_study, cast)
    _informant(plant, case_study, cast)
    _unit(plant, case_study, cast)
    _passages(plant, case_study, cast)
    _erase_row(plant, case_study, cast)
    _record(plant, cast)
    _response(plant, cast)
    _undone(plant, case_study, cast)


def _erase(plant: Plants, kind: str, key: str, cast: Cast, passage: str = "") -> Erasure:
    reason = plant(f"reason of an erasure of {kind}", ERASERS)
    return erase(kind=kind, key=key, ground="redaction", reason=reason, by=cast[Role.ADMIN], passage=passage)


def _erase_row(plant: Plants, row: Model, cast: Cast, passage: str = "") -> Erasure:
    return _erase(plant, row._meta.label_lower, str(row.pk), cast, passage)


def _notes(plant: Plants, case_study: CaseStudy, cast: Cast) -> None:
    for sensitivity in ("normal", "confidential"):
        name = f"erased {sensitivity} note"
        note = make_note(
            case_study,
            cast["author"],
            title=plant(f"{name}: title", NOBODY, lists=NOTE_LISTS),
            text=plant(f"{name}: text", NOBODY, lists=NOTE_LISTS),
            sensitivity=sensitivity,
        )
        data = f"%PDF-1.7 {plant(f'{name}: bytes of a file', NOBODY)}".encode()
        put_attachment(
            sha256=hashlib.sha256(data).hexdigest(),
            chunks=[data],
            media_type="application/pdf",
            note=note,
            name=plant(f"{name}: name of a file", NOBODY),
            by=cast["author"],
        )
        _erase_row(plant, note, cast)


def _informant(plant: Plants, case_study: CaseStudy, cast: Cast) -> None:
    """With the notes and contributions that name the person."""
    author, pseudonym = cast["author"], plant("erased informant: pseudonym", NOBODY)
    informant = make_informant(
        case_study, author, pseudonym=pseudonym, description=plant("erased informant: description", NOBODY)
    )
    text = plant("note about an erased informant", NOBODY, lists=NOTE_LISTS)
    make_note(case_study, author, text=text, informants=[pseudonym])
    text = plant("contribution of an erased informant", NOBODY, lists=CONTRIBUTION_LISTS)
    make_contribution(case_study, author, text=text, pseudonym=pseudonym)
    relation = plant("relation of an erased informant", NOBODY)
    values = {"group": "citizen", "pseudonym": pseudonym, "relation": relation}
    add_part(case_study=case_study, model=Actor, values=values, by=author)
    _erase_row(plant, informant, cast)


def _unit(plant: Plants, case_study: CaseStudy, cast: Cast) -> None:
    """A contribution that was being coded."""
    lead, coder = cast[Role.LEAD_CODER], cast[Role.CODER]
    text = plant("erased contribution", NOBODY, lists=CONTRIBUTION_LISTS)
    contribution = make_contribution(case_study, cast["author"], text=text)
    unit = NewUnit(
        source_kind=CONTRIBUTION,
        source_key=str(contribution.pk),
        title=plant("erased unit: title", NOBODY),
        text=text,
        language="en",
        context={},
        organisation_id=cast.alpha.pk,
    )
    book = Codebook.objects.filter(access="restricted").order_by("pk").first()
    running = make_round(lead, [coder], texts=[], book=book, start=False)
    [frozen] = freeze_units(units=[unit], by=lead)
    rounds.add_units(coding_round=running, unit_ids=[frozen.pk], by=lead)
    assignment = queue.take_next(by=coder, coding_round=rounds.open_round(coding_round=running, by=lead))
    coding = NewCoding(code=published(book).codes.get(), memo=plant("erased unit: memo", NOBODY))
    codings.apply_code(assignment=assignment, coding=coding, by=coder)
    queue.annotate(assignment=assignment, by=coder, memo=plant("erased unit: memo about the unit", NOBODY))
    codings.submit(assignment=assignment, outcome="coded", by=coder)
    _erase_row(plant, contribution, cast)


def _passages(plant: Plants, case_study: CaseStudy, cast: Cast) -> None:
    """A passage goes; the words around it stay."""
    title = plant("event with an erased passage: the passage", NOBODY, lists=EVENT_LISTS)
    kept = plant("event with an erased passage: the rest", ALPHA, lists=EVENT_LISTS)
    event = make_event(case_study, cast["author"], title=f"{kept}, {title}", purpose=f"{title} and {kept}")
    _erase_row(plant, event, cast, passage=title)
    passage = plant("case study with an erased passage: the passage", NOBODY, lists=CASE_LISTS)
    kept = plant("case study with an erased passage: the rest", ALPHA, lists=CASE_LISTS)
    other = make_case_study(
        cast["author"], access="restricted", slug="passage", working_title=f"{kept} {passage}", abstract=passage
    )
    _erase_row(plant, other, cast, passage=passage)


def _record(plant: Plants, cast: Cast) -> None:
    dataset = make_dataset(cast.alpha, title="Erased records", slug="erased-records", access="public")
    name = "erased record"
    row = {
        "reference": "E-1",
        "subject": plant(f"{name}: subject", NOBODY, lists=RECORD_LISTS),
        "narrative": plant(f"{name}: letter", NOBODY, lists=RECORD_LISTS),
        "response": plant(f"{name}: answer to the letter", NOBODY, lists=RECORD_LISTS),
    }
    [pk] = load_records(dataset, [row])
    advised = Recommendation.objects.create(
        dataset=dataset,
        record_id=pk,
        text=plant(f"{name}: recommendation", NOBODY),
        promised_action=plant(f"{name}: promise", NOBODY),
    )
    FollowUp.objects.create(
        recommendation=advised, scale="Office", raw_value="Open", promised_action=plant(f"{name}: follow-up", NOBODY)
    )
    _erase(plant, RECORD, key_in(dataset.slug, "E-1"), cast)
    _erase(plant, RECORD, key_in(IMPORTED, ERASED_LATER), cast)


def _response(plant: Plants, cast: Cast) -> None:
    answers = {"remark": plant("erased answer", NOBODY)}
    wave = Wave.objects.filter(fieldwork__questionnaire__access="consortium").first()
    response = add_response(wave=wave, answers=answers, by=cast["author"])
    _erase(plant, "surveys.response", str(response.uuid), cast)


def _undone(plant: Plants, case_study: CaseStudy, cast: Cast) -> None:
    text = plant("contribution whose erasure was undone", ALPHA, lists=CONTRIBUTION_LISTS)
    contribution = make_contribution(case_study, cast["author"], text=text)
    undo_erasure(erasure=_erase_row(plant, contribution, cast), by=cast[Role.DATA_MANAGER])
