"""A codebook, an open round and codings, for the pages of coders in the demo."""

import random

from django.db import transaction

from accounts.models import Organisation, User
from coding.actions.codebooks import add_code, create_codebook, publish_codebook
from coding.actions.codings import NewCoding, apply_code, submit
from coding.actions.queue import take_next
from coding.actions.rounds import add_units, close_round, create_round, open_round
from coding.actions.units import NewUnit, freeze_units
from coding.models import Assignment, Code, Codebook, CodebookVersion, Round, Submission, TextUnit
from coding.models.codebooks import COLOURS
from complaints.models import ComplaintRecord
from complaints.pointing import RECORD
from imports.models import Dataset
from versions.targets import key_in

# Units of the pilot, and how often its second coder sees another code.
PILOT, DIFFER = 16, 0.3
CODES = (
    ("Procedure", "", (
        ("Delay", "The office took longer than the law or its own promise allows."),
        ("No reasons", "A decision came without reasons, or with reasons that do not fit it."),
        ("Lost papers", "Papers or a file were lost, or asked for again without need."),
    )),
    ("Treatment", "", (
        ("Unequal treatment", "People in the same position were treated differently."),
        ("Discourtesy", "Rudeness, mockery or indifference towards the person."),
    )),
    ("Access", "", (
        ("Digital only", "The service can be had online alone."),
        ("Place or hours", "The place or its hours keep people out."),
    )),
    ("Request", "", (
        ("Apology", "The writer asks for an apology."),
        ("Decision", "The writer asks for a decision, or a better one."),
        ("Payment", "The writer asks for money back."),
    )),
)  # fmt: skip


@transaction.atomic
def make_coding(partner: Organisation, lead: User, coder: User, *, units: int = 60, coded: int = 12) -> None:
    """A closed pilot that two coders coded whole, and an open round of which the first units are coded."""
    if Codebook.objects.filter(slug="demo-letters").exists():
        return
    codebook = create_codebook(
        organisation=partner,
        values={
            "title": "Demonstration codebook of letters",
            "description": "Fictional, for the demonstration.",
            "language": "en",
        },
        by=lead,
        slug="demo-letters",
    )
    for (name, definition, below), colour in zip(CODES, COLOURS, strict=False):
        heading = add_code(
            codebook=codebook,
            values={"name": name, "definition": definition, "colour": colour, "is_codable": False},
            by=lead,
        )
        for child, meaning in below:
            values = {"name": child, "definition": meaning, "colour": colour}
            add_code(codebook=codebook, parent=heading, values=values, by=lead)
    version = publish_codebook(codebook=codebook, by=lead, note="First version")
    texts = freeze_units(units=_units(partner, units), by=lead)
    chance = random.Random(3)  # noqa: S311 -- the demonstration is the same each time
    pilot = _started(
        partner, lead, [coder, lead], version, texts[:PILOT], title="Demonstration pilot", coders_per_unit=2
    )
    _code_pilot(pilot, [coder, lead], chance)
    running = _started(partner, lead, [coder, lead], version, texts, title="Demonstration round")
    codes = list(Code.objects.filter(version=version).codable())
    for person in (coder, lead):
        for _ in range(coded):
            assignment = take_next(by=person, coding_round=running)
            if assignment is None:
                break
            _submit(assignment, chance.sample(codes, chance.randint(1, 3)), person)


def _started(
    partner: Organisation,
    lead: User,
    coders: list[User],
    version: CodebookVersion,
    texts: list[TextUnit],
    **values: object,
) -> Round:
    instructions = "Code what the writer complains of and asks for."
    made = create_round(
        organisation=partner,
        version=version,
        values={"instructions": instructions, "strands": ["oversight"]} | values,
        by=lead,
        coders=coders,
    )
    add_units(coding_round=made, unit_ids=[unit.pk for unit in texts], by=lead)
    return open_round(coding_round=made, by=lead)


def _code_pilot(pilot: Round, coders: list[User], chance: random.Random) -> None:
    """Both code every unit and mostly agree; the round is closed, so its agreement and corrections can be looked at."""
    codes = list(Code.objects.filter(version=pilot.codebook_version_id).codable())
    first = {unit.pk: chance.sample(codes, chance.randint(1, 2)) for unit in pilot.units.order_by("pk")}
    for number, person in enumerate(coders):
        while (assignment := take_next(by=person, coding_round=pilot)) is not None:
            chosen = first[assignment.round_unit_id]
            _submit(assignment, chance.sample(codes, 1) if number and chance.random() < DIFFER else chosen, person)
    close_round(coding_round=pilot, by=pilot.created_by)


def _submit(assignment: Assignment, codes: list[Code], person: User) -> None:
    for code in codes:
        apply_code(assignment=assignment, coding=NewCoding(code=code), by=person)
    submit(assignment=assignment, outcome=Submission.Outcome.CODED, by=person)


def _units(partner: Organisation, number: int) -> list[NewUnit]:
    dataset = Dataset.objects.get(slug="demo-letters-nl")
    records = ComplaintRecord.objects.filter(dataset=dataset).order_by("id")[:number]
    return [
        NewUnit(
            source_kind=RECORD,
            source_key=key_in(dataset.slug, record.reference),
            title=record.subject,
            text=record.narrative,
            language=record.language,
            context={"Institution": record.institution, "Category": record.category},
            organisation_id=partner.pk,
        )
        for record in records
    ]
