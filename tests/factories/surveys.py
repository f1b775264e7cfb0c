"""Questionnaires, waves and responses, created by the actions that people use."""

from datetime import date

from surveys.actions.fieldwork import add_wave, open_wave, save_fieldwork
from surveys.actions.questionnaires import create_questionnaire, load_definition, publish_version
from surveys.actions.responses import add_response
from surveys.definition import ChoiceDef, Definition, ItemDef, ScaleDef, SectionDef
from surveys.kinds import ItemType


def both(en, nl):
    return {"en": en, "nl": nl}


def small_definition():
    """Every type of item once, two languages, every kind of rule."""
    yes_no = (
        ChoiceDef("yes", both("Yes", "Ja"), value=1.0),
        ChoiceDef("no", both("No", "Nee"), value=0.0),
        ChoiceDef("dk", both("Don't know", "Weet niet"), missing="dont-know"),
    )
    ways = (
        ChoiceDef("phone", both("By phone", "Per telefoon")),
        ChoiceDef("web", both("On the web", "Op het web")),
        ChoiceDef("desk", both("At the desk", "Aan de balie")),
    )
    you = SectionDef(
        "you",
        both("About you", "Over u"),
        items=(
            ItemDef("welcome", ItemType.NOTE, both("Please answer for yourself.", "Antwoord voor uzelf.")),
            ItemDef(
                "age",
                ItemType.INTEGER,
                both("How old are you?", "Hoe oud bent u?"),
                hints=both("In years", "In jaren"),
                required=True,
                constraint=". >= 16 and . <= 110",
                constraint_messages=both("An age from 16 to 110.", "Een leeftijd van 16 tot 110."),
                offers=("refused",),
            ),
            ItemDef(
                "complained",
                ItemType.SELECT_ONE,
                both("Have you ever complained to your council?", "Hebt u ooit bij uw gemeente geklaagd?"),
                choice_list="yes_no",
                required=True,
                offers=("refused",),
            ),
        ),
    )
    complaint = SectionDef(
        "complaint",
        both("Your complaint", "Uw klacht"),
        relevance="${complained} = 'yes'",
        items=(
            ItemDef(
                "ways",
                ItemType.SELECT_MULTIPLE,
                both("How did you complain?", "Hoe hebt u geklaagd?"),
                choice_list="ways",
                required=True,
            ),
            ItemDef(
                "call_minutes",
                ItemType.DECIMAL,
                both("How many minutes did the call last?", "Hoeveel minuten duurde het gesprek?"),
                relevance="selected(${ways}, 'phone')",
            ),
            ItemDef(
                "sent_on", ItemType.DATE, both("When?", "Wanneer?"), constraint=". <= today()", offers=("dont-know",)
            ),
            ItemDef("calls", ItemType.CALCULATE, calculation="if(selected(${ways}, 'phone'), 'called', 'wrote')"),
        ),
    )
    end = SectionDef(
        "end",
        items=(ItemDef("remark", ItemType.TEXT, both("Anything else?", "Nog iets?")),),
    )
    return Definition(
        languages=("en", "nl"),
        default_language="en",
        titles=both("Complaints and you", "Klachten en u"),
        introductions=both("Ten minutes at most.", "Hoogstens tien minuten."),
        thanks=both("This helps the council.", "Dit helpt de gemeente."),
        sections=(you, complaint, end),
        lists={"yes_no": yes_no, "ways": ways},
        scales=(ScaleDef("trust"),),
    )


def make_questionnaire(by, organisation, *, slug="complaints-and-you", definition=None, **more):
    """A questionnaire whose draft is filled."""
    questionnaire = create_questionnaire(
        title="Complaints and you", slug=slug, organisation=organisation, by=by, **more
    )
    load_definition(
        questionnaire=questionnaire,
        definition=definition or small_definition(),
        file_name="complaints.xlsx",
        sha256="0" * 64,
        by=by,
    )
    return questionnaire


def make_published(by, organisation, **more):
    questionnaire = make_questionnaire(by, organisation, **more)
    return publish_version(questionnaire=questionnaire, by=by)


def make_wave(by, organisation, *, is_open=True, occasions=1, **more):
    """A wave of a published questionnaire, open unless `is_open` is False."""
    version = make_published(by, organisation, **more)
    fieldwork = save_fieldwork(
        questionnaire=version.questionnaire,
        by=by,
        title="Citizens 2026",
        population="Residents of 16 and older",
        mode="web",
        starts_on=date(2026, 11, 1),
    )
    wave = add_wave(fieldwork=fieldwork, version=version, by=by, occasions=occasions)
    return open_wave(wave=wave, by=by) if is_open else wave


COMPLAINED = {
    "age": 44,
    "complained": "yes",
    "ways": ["phone", "desk"],
    "call_minutes": "12.5",
    "sent_on": "2026-10-01",
    "remark": "=1+1",
}
CONTENT = {"age": {"missing": "refused"}, "complained": "no"}


def make_response(wave, by, answers=None, **more):
    return add_response(wave=wave, answers=COMPLAINED if answers is None else answers, by=by, **more)
