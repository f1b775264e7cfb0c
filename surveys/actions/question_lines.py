"""Add questions that are typed as lines, and take a draft from there to answers in one step."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from surveys.actions.drafts import save_choices, save_item
from surveys.actions.fieldwork import add_wave, open_wave, save_fieldwork
from surveys.actions.questionnaires import locked_draft, publish_version
from surveys.definition import ChoiceDef
from surveys.kinds import ItemType
from surveys.models import Item, Questionnaire, Wave
from surveys.question_lines import QuestionLine, name_for, questions_in

MOST_QUESTIONS = 200


@transaction.atomic
def add_questions(*, questionnaire: Questionnaire, text: str, by: User) -> list[Item]:
    """Add the questions of a text to the last section, with lists of choices and names made from their words.

    Questions with the same choices share a list.
    """
    draft = locked_draft(questionnaire, by)
    questions = questions_in(text)
    if not questions:
        raise ValidationError(_("Enter at least one question."), code="no_questions")
    if len(questions) > MOST_QUESTIONS:
        too_many = _("Enter at most %(most)d questions at a time.") % {"most": MOST_QUESTIONS}
        raise ValidationError(too_many, code="too_many_questions")
    section = draft.sections.order_by("position").last()
    if section is None:
        raise ValidationError(_("Add a section first."), code="no_section")
    names = set(draft.items.values_list("name", flat=True))
    lists: dict[tuple[str, ...], int] = {}
    made = []
    for question in questions:
        name = name_for(question.text, names)
        names.add(name)
        choice_list = None
        if question.choices:
            choices = tuple(question.choices)
            if choices not in lists:
                lists[choices] = _list_of(questionnaire, question, draft.default_language, by)
            choice_list = draft.choice_lists.get(pk=lists[choices])
        made.append(
            save_item(
                questionnaire=questionnaire,
                section=section.pk,
                name=name,
                type=(ItemType.SELECT_ONE if choice_list else ItemType.TEXT).value,
                labels={draft.default_language: question.text},
                choice_list=choice_list,
                by=by,
            )
        )
    return made


def _list_of(questionnaire: Questionnaire, question: QuestionLine, language: str, by: User) -> int:
    """The key of a new list with the choices of a question."""
    draft = locked_draft(questionnaire, by)
    codes: list[str] = []
    for label in question.choices:
        codes.append(name_for(label, codes, "choice"))
    choices = [ChoiceDef(code, {language: label}) for code, label in zip(codes, question.choices, strict=True)]
    names = set(draft.choice_lists.values_list("name", flat=True))
    name = name_for("_".join(codes), names, "choices")
    return save_choices(questionnaire=questionnaire, name=name, choices=choices, by=by).pk


@transaction.atomic
def publish_and_open(*, questionnaire: Questionnaire, by: User, note: str = "") -> Wave:
    """Publish the draft and open a wave with it, in the latest fieldwork or in one that is called as the questionnaire.

    The fieldwork can be described before and after answers come in.
    """
    version = publish_version(questionnaire=questionnaire, by=by, note=note)
    fieldwork = questionnaire.fieldworks.order_by("-pk").first()
    if fieldwork is None:
        fieldwork = save_fieldwork(questionnaire=questionnaire, by=by, title=questionnaire.title)
    return open_wave(wave=add_wave(fieldwork=fieldwork, version=version, by=by), by=by)
