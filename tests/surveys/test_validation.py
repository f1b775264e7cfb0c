"""What must be corrected before a questionnaire can be published: each rule, where it applies, in its words."""

from dataclasses import replace

import pytest

from surveys.definition import ChoiceDef, Definition, ItemDef, SectionDef
from surveys.kinds import ItemType
from surveys.validation import Problem, problems_of
from tests.translating import in_brackets

ONE, NOTE, CALCULATE = ItemType.SELECT_ONE, ItemType.NOTE, ItemType.CALCULATE


def text_item(name, **more):
    return ItemDef(name, ItemType.TEXT, **{"labels": {"en": "A text"}, "line": 9} | more)


def form(*items, lists=None, relevance="", default_language="en"):
    """Questions first and last, with the items between them."""
    section = SectionDef("part", relevance=relevance, items=(text_item("first"), *items, text_item("last")), line=4)
    return Definition(("en",), default_language, sections=(section,), lists=lists or {})


def choice(code, label="A choice", line=5, **more):
    return ChoiceDef(code, {"en": label}, line=line, **more)


def test_a_questionnaire_of_every_kind_of_rule_has_no_problems():
    towns = (choice("a", columns=({"zone": "n"}, {"area": "s"})), choice("b" * 64), choice("a:b/é"))
    items = (
        text_item("_x.Y-9", relevance="${first} = 'yes'", constraint=". != ${first} and ${_x.Y-9} != ''"),
        ItemDef("town", ONE, {"nl": "Plaats?"}, choice_list="towns", choice_filter="zone = ${first} or area = 's'"),
        ItemDef("sum", CALCULATE, calculation="${first}"),
        text_item("x" * 64, relevance="${sum} = 1", labels={"en": "Why ${town}?"}, hints={"en": "${ last }"}),
    )
    assert problems_of(form(*items, lists={"towns": towns})) == []


NAME = "A name starts with a letter or _. Letters, digits, _, - and full stops can follow, 64 characters at most."


@pytest.mark.parametrize(
    ("item", "messages"),
    [
        (text_item("1st"), [NAME]),
        (text_item("x" * 65), [NAME]),
        (text_item("a b"), [NAME]),
        (text_item(""), [NAME]),
        (text_item("first"), ["This name is used twice."]),
        (text_item("x", labels={"en": ""}), ["This item has no text."]),
        (ItemDef("x", NOTE, line=9), ["This item has no text."]),
        (ItemDef("x", ONE, {"en": "X"}, line=9), ["This item has no list of choices."]),
        (ItemDef("x", ONE, {"en": "X"}, choice_list="l", line=9), ["The list “l” has no choices."]),
        (ItemDef("x", CALCULATE, line=9), ["A calculated item needs a calculation."]),
        (
            text_item("x", relevance="${x} = 1"),
            [
                "The relevance “${x} = 1” refers to ${x}, which comes later in the questionnaire or has no answer.",
            ],
        ),
        (
            text_item("x", calculation="${y} + ${last}"),
            [
                "The calculation “${y} + ${last}” refers to ${last}, "
                "which comes later in the questionnaire or has no answer.",
                "The calculation “${y} + ${last}” refers to ${y}, which does not exist.",
            ],
        ),
        (
            text_item("x", constraint="${last} = town"),
            [
                "The constraint “${last} = town” refers to ${last}, "
                "which comes later in the questionnaire or has no answer.",
                "The constraint “${last} = town” contains town. Write ${town} for an item and 'town' for a text.",
            ],
        ),
        (
            text_item("x", choice_filter="zone = ."),
            [
                "The choice filter “zone = .” contains zone. Write ${zone} for an item and 'zone' for a text.",
                "The choice filter “zone = .” uses “.”, which only a constraint can do.",
            ],
        ),
        (
            text_item("x", relevance=". = 1"),
            ["The relevance “. = 1” uses “.”, which only a constraint can do."],
        ),
        (
            text_item("x", constraint="regex(., 'a')"),
            ["The constraint “regex(., 'a')” cannot be read: The function “regex” is not supported."],
        ),
        (
            text_item("x", calculation="1 + " * 31),
            [f"The calculation “{'1 + ' * 30}” cannot be read: The expression is not complete."],
        ),
        (
            text_item("x", labels={"en": "${b} ${a} ${b}"}, hints={"nl": "${c}"}, constraint_messages={"en": "${d}"}),
            [f"A text refers to ${{{name}}}, which does not exist." for name in "abcd"],
        ),
    ],
)
def test_a_problem_of_an_item_is_named_with_its_place(item, messages):
    found = problems_of(form(item))
    assert found == [Problem(message, name=item.name, line=9) for message in messages]


