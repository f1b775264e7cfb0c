"""Edit the parts of a draft: sections, items, lists of choices."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from surveys.actions.questionnaires import locked_draft
from surveys.definition import ChoiceDef
from surveys.expressions import ExpressionError, parse
from surveys.kinds import SELECTS, ItemType
from surveys.models import Choice, ChoiceList, Item, Questionnaire, QuestionnaireVersion, Scale, Section

Positioned = TypeVar("Positioned", Section, Item)
Part = TypeVar("Part", Section, Item, ChoiceList)
_EXPRESSIONS = ("relevance", "constraint", "calculation", "choice_filter")


def _check_expressions(fields: Mapping[str, object]) -> None:
    errors = {}
    for name in _EXPRESSIONS:
        try:
            if source := fields.get(name):
                parse(str(source))
        except ExpressionError as error:
            errors[name] = ValidationError(str(error), code="unreadable_expression")
    if errors:
        raise ValidationError(errors)


def _next_position(rows: QuerySet[Section] | QuerySet[Item]) -> int:
    return (rows.aggregate(last=Max("position"))["last"] or 0) + 1


def _swap(rows: QuerySet[Positioned], pk: int, by_places: int) -> None:
    """Move one of the rows by a place; positions are unique at the end of the transaction only."""
    order = list(rows)
    at = next(index for index, row in enumerate(order) if row.pk == pk)
    to = at + by_places
    if 0 <= to < len(order):
        one, other = order[at], order[to]
        one.position, other.position = other.position, one.position
        one.save(update_fields=["position"])
        other.save(update_fields=["position"])


def _part(rows: QuerySet[Part], pk: int) -> Part:
    part = rows.filter(pk=pk).first()
    if part is None:
        raise ValidationError(_("This part is no longer in the draft."), code="gone")
    return part


@transaction.atomic
def save_section(
    *,
    questionnaire: Questionnaire,
    by: User,
    name: str,
    titles: Mapping[str, str],
    relevance: str = "",
    pk: int | None = None,
) -> Section:
    """Add a section at the end, or change one."""
    draft = locked_draft(questionnaire, by)
    _check_expressions({"relevance": relevance})
    if pk is None:
        section = Section(version=draft, position=_next_position(draft.sections.all()))
    else:
        section = _part(draft.sections.all(), pk)
    section.name, section.titles, section.relevance = name, dict(titles), relevance
    section.full_clean()
    section.save()
    audit.record("section.saved", by=by, target=section, version=draft.pk)
    return section


@transaction.atomic
def save_item(
    *, questionnaire: Questionnaire, by: User, section: int, pk: int | None = None, scale: str = "", **fields: object
) -> Item:
    """Add an item at the end of its section, or change one. `fields` are fields of Item, `scale` a name."""
    draft = locked_draft(questionnaire, by)
    _check_expressions(fields)
    place = _part(draft.sections.all(), section)
    item = Item(version=draft) if pk is None else _part(draft.items.all(), pk)
    if item.pk is None or item.section_id != place.pk:
        item.section, item.position = place, _next_position(place.items.all())
    for name, value in fields.items():
        setattr(item, name, value)
    _clear_unused_fields(item)
    item.scale = _scale(draft, scale) if scale else None
    item.is_reversed = item.is_reversed and item.scale is not None
    item.full_clean()
    item.save()
    audit.record("item.saved", by=by, target=item, version=draft.pk, name=item.name)
    return item


def _clear_unused_fields(item: Item) -> None:
    """Clear the fields that the type does not use: they may be set from before the type was changed."""
    if item.type not in SELECTS:
        item.choice_list, item.choice_filter = None, ""
    elif item.choice_list is None:
        raise ValidationError({"choice_list": ValidationError(_("Choose a list of choices."), code="no_list")})
    if item.type != ItemType.CALCULATE:
        item.calculation = ""
    elif not item.calculation:
        raise ValidationError({"calculation": ValidationError(_("Enter a calculation."), code="no_calculation")})
    if item.type in (ItemType.NOTE, ItemType.CALCULATE):
        item.is_required, item.constraint, item.offers = False, "", []


def _scale(draft: QuestionnaireVersion, name: str) -> Scale:
    scale = draft.scales.filter(name=name).first() or Scale(version=draft, name=name)
    if scale.pk is None:
        scale.full_clean()
        scale.save()
    return scale


@transaction.atomic
def save_choices(
    *, questionnaire: Questionnaire, by: User, name: str, choices: Sequence[ChoiceDef], pk: int | None = None
) -> ChoiceList:
    """Add a list with its choices in order, or change one."""
    draft = locked_draft(questionnaire, by)
    codes = [choice.code for choice in choices]
    if not codes:
        raise ValidationError(_("Add at least one choice."), code="no_choices")
    if len(set(codes)) < len(codes):
        raise ValidationError(_("Use each code only once in a list."), code="duplicate_code")
    choice_list = ChoiceList(version=draft) if pk is None else _part(draft.choice_lists.all(), pk)
    choice_list.name = name
    choice_list.full_clean()
    choice_list.save()
    choice_list.choices.all().delete()
    for position, choice in enumerate(choices, start=1):
        row = Choice(
            choice_list=choice_list,
            code=choice.code,
            labels=dict(choice.labels),
            missing=choice.missing,
            value=choice.value,
            columns=[dict(columns) for columns in choice.columns],
            position=position,
        )
        row.full_clean()
        row.save()
    audit.record("choice-list.saved", by=by, target=choice_list, version=draft.pk, choices=len(codes))
    return choice_list


@transaction.atomic
def move_part(*, questionnaire: Questionnaire, by: User, part: Section | Item, by_places: int) -> None:
    """Move a section among sections, or an item within its section, one place up (-1) or down (1)."""
    draft = locked_draft(questionnaire, by)
    if isinstance(part, Section):
        _part(draft.sections.all(), part.pk)
        _swap(draft.sections.all(), part.pk, by_places)
    else:
        item = _part(draft.items.all(), part.pk)
        _swap(item.section.items.order_by("position"), item.pk, by_places)
    audit.record("draft.reordered", by=by, target=draft)


@transaction.atomic
def remove_part(*, questionnaire: Questionnaire, by: User, part: Section | Item | ChoiceList) -> None:
    """Remove a part from the draft. A list that items use and the last section cannot be removed."""
    draft = locked_draft(questionnaire, by)
    if isinstance(part, ChoiceList) and part.items.exists():
        raise ValidationError(_("Questions use this list. Change these questions first."), code="list_in_use")
    if isinstance(part, Section) and draft.sections.count() == 1:
        raise ValidationError(_("A questionnaire needs at least one section."), code="last_section")
    if isinstance(part, Section):
        found: Section | Item | ChoiceList = _part(draft.sections.all(), part.pk)
    elif isinstance(part, Item):
        found = _part(draft.items.all(), part.pk)
    else:
        found = _part(draft.choice_lists.all(), part.pk)
    audit.record("part.removed", by=by, target=found, version=draft.pk)
    found.delete()
