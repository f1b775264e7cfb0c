"""The demo's case studies with their parts, events, contributions and notes. Written in bulk, because that takes
seconds."""

import random
import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.db.models import Model
from django.utils.text import slugify

from accounts.models import Organisation, User
from accounts.roles import AccessLevel
from casestudies.actions.notes import put_note
from casestudies.models import (
    CaseStudy,
    CitizenRole,
    CoCreationEvent,
    Contribution,
    Factor,
    Objective,
    Outcome,
    Participation,
    SurvivalObservation,
)
from casestudies.models.choices import (
    Aim,
    Attitude,
    Decision,
    Direction,
    EventStatus,
    Facilitation,
    FactorLevel,
    Grade,
    Level,
    Mode,
    Openness,
    Part,
    Phase,
    Precision,
    ReviewState,
    Selection,
    Side,
    Survival,
)
from casestudies.vocabularies import INFLUENCE
from lipse_site.demo.ideas import CONTRIBUTIONS, COUNTRIES, EVENTS, IDEAS, NOTES, Country
from registry.models import Place, PolicySector

BEGAN = date(2014, 1, 1)
STEPS = ("informed", "heard", "involved", "partner", "deciding")
GROUPS = ("citizen", "family", "front-line-staff", "manager", "politician", "ngo", "expert")
FACTORS = (
    ("A law that demands participation", FactorLevel.ENVIRONMENT, Side.ORGANISATION, Direction.DRIVER),
    ("Budget closed before the first meeting", FactorLevel.ORGANISATION, Side.ORGANISATION, Direction.BARRIER),
    ("Staff afraid of more work", FactorLevel.INDIVIDUAL, Side.ORGANISATION, Direction.BARRIER),
    ("Residents who know one another", FactorLevel.ENVIRONMENT, Side.CITIZEN, Direction.DRIVER),
    ("Results one can see within weeks", FactorLevel.INNOVATION, Side.CITIZEN, Direction.DRIVER),
)


@transaction.atomic
def make_cases(
    partners: dict[str, Organisation], fieldworker: User, *, cases_per_place: int = 6, seed: int = 320090
) -> int:
    """Cases in every country and sector, each with two or three events; returns the number of cases."""
    if known := CaseStudy.objects.filter(slug__startswith="demo-").count():
        return known
    chance = random.Random(seed)  # noqa: S311 -- the demo must come out the same each time
    sectors = {sector.slug: sector for sector in PolicySector.objects.filter(slug__in=IDEAS)}
    cases = [
        _case(country, place, idea, partner=partners[country.code], fieldworker=fieldworker, chance=chance)
        for country in COUNTRIES
        for place in _places(country)
        for idea in _ideas(sectors, cases_per_place, chance)
    ]
    CaseStudy.objects.bulk_create(cases)
    _parts(cases, fieldworker, chance)
    events = _events(cases, fieldworker, chance)
    _contributions(events, fieldworker, chance)
    _notes(cases, events, fieldworker, chance)
    return len(cases)


def _places(country: Country) -> list[Place]:
    return [
        Place.objects.get_or_create(
            country=country.code,
            name=name,
            scheme="",
            code="",
            defaults={"latitude": latitude, "longitude": longitude, "precision_m": 5000},
        )[0]
        for name, latitude, longitude in country.places
    ]


def _ideas(sectors: dict[str, PolicySector], number: int, chance: random.Random) -> list[tuple[PolicySector, str, str]]:
    every = [(sectors[slug], title, abstract) for slug, ideas in IDEAS.items() for title, abstract in ideas]
    return chance.sample(every, number)


def _case(
    country: Country,
    place: Place,
    idea: tuple[PolicySector, str, str],
    *,
    partner: Organisation,
    fieldworker: User,
    chance: random.Random,
) -> CaseStudy:
    sector, title, sentence = idea
    state = chance.choice([ReviewState.APPROVED] * 4 + [ReviewState.VERIFIED, ReviewState.SUBMITTED, ReviewState.DRAFT])
    started = date(2010, 1, 1) + timedelta(days=30 * chance.randrange(48))
    ended = started + timedelta(days=chance.randint(200, 900)) if chance.random() < 0.5 else None
    return CaseStudy(
        slug=slugify(f"demo {title} {place.name}")[:80],
        working_title=f"{title} in {place.name}",
        language="en",
        abstract=f"{sentence} This case is fictional: it belongs to the demo and describes nothing that happened.",
        themes=["innovation-inputs"],
        strands=chance.sample(["environments", "co-creation", "oversight", "risk", "adoption"], 2),
        country=country.code,
        place=place,
        sector=sector,
        level=chance.choice([Level.LOCAL, Level.LOCAL, Level.REGIONAL, Level.NATIONAL]),
        public_body_name=f"Demo office {chance.randint(1, 9)}",
        initiator=chance.choice(GROUPS),
        attitude=chance.choice(Attitude.values),
        innovation_type=chance.choice(["product-service", "process", "governance", "conceptual"]),
        newness=chance.choice(["incremental", "expansionary", "evolutionary", "total"]),
        ict_role=chance.choice(["none", "supporting", "enabling", "central"]),
        started_on=started,
        started_precision=Precision.MONTH,
        ended_on=ended,
        ended_precision=Precision.MONTH if ended else "",
        documents=chance.randint(3, 40),
        interviews=chance.randint(0, 24),
        observations=chance.randint(0, 9),
        methods="Documents, interviews and visits, as in every case of the demo.",
        researcher=fieldworker if partner.pk in fieldworker.organisation_ids else None,
        review_state=state,
        organisation=partner,
        access=chance.choice([AccessLevel.PUBLIC] * 3 + [AccessLevel.CONSORTIUM, AccessLevel.RESTRICTED]),
        updated_by=fieldworker,
    )


