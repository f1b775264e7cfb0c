"""Write the parts of a version from a definition, in bulk. Used by every action that fills a draft."""

from decimal import Decimal

from surveys.definition import Definition, ItemDef
from surveys.models import Choice, ChoiceList, Item, QuestionnaireVersion, Scale, Section


def write_parts(version: QuestionnaireVersion, definition: Definition) -> None:
    """Fill an empty draft. The caller has the transaction and the lock."""
    lists = _write_lists(version, definition)
    scales = _write_scales(version, definition)
    for section_position, section in enumerate(definition.sections, start=1):
        row = Section.objects.create(
            version=version,
            name=section.name,
            position=section_position,
            titles=dict(section.titles),
            relevance=section.relevance,
        )
        Item.objects.bulk_create(
            _item(item, section=row, position=position, lists=lists, scales=scales)
            for position, item in enumerate(section.items, start=1)
        )


def delete_parts(version: QuestionnaireVersion) -> None:
    """Delete all parts of a draft."""
    version.items.all().delete()
    version.sections.all().delete()
    version.choice_lists.all().delete()
    version.scales.all().delete()


def _write_lists(version: QuestionnaireVersion, definition: Definition) -> dict[str, ChoiceList]:
    lists = {name: ChoiceList.objects.create(version=version, name=name) for name in definition.lists}
    for name, choices in definition.lists.items():
        Choice.objects.bulk_create(
            Choice(
                choice_list=lists[name],
                code=choice.code,
                labels=dict(choice.labels),
                missing=choice.missing,
                value=Decimal(repr(choice.value)) if choice.value is not None else None,
                columns=[dict(row) for row in choice.columns],
                position=position,
            )
            for position, choice in enumerate(choices, start=1)
        )
    return lists


def _write_scales(version: QuestionnaireVersion, definition: Definition) -> dict[str, Scale]:
    scales = {
        scale.name: Scale.objects.create(
            version=version,
            name=scale.name,
            titles=dict(scale.titles),
            missing_policy=scale.missing_policy,
            least_items=scale.least_items,
        )
        for scale in definition.scales
    }
    for scale in definition.scales:
        if scale.part_of:
            scales[scale.name].part_of = scales[scale.part_of]
            scales[scale.name].save(update_fields=["part_of"])
    return scales


def _item(
    item: ItemDef, *, section: Section, position: int, lists: dict[str, ChoiceList], scales: dict[str, Scale]
) -> Item:
    return Item(
        version_id=section.version_id,
        section=section,
        position=position,
        name=item.name,
        type=item.type.value,
        labels=dict(item.labels),
        hints=dict(item.hints),
        choice_list=lists[item.choice_list] if item.is_select else None,
        is_required=item.required,
        required_messages=dict(item.required_messages),
        constraint=item.constraint,
        constraint_messages=dict(item.constraint_messages),
        relevance=item.relevance,
        calculation=item.calculation,
        choice_filter=item.choice_filter,
        offers=list(item.offers),
        scale=scales.get(item.scale),
        is_reversed=item.is_reversed,
    )
