"""An interview of small questionnaires: where pages end, what is asked, filled in, accepted and kept."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.answers_input import AnswerError, AnswerInput
from surveys.definition import ITEMS_PER_PAGE, ChoiceDef, Definition, ItemDef, SectionDef
from surveys.interview import CheckedPage, Interview, Page, pages_of
from surveys.kinds import ItemType

TODAY = date(2026, 11, 24)
YES, NO = AnswerInput(text="yes"), AnswerInput(text="no")


def text(name, relevance="", **more):
    return ItemDef(name, ItemType.TEXT, relevance=relevance, **more)


def note(name, relevance=""):
    return ItemDef(name, ItemType.NOTE, relevance=relevance)


def calculate(name, calculation, relevance=""):
    return ItemDef(name, ItemType.CALCULATE, calculation=calculation, relevance=relevance)


def form(*sections, lists=None):
    """Each section is a relevance, or none, and its items."""
    made = []
    for number, parts in enumerate(sections, 1):
        relevance, *items = parts if parts and isinstance(parts[0], str) else ("", *parts)
        made.append(SectionDef(f"s{number}", relevance=relevance, items=tuple(items)))
    return Definition(("en", "nl"), "en", sections=tuple(made), lists=lists or {})


def interview(*sections, lists=None, **answers):
    return Interview(form(*sections, lists=lists), TODAY, answers)


@pytest.mark.parametrize(
    ("items", "pages"),
    [
        ([], []),
        ([text("a"), text("b")], ["ab"]),
        ([text(name) for name in "abcdefghijklm"], ["abcdef", "ghijkl", "m"]),
        ([note(name) for name in "abcdefgh"], ["abcdefgh"]),
        ([*[text(name) for name in "abcdef"], note("g"), text("h")], ["abcdef", "gh"]),
        ([*[text(name) for name in "abcde"], note("g"), text("h"), text("i")], ["abcdegh", "i"]),
        ([text("a"), text("b", "${a} = 1"), text("c", "${a} = 2")], ["a", "bc"]),
        ([text("a"), text("b", "${a} = 1"), text("c", "${b} = 2")], ["a", "b", "c"]),
        ([text("a"), note("b", "${a} = 1"), text("c")], ["a", "bc"]),
        ([text("a"), text("b", choice_filter="x = ${a}")], ["a", "b"]),
        ([text("a"), text("b", labels={"en": "Why?", "nl": "Waarom ${ a }?"})], ["a", "b"]),
        ([text("a"), text("b"), text("c", hints={"en": "${x}, ${b}"})], ["ab", "c"]),
        ([text("a"), text("b", constraint=". > ${a}")], ["ab"]),
        ([text("a"), text("b", calculation="${a}")], ["ab"]),
        ([text("a"), calculate("b", "${a}"), text("c", "${b} = 1")], ["a", "bc"]),
        ([text("a"), calculate("b", "1"), text("c", "${b} = 1")], ["abc"]),
        ([text("a"), text("z"), note("b", "1"), calculate("d", "${a}", "${z}"), text("c", "${d}")], ["azb", "dc"]),
    ],
)
def test_a_page_ends_where_an_item_depends_on_it_or_it_is_full(items, pages):
    assert ["".join(item.name for item in page.items) for page in pages_of(form(items))] == pages


def test_pages_are_numbered_through_the_sections():
    definition = form([text("a"), text("b", "${a}")], [], [text("c")])
    one, _, three = definition.sections
    assert pages_of(definition) == (
        Page(1, one, one.items[:1], opens_section=True),
        Page(2, one, one.items[1:], opens_section=False),
        Page(3, three, three.items, opens_section=True),
    )


@given(st.lists(st.sets(st.integers(0, 14), max_size=2), max_size=15))
def test_no_page_is_too_long_or_depends_on_itself(references):
    """Each item refers to some of those before it."""
    items = [
        text(f"i{at}", " and ".join(f"${{i{name}}}" for name in sorted(names) if name < at))
        for at, names in enumerate(references)
    ]
    pages = pages_of(form(items))
    assert [item for page in pages for item in page.items] == items
    for page in pages:
        on_page = [item.name for item in page.items]
        assert 0 < len(on_page) <= ITEMS_PER_PAGE
        assert not any(f"${{{name}}}" in item.relevance for name in on_page for item in page.items)


FOUR = ([text("a")], ["${a} = 'yes'", text("b")], ["${a} = 'no'", text("c"), note("n")], [calculate("d", "1")])


@pytest.mark.parametrize(
    ("answer", "after", "following", "before", "previous"),
    [
        (YES, 0, 1, 1, None),
        (YES, -3, 1, 0, None),
        (YES, 1, 2, 2, 1),
        (YES, 2, None, 5, 2),
        (NO, 1, 3, 3, 1),
        (NO, 3, None, 4, 3),
        (AnswerInput(), 1, None, 4, 1),
        (NO, 9, None, -1, None),
    ],
)
def test_pages_without_anything_to_show_are_passed_over(answer, after, following, before, previous):
    meeting = interview(*FOUR, a=answer)
    assert meeting.next_page(after) == (following and meeting.page(following))
    assert meeting.previous_page(before) == (previous and meeting.page(previous))


def test_a_page_is_found_by_its_number():
    meeting = interview(*FOUR)
    assert [meeting.page(number) for number in (-1, 0, 1, 4, 5)] == [
        None,
        None,
        meeting.pages[0],
        meeting.pages[3],
        None,
    ]


def test_what_is_relevant_has_a_value():
    meeting = interview(
        [text("a"), text("b"), text("c", "${a} = 'no'"), calculate("d", "concat(${a}, ${c}, today())")],
        ["${c} = 'x'", text("e")],
        [text("f", "${d} = 'yes2026-11-24'"), note("g"), text("h", "${e} != ''")],
        a=YES,
        c=AnswerInput(text="x"),
        e=AnswerInput(text="x"),
        f=AnswerInput(number=Decimal("1.5")),
        h=AnswerInput(text="x"),
    )
    assert meeting.relevant == {"a", "b", "d", "f", "g"}
    assert meeting.values == {"a": "yes", "b": "", "d": "yes2026-11-24", "f": 1.5, "g": ""}
    assert [item.name for page in meeting.pages for item in meeting.shown(page)] == ["a", "b", "f", "g"]


TOWNS = (
    ChoiceDef("york", {"en": "York", "nl": "York (VK)"}, columns=({"zone": "n"}, {"zone": "e"})),
    ChoiceDef("bath", {"en": "Bath"}, columns=({"zone": "s"},)),
    ChoiceDef("none", {"en": "None"}),
)
ZONE = text("zone")


@pytest.mark.parametrize(
    ("rule", "codes"),
    [
        ("", ["york", "bath", "none"]),
        ("zone = ${zone}", ["york"]),
        ("zone = 's'", ["bath"]),
        ("zone = ''", ["none"]),
        ("zone != ''", ["york", "bath"]),
        ("zone = 'w'", []),
    ],
)
def test_choices_are_those_with_a_row_that_fits(rule, codes):
    town = ItemDef("town", ItemType.SELECT_ONE, choice_list="towns", choice_filter=rule)
    meeting = interview([ZONE, town], lists={"towns": TOWNS}, zone=AnswerInput(text="e"))
    assert [choice.code for choice in meeting.choices(town)] == codes


@pytest.mark.parametrize(
    ("source", "filled"),
    [
        ("${towns}, ${ zone }!", "York (VK), Bath, e!"),
        ("${town}", "gone"),
        ("${other}", "…"),
        ("${nobody}", "…"),
        ("${hidden}", "…"),
        ("${half}", "1.5"),
        ("$ {town}", "$ {town}"),
    ],
)
def test_texts_are_filled_with_answers_choices_by_their_label(source, filled):
    items = [
        ZONE,
        ItemDef("towns", ItemType.SELECT_MULTIPLE, choice_list="towns"),
        ItemDef("town", ItemType.SELECT_ONE, choice_list="towns"),
        ItemDef("other", ItemType.SELECT_ONE, choice_list="towns"),
        ItemDef("hidden", ItemType.SELECT_ONE, choice_list="towns", relevance="false()"),
        calculate("half", "3 div 2"),
    ]
    meeting = interview(
        items,
        lists={"towns": TOWNS},
        zone=AnswerInput(text="e"),
        towns=AnswerInput(codes=("york", "bath")),
        town=AnswerInput(codes=("gone",)),
        hidden=AnswerInput(codes=("york",)),
    )
    assert meeting.filled(source, "nl") == filled


@pytest.mark.parametrize(
    ("item", "answer", "code"),
    [
        (text("x"), AnswerInput(), None),
        (text("x", required=True), None, "required"),
        (text("x", required=True), AnswerInput(codes=()), "required"),
        (text("x", required=True), AnswerInput(missing="refused"), None),
        (text("x", constraint=". = 'yes'"), AnswerInput(), None),
        (text("x", constraint=". = 'yes'"), YES, None),
        (text("x", constraint=". = 'yes'"), NO, "constraint"),
        (text("x", constraint=". = 'yes'"), AnswerInput(missing="refused"), None),
        (text("x", constraint=". = ${first}"), AnswerInput(text="1"), None),
        (text("x", constraint=". = ${first}"), AnswerInput(text="2"), "constraint"),
        (text("x", constraint="today() = '2026-11-24'"), YES, None),
    ],
)
def test_an_answer_is_accepted_or_there_is_one_reason(item, answer, code):
    answers = {"first": AnswerInput(number=Decimal(1))} | ({"x": answer} if answer else {})
    meeting = interview([text("first"), item], **answers)
    error = AnswerError(code) if code else None
    assert meeting.error_of(item) == error
    assert meeting.unfinished() == ({"x": error} if error else {})


def test_a_sent_page_is_checked_as_a_whole():
    age = ItemDef("age", ItemType.INTEGER, constraint=". > ${least}")
    least = ItemDef("least", ItemType.INTEGER)
    town = ItemDef("town", ItemType.SELECT_ONE, choice_list="towns", choice_filter="zone = ${zone}")
    meeting = interview(
        [ZONE],
        [note("hello"), age, least, town, text("why"), text("hidden", "false()")],
        lists={"towns": TOWNS},
        zone=AnswerInput(text="s"),
        why=AnswerInput(text="before"),
    )
    posted = {"q.age": ["4"], "q.least": ["5"], "q.town": ["york"], "q.why": [""], "q.hidden": ["x"], "q.hello": ["x"]}
    assert meeting.check_page(meeting.pages[1], posted) == CheckedPage(
        answers={
            "age": AnswerInput(number=Decimal(4)),
            "least": AnswerInput(number=Decimal(5)),
            "why": AnswerInput(),
        },
        errors={"age": AnswerError("constraint"), "town": AnswerError("unknown-choice")},
    )
    posted |= {"q.age": ["6"], "q.town": ["bath"]}
    assert meeting.check_page(meeting.pages[1], posted).errors == {}


def test_every_item_that_can_have_an_answer_has_one_or_a_reason():
    meeting = interview(
        [note("n"), text("a"), text("b"), text("c", "false()"), calculate("d", "''"), calculate("e", "1 + 1")],
        ["false()", calculate("f", "1"), text("g")],
        [text("h")],
        a=YES,
        c=YES,
        g=YES,
        h=AnswerInput(missing="refused"),
    )
    assert meeting.final() == {
        "a": YES,
        "b": AnswerInput(missing="no-answer"),
        "c": AnswerInput(missing="not-asked"),
        "d": AnswerInput(missing="no-answer"),
        "e": AnswerInput(text="2"),
        "f": AnswerInput(missing="not-asked"),
        "g": AnswerInput(missing="not-asked"),
        "h": AnswerInput(missing="refused"),
    }


def test_only_relevant_items_are_unfinished():
    items = [text("a", required=True), text("b", "false()", required=True), note("n"), text("c", required=True)]
    assert list(interview(items).unfinished()) == ["a", "c"]
