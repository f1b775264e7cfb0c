"""A short questionnaire on work from home, with an open wave and some responses."""

import random

from django.db import transaction

from accounts.models import Organisation, User
from accounts.roles import AccessLevel
from surveys.actions.fieldwork import add_wave, open_wave, save_fieldwork
from surveys.actions.questionnaires import create_questionnaire, locked_draft, publish_version, update_draft
from surveys.actions.responses import add_response
from surveys.actions.writing import delete_parts, write_parts
from surveys.definition import ChoiceDef, Definition, ItemDef, SectionDef
from surveys.kinds import ItemType
from surveys.models import Questionnaire

AGREEMENT = (
    ("1", "Strongly disagree", "Helemaal oneens"),
    ("2", "Disagree", "Oneens"),
    ("3", "Neither", "Noch eens, noch oneens"),
    ("4", "Agree", "Eens"),
    ("5", "Strongly agree", "Helemaal eens"),
)
STATEMENTS = (
    ("tw_trust", "My manager trusts me when I work from home.", "Mijn leidinggevende vertrouwt mij als ik thuis werk."),
    ("tw_team", "My team knows what I am working on.", "Mijn team weet waar ik aan werk."),
    ("tw_calm", "At home I can work without being interrupted.", "Thuis kan ik ongestoord werken."),
)


def definition() -> Definition:
    """Two pages in English and Dutch."""
    days = ItemDef(
        name="days",
        type=ItemType.INTEGER,
        labels={"en": "On how many days last week did you work from home?", "nl": "Hoeveel dagen werkte u thuis?"},
        required=True,
        constraint=". >= 0 and . <= 7",
        constraint_messages={"en": "A week has seven days.", "nl": "Een week heeft zeven dagen."},
    )
    statements = tuple(
        ItemDef(
            name=name,
            type=ItemType.SELECT_ONE,
            labels={"en": english, "nl": dutch},
            choice_list="agreement",
            offers=("dont-know", "refused"),
            relevance="${days} > 0",
        )
        for name, english, dutch in STATEMENTS
    )
    remark = ItemDef(name="remark", type=ItemType.TEXT, labels={"en": "Anything to add?", "nl": "Nog iets?"})
    return Definition(
        languages=("en", "nl"),
        default_language="en",
        titles={"en": "Demo: work from home", "nl": "Demo: thuiswerken"},
        introductions={"en": "A fictional questionnaire of two pages.", "nl": "Een fictieve vragenlijst."},
        thanks={"en": "Thank you.", "nl": "Dank u wel."},
        sections=(
            SectionDef(name="week", titles={"en": "Your week", "nl": "Uw week"}, items=(days,)),
            SectionDef(name="views", titles={"en": "Your views", "nl": "Uw mening"}, items=(*statements, remark)),
        ),
        lists={
            "agreement": tuple(
                ChoiceDef(code=code, labels={"en": english, "nl": dutch}, value=float(code))
                for code, english, dutch in AGREEMENT
            )
        },
    )


@transaction.atomic
def make_survey(partner: Organisation, by: User, *, responses: int = 40) -> None:
    """The questionnaire, published, with one open wave and `responses` answers."""
    if Questionnaire.objects.filter(slug="demo-telework").exists():
        return
    questionnaire = create_questionnaire(
        title="Demo: work from home",
        slug="demo-telework",
        organisation=partner,
        by=by,
        description="Fictional data of the demonstration.",
        access=AccessLevel.CONSORTIUM,
        languages=("en", "nl"),
        is_fictional=True,
        countries=["NL"],
        themes=["innovation-outcomes"],
        strands=["adoption"],
    )
    content = definition()
    draft = locked_draft(questionnaire, by)
    delete_parts(draft)
    write_parts(draft, content)
    texts = {"titles": content.titles, "introductions": content.introductions, "thanks": content.thanks}
    update_draft(questionnaire=questionnaire, by=by, **texts)
    version = publish_version(questionnaire=questionnaire, by=by)
    fieldwork = save_fieldwork(
        questionnaire=questionnaire,
        by=by,
        title="Demo fieldwork",
        population="Fictional civil servants",
        mode="web",
    )
    wave = add_wave(fieldwork=fieldwork, version=version, by=by, title="First wave")
    open_wave(wave=wave, by=by)
    chance = random.Random(7)  # noqa: S311 -- the demo must come out the same each time
    for _ in range(responses):
        days = chance.randint(0, 5)
        answers: dict[str, object] = {"days": days}
        if days:
            answers |= {
                name: chance.choice(["1", "2", "3", "4", "4", "5", {"missing": "dont-know"}])
                for name, _, _ in STATEMENTS
            }
        add_response(wave=wave, answers=answers, by=by, language=chance.choice(["en", "nl"]))
