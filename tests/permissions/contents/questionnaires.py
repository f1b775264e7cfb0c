"""Questionnaires of each access and state, their fieldwork and what respondents said."""

from surveys.actions.fieldwork import add_wave, open_wave, save_fieldwork
from surveys.actions.questionnaires import (
    create_questionnaire,
    load_definition,
    publish_version,
    start_draft,
    update_draft,
)
from surveys.actions.responses import add_response
from surveys.definition import Definition, ItemDef, SectionDef
from surveys.kinds import ItemType
from surveys.models import Questionnaire
from tests.permissions.contents.people import ALPHA, GUEST, MEMBERS, RESPONDENT, Cast
from tests.permissions.contents.plant import Plants

# access, shared with Gamma, who reads it, who reads responses
QUESTIONNAIRES = [
    ("consortium", False, MEMBERS, ALPHA),
    ("restricted", False, ALPHA, ALPHA),
    ("restricted", True, ALPHA | GUEST, ALPHA | GUEST),
]
LISTS = ("/api/v1/questionnaires/", "/questionnaires/")
MAKER = "author"


def plant_questionnaires(plant: Plants, cast: Cast) -> None:
    for number, (access, shared, readers, responses) in enumerate(QUESTIONNAIRES):
        name = f"questionnaire, {access}{', shared' if shared else ''}"
        made = _questionnaire(plant, cast, name, f"asked-{number}", access, shared, readers)
        _field(plant, cast, made, name, readers, responses)
        start_draft(questionnaire=made, by=cast[MAKER])
        draft_text = plant(f"{name}: introduction of the draft", ALPHA, shown=False)
        update_draft(questionnaire=made, by=cast[MAKER], introductions={"en": draft_text})
    _questionnaire(plant, cast, "questionnaire, draft", "drafted", "consortium", False, ALPHA)


def _questionnaire(plant, cast: Cast, name, slug, access, shared, readers) -> Questionnaire:
    by = cast[MAKER]
    made = create_questionnaire(
        title=plant(f"{name}: title", readers, lists=LISTS),
        description=plant(f"{name}: description", readers, lists=LISTS),
        slug=slug,
        organisation=cast.alpha,
        by=by,
        access=access,
        shared_with=[cast.gamma] if shared else [],
    )
    asked = readers | RESPONDENT
    item = ItemDef("remark", ItemType.TEXT, {"en": plant(f"{name}: question", asked, shown=False)})
    definition = Definition(
        languages=("en",),
        default_language="en",
        titles={"en": plant(f"{name}: title of the version", asked, shown=False)},
        introductions={"en": plant(f"{name}: introduction", asked, shown=False)},
        thanks={"en": plant(f"{name}: thanks", asked, shown=False)},
        sections=(SectionDef("all", {"en": plant(f"{name}: section", asked, shown=False)}, items=(item,)),),
        lists={},
        scales=(),
    )
    load_definition(questionnaire=made, definition=definition, file_name="a.xlsx", sha256="0" * 64, by=by)
    return made


def _field(plant: Plants, cast: Cast, made: Questionnaire, name: str, readers, responses) -> None:
    by = cast[MAKER]
    version = publish_version(
        questionnaire=made, by=by, note=plant(f"{name}: note of the version", readers, pages=True)
    )
    fieldwork = save_fieldwork(
        questionnaire=made,
        by=by,
        title=plant(f"{name}: fieldwork", readers),
        population=plant(f"{name}: population", readers, shown=False),
        mode="web",
    )
    wave = open_wave(wave=add_wave(fieldwork=fieldwork, version=version, by=by), by=by)
    add_response(
        wave=wave,
        answers={"remark": plant(f"{name}: answer", responses)},
        by=by,
        respondent=plant(f"{name}: respondent", responses, shown=False).replace(" ", "-"),
    )
