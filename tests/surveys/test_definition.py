"""A questionnaire as data: its items, choices and texts, to read through and to compare."""

import pytest

from surveys.definition import ChoiceDef, Definition, ItemDef, ScaleDef, SectionDef
from surveys.kinds import ItemType
from surveys.outline import ChoiceLine, ItemLine, SectionLine, outline_of
from surveys.parts import parts_of
from tests.translating import in_brackets
from versions.comparing import Part

TOWN = ItemDef(
    "town",
    ItemType.SELECT_ONE,
    labels={"en": "Which town?", "nl": "Welke plaats?"},
    hints={"en": "Where you live", "nl": "Waar u woont"},
    choice_list="towns",
    required=True,
    required_messages={"en": "Choose a town."},
    relevance="${age} > 15",
    choice_filter="region = ${region}",
    offers=("dont-know", "refused"),
    scale="place",
    is_reversed=True,
)
AGE = ItemDef(
    "age",
    ItemType.INTEGER,
    labels={"en": "How old?", "nl": ""},
    hints={"en": "In years"},
    constraint=". > 0",
    constraint_messages={"en": "More than 0."},
    scale="trust",
)
HALF = ItemDef("half", ItemType.CALCULATE, calculation="${age} div 2", choice_list="towns")
YORK = ChoiceDef("york", {"en": "York"}, value=1.50, columns=({"river": "Ouse", "region": "north"}, {"region": "all"}))
NONE = ChoiceDef("none", {"en": "None", "nl": "Geen"}, missing="not-applicable")
YOU = SectionDef("you", {"en": "You", "nl": "U"}, items=(AGE, TOWN))
REST = SectionDef("rest", relevance="${age} > 20", items=(HALF,))
FORM = Definition(
    languages=("en", "nl"),
    default_language="en",
    titles={"en": "Towns", "nl": "Plaatsen"},
    introductions={"en": "Hello."},
    thanks={"nl": "Dank u."},
    sections=(YOU, REST),
    lists={"towns": (YORK, NONE)},
    scales=(
        ScaleDef("place", {"en": "Place"}),
        ScaleDef("trust", part_of="place", missing_policy="mean", least_items=2),
    ),
)


def test_items_come_in_order_and_only_selects_have_choices():
    assert list(FORM.items()) == [AGE, TOWN, HALF]
    assert [FORM.choices_of(item) for item in FORM.items()] == [(), (YORK, NONE), ()]
    assert FORM.choices_of(ItemDef("x", ItemType.SELECT_ONE, choice_list="other")) == ()


@pytest.mark.parametrize(
    ("texts", "text"),
    [
        ({"en": "one", "nl": "een", "fr": "un"}, "een"),
        ({"en": "one", "nl": "", "fr": "un"}, "one"),
        ({"en": "one", "fr": "un"}, "one"),
        ({"de": "", "fr": "un"}, "un"),
        ({"nl": ""}, ""),
        ({}, ""),
    ],
)
def test_a_text_is_in_the_language_or_the_default_or_any(texts, text):
    assert FORM.text_in(texts, "nl") == text
    assert FORM.text_in(texts) == (texts.get("en") or text)


def test_an_outline_has_every_text_and_rule_in_one_language():
    assert outline_of(FORM, "nl") == [
        SectionLine(
            YOU,
            "U",
            (
                ItemLine(
                    AGE,
                    "Whole number",
                    "How old?",
                    "In years",
                    choices=(),
                    rules=(("Accepted only if", ". > 0"), ("Scale", "trust")),
                    offers=(),
                ),
                ItemLine(
                    TOWN,
                    "One choice of a list",
                    "Welke plaats?",
                    "Waar u woont",
                    choices=(ChoiceLine("york", "York", ""), ChoiceLine("none", "Geen", "Not applicable")),
                    rules=(
                        ("Shown only if", "${age} > 15"),
                        ("Choices shown only if", "region = ${region}"),
                        ("Reversed in scale", "place"),
                    ),
                    offers=("Don't know", "Refused"),
                ),
            ),
        ),
        SectionLine(
            REST,
            "rest",
            (ItemLine(HALF, "Calculated (not shown)", "", "", (), (("Calculated as", "${age} div 2"),), ()),),
        ),
    ]


def test_labels_of_an_outline_are_in_the_language_of_the_reader():
    with in_brackets():
        age, town = outline_of(FORM, "nl")[0].items
    assert (age.type_label, age.rules[0][0], age.label) == ("[Whole number]", "[Accepted only if]", "How old?")
    assert (town.offers, town.choices[1].missing) == (("[Don't know]", "[Refused]"), "[Not applicable]")


def _filled(part):
    """A part without empty fields: for a comparison an empty value is the same as none."""
    return part.kind, part.key, part.label, {name: text for name, text in part.fields.items() if text}


def test_every_part_of_a_questionnaire_can_be_compared():
    parts = parts_of(FORM)
    assert all(isinstance(part, Part) for part in parts)
    assert [_filled(part) for part in parts] == [
        (
            "questionnaire",
            "",
            "Towns",
            {
                "languages": "en, nl",
                "default_language": "en",
                "title::en": "Towns",
                "title::nl": "Plaatsen",
                "introduction::en": "Hello.",
                "thanks::nl": "Dank u.",
            },
        ),
        ("section", "you", "You", {"title::en": "You", "title::nl": "U"}),
        ("section", "rest", "rest", {"relevance": "${age} > 20"}),
        (
            "item",
            "age",
            "age",
            {
                "section": "you",
                "type": "integer",
                "label::en": "How old?",
                "hint::en": "In years",
                "constraint": ". > 0",
                "constraint_message::en": "More than 0.",
                "scale": "trust",
            },
        ),
        (
            "item",
            "town",
            "town",
            {
                "section": "you",
                "type": "select-one",
                "label::en": "Which town?",
                "label::nl": "Welke plaats?",
                "hint::en": "Where you live",
                "hint::nl": "Waar u woont",
                "choice_list": "towns",
                "required": "yes",
                "required_message::en": "Choose a town.",
                "relevance": "${age} > 15",
                "choice_filter": "region = ${region}",
                "offers": "dont-know, refused",
                "scale": "place",
                "reversed": "yes",
            },
        ),
        (
            "item",
            "half",
            "half",
            {"section": "rest", "type": "calculate", "choice_list": "towns", "calculation": "${age} div 2"},
        ),
        (
            "choice",
            "towns/york",
            "towns: york",
            {"label::en": "York", "value": "1.5", "columns": "region = north, river = Ouse; region = all"},
        ),
        (
            "choice",
            "towns/none",
            "towns: none",
            {"label::en": "None", "label::nl": "Geen", "missing": "not-applicable"},
        ),
        ("scale", "place", "place", {"title::en": "Place", "missing_policy": "complete"}),
        ("scale", "trust", "trust", {"part_of": "place", "missing_policy": "mean", "least_items": "2"}),
    ]