def _parts(cases: list[CaseStudy], by: User, chance: random.Random) -> None:
    roles, factors, objectives, outcomes, survival = [], [], [], [], []
    for case_study in cases:
        for phase in (Phase.COMMISSIONING, Phase.DESIGN, Phase.DELIVERY):
            claimed = chance.randrange(len(STEPS))
            roles.append(
                CitizenRole(
                    case_study=case_study,
                    phase=phase,
                    group="citizen",
                    part=chance.choice(Part.values),
                    scale=INFLUENCE,
                    influence_claimed=STEPS[claimed],
                    influence_assessed=STEPS[max(0, claimed - chance.randrange(3))],
                    assessed_by="The case's researcher",
                    updated_by=by,
                )
            )
        for name, level, side, direction in chance.sample(FACTORS, 3):
            strength = chance.randint(1, 3)
            factors.append(
                Factor(
                    case_study=case_study,
                    name=name,
                    level=level,
                    side=side,
                    direction=direction,
                    strength=strength,
                    updated_by=by,
                )
            )
        aim = chance.choice([Aim.EFFECTIVENESS, Aim.SATISFACTION, Aim.INVOLVEMENT])
        objectives.append(
            Objective(case_study=case_study, aim=aim, text="That people find what they need.", updated_by=by)
        )
        outcomes.append(
            Outcome(
                case_study=case_study,
                aim=aim,
                text="Fewer people had to come twice.",
                grade=chance.choice(Grade.values),
                updated_by=by,
            )
        )
        survival.append(
            SurvivalObservation(
                case_study=case_study,
                observed_on=date(2016, 6, 1),
                state=chance.choice(Survival.values),
                source="A call to the office",
                updated_by=by,
            )
        )
    parts: tuple[tuple[type[Model], Sequence[Model]], ...] = (
        (CitizenRole, roles),
        (Factor, factors),
        (Objective, objectives),
        (Outcome, outcomes),
        (SurvivalObservation, survival),
    )
    for model, rows in parts:
        model._default_manager.bulk_create(rows)


def _events(cases: list[CaseStudy], by: User, chance: random.Random) -> list[CoCreationEvent]:
    events = []
    for case_study in cases:
        day = datetime.combine(case_study.started_on or BEGAN, datetime.min.time(), tzinfo=UTC) + timedelta(hours=17)
        for title, kind in chance.sample(EVENTS, chance.randint(2, 3)):
            day += timedelta(days=chance.randint(20, 160))
            invited = chance.randint(20, 400)
            events.append(
                CoCreationEvent(
                    case_study=case_study,
                    title=title,
                    status=EventStatus.HELD,
                    starts_at=day,
                    ends_at=day + timedelta(hours=chance.choice([2, 3, 8])),
                    time_zone="UTC",
                    place=case_study.place,
                    mode=chance.choice(Mode.values),
                    format=kind,
                    phase=chance.choice(Phase.values),
                    remit_question="What should change first?",
                    influence_claimed=chance.choice(STEPS),
                    openness=chance.choice(Openness.values),
                    selection=chance.choice(Selection.values),
                    invited=invited,
                    attended=chance.randint(8, invited),
                    hours_together=chance.choice([2, 3, 7]),
                    commissioned=chance.random() < 0.6,
                    facilitation=chance.choice(Facilitation.values),
                    languages=["en"],
                    interaction_methods=chance.sample(["plenary", "small-groups", "making", "written"], 2),
                    decision_methods=[chance.choice(["idea-generation", "consensus", "opinion-survey"])],
                    recorder=by,
                    confidence="medium",
                    updated_by=by,
                )
            )
    CoCreationEvent.objects.bulk_create(events)
    Participation.objects.bulk_create(
        Participation(event=event, group=group, people=chance.randint(2, 30), updated_by=by)
        for event in events
        for group in chance.sample(GROUPS, 3)
    )
    return events


def _contributions(events: list[CoCreationEvent], by: User, chance: random.Random) -> None:
    rows = []
    for event in events:
        for kind, text, response in chance.sample(CONTRIBUTIONS, 2):
            decision = chance.choice([Decision.ACCEPTED, Decision.PARTLY, Decision.REJECTED])
            put_in = event.starts_at.date()
            rows.append(
                Contribution(
                    case_study=event.case_study,
                    event=event,
                    kind=kind,
                    text=text,
                    group="citizen",
                    put_in_on=put_in,
                    decision=decision if response else Decision.NO_REPLY,
                    decided_on=put_in + timedelta(days=chance.randint(10, 90)) if response else None,
                    response=response,
                    updated_by=by,
                )
            )
    Contribution.objects.bulk_create(rows)


def _notes(cases: list[CaseStudy], events: list[CoCreationEvent], by: User, chance: random.Random) -> None:
    """Notes are created by the usual action, so that each has a version and a receipt."""
    own = [case_study for case_study in cases if case_study.organisation_id in by.organisation_ids]
    for case_study in own:
        event = next((event for event in events if event.case_study == case_study), None)
        kind, title, text = chance.choice(NOTES)
        content = {
            "case_study": case_study,
            "event": event,
            "kind": kind,
            "title": title,
            "text": text,
            "language": "en",
            "occurred_on": event.starts_at.date() if event else None,
            "informants": ["Birch", "Heron"] if kind == "interview" else [],
        }
        put_note(uuid=uuid.UUID(int=chance.getrandbits(128), version=4), content=content, by=by, device="demo")
