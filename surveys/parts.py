"""A questionnaire as parts that can be compared with those of another version. Pure.

A text in a language is a field of its own: `label::en`, as an XLSForm writes it.
"""

from collections.abc import Iterable, Iterator, Mapping

from surveys.definition import ChoiceDef, Definition, ItemDef, ScaleDef, Texts
from versions.comparing import Part


def parts_of(definition: Definition) -> list[Part]:
    """The texts around the questions, sections, items, choices and scales, each in order."""
    return [
        _whole(definition),
        *_sections(definition),
        *(_item(section.name, item) for section in definition.sections for item in section.items),
        *(_choice(name, choice) for name, choices in definition.lists.items() for choice in choices),
        *_scales(definition.scales),
    ]


def _in_languages(name: str, texts: Texts) -> dict[str, str]:
    return {f"{name}::{language}": text for language, text in texts.items() if text}


def _whole(definition: Definition) -> Part:
    fields = {"languages": ", ".join(definition.languages), "default_language": definition.default_language}
    fields |= _in_languages("title", definition.titles)
    fields |= _in_languages("introduction", definition.introductions)
    fields |= _in_languages("thanks", definition.thanks)
    return Part("questionnaire", "", definition.text_in(definition.titles), fields)


def _sections(definition: Definition) -> Iterator[Part]:
    for section in definition.sections:
        label = definition.text_in(section.titles) or section.name
        fields = {"relevance": section.relevance, **_in_languages("title", section.titles)}
        yield Part("section", section.name, label, fields)


def _item(section: str, item: ItemDef) -> Part:
    fields = {
        "section": section,
        "type": item.type.value,
        **_in_languages("label", item.labels),
        **_in_languages("hint", item.hints),
        "choice_list": item.choice_list,
        "required": _yes(item.required),
        **_in_languages("required_message", item.required_messages),
        "constraint": item.constraint,
        **_in_languages("constraint_message", item.constraint_messages),
        "relevance": item.relevance,
        "calculation": item.calculation,
        "choice_filter": item.choice_filter,
        "offers": ", ".join(item.offers),
        "scale": item.scale,
        "reversed": _yes(item.is_reversed),
    }
    return Part("item", item.name, item.name, fields)


def _choice(name: str, choice: ChoiceDef) -> Part:
    fields = {
        **_in_languages("label", choice.labels),
        "missing": choice.missing,
        "value": "" if choice.value is None else f"{choice.value:g}",
        "columns": "; ".join(_columns(columns) for columns in choice.columns),
    }
    return Part("choice", f"{name}/{choice.code}", f"{name}: {choice.code}", fields)


def _columns(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{column} = {value}" for column, value in sorted(columns.items()))


def _scales(scales: Iterable[ScaleDef]) -> Iterator[Part]:
    for scale in scales:
        fields = {
            **_in_languages("title", scale.titles),
            "part_of": scale.part_of,
            "missing_policy": scale.missing_policy,
            "least_items": "" if scale.least_items is None else str(scale.least_items),
        }
        yield Part("scale", scale.name, scale.name, fields)


def _yes(value: bool) -> str:
    return "yes" if value else ""