def test_a_note_is_no_answer_to_refer_to():
    note = ItemDef("read", NOTE, {"en": "Read this"})
    [problem] = problems_of(form(note, text_item("x", relevance="${read} = ''")))
    assert "${read}, which comes later in the questionnaire or has no answer." in problem.message


def test_a_section_is_checked_before_its_items():
    [problem] = problems_of(form(relevance="${first} = 1"))
    text = "The relevance “${first} = 1” refers to ${first}, which comes later in the questionnaire or has no answer."
    assert problem == Problem(text, name="part", line=4)


def test_a_later_section_may_refer_to_an_earlier_one():
    two = SectionDef("two", relevance="${first} = 'x'", items=(text_item("x", relevance="${last} = 1"),))
    definition = form()
    assert problems_of(replace(definition, sections=(*definition.sections, two))) == []


@pytest.mark.parametrize(
    ("choices", "place", "message"),
    [
        ([choice("")], "l: ", "A code has 1 to 64 characters and no spaces."),
        ([choice("a b")], "l: a b", "A code has 1 to 64 characters and no spaces."),
        ([choice("x" * 65)], f"l: {'x' * 65}", "A code has 1 to 64 characters and no spaces."),
        ([choice("missing:x")], "l: missing:x", "A code has 1 to 64 characters and no spaces."),
        (
            [choice("a", line=1), choice("b", line=1), choice("a")],
            "l: a",
            "This code is in its list twice, with different labels.",
        ),
        ([choice("a", label="")], "l: a", "This choice has no label."),
    ],
)
def test_a_problem_of_a_choice_is_named_with_its_place(choices, place, message):
    found = problems_of(form(lists={"l": tuple(choices), "m": (choice("a"),)}))
    assert found == [Problem(message, name=place, line=5, sheet="choices")]


def test_a_questionnaire_asks_something_in_one_of_its_languages():
    note = SectionDef("part", items=(ItemDef("read", NOTE, {"en": "Read this"}),))
    assert problems_of(Definition(("en", "nl"), "de", sections=(note,))) == [
        Problem("The questionnaire has no questions."),
        Problem("The default language de is not one of the languages of the questionnaire."),
    ]


def test_problems_come_in_order_lists_then_items_then_expressions():
    item = text_item("2nd", relevance="${y} = 1", labels={})
    found = problems_of(form(item, lists={"l": (choice("a b"),)}, default_language="nl"))
    assert [(problem.sheet, problem.name, problem.message[:12]) for problem in found] == [
        ("choices", "l: a b", "A code has 1"),
        ("survey", "2nd", "A name start"),
        ("survey", "2nd", "This item ha"),
        ("survey", "2nd", "The relevanc"),
        ("survey", "", "The default "),
    ]


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ({"name": "x", "line": 3, "sheet": "choices"}, "Sheet “choices”, row 3, “x”: It is so."),
        ({"line": 3}, "Sheet “survey”, row 3: It is so."),
        ({"name": "x"}, "“x”: It is so."),
        ({"sheet": "settings"}, "It is so."),
    ],
)
def test_a_problem_says_where_it_is(place, sentence):
    assert str(Problem("It is so.", **place)) == sentence


def test_problems_are_in_the_language_of_the_reader():
    with in_brackets():
        found = problems_of(form(text_item("x", constraint="1 +"), lists={"l": (choice("a b"),)}))
        assert [str(problem) for problem in found] == [
            "[Sheet “choices”, row 5, “l: a b”: [A code has 1 to 64 characters and no spaces.]]",
            "[Sheet “survey”, row 9, “x”: [The [constraint] “1 +” cannot be read: [The expression is not complete.]]]",
        ]
