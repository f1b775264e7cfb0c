"""Rules of a questionnaire use no more than their budget, and what can be published never meets it."""

import tracemalloc
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys import costs
from surveys.answers_input import AnswerInput
from surveys.budget import MAX_CHARACTERS, MAX_MADE, MAX_STEPS, MAX_TEXT, Budget, OverBudget, length_of
from surveys.costs import Cost, Lengths, cost_of
from surveys.definition import ChoiceDef, Definition, ItemDef, SectionDef
from surveys.expressions import Context, fill, parse
from surveys.interview import Interview
from surveys.kinds import ItemType
from surveys.validation import problems_of

TODAY = date(2026, 11, 28)
FIRST = ItemDef("first", ItemType.TEXT, {"en": "A text"})


def calculated(name, calculation):
    return ItemDef(name, ItemType.CALCULATE, calculation=calculation)


def form(*items, lists=None):
    return Definition(("en",), "en", sections=(SectionDef("part", items=(FIRST, *items)),), lists=lists or {})


def twenty_fold(times):
    """Each calculation puts the one before it into a text 20 times."""
    names = ["first", *(f"c{number}" for number in range(times))]
    return [calculated(name, f"concat({', '.join(['${' + before + '}'] * 20)})") for before, name in pairwise(names)]


def problem_messages(*items, **more):
    return [(problem.name, problem.message) for problem in problems_of(form(*items, **more))]


def test_chained_texts_cannot_be_published():
    [(name, message)] = problem_messages(*twenty_fold(6))

    assert name == "c1"
    assert message == "With the longest answers this makes a text of 2000000 characters; at most 100000 are allowed."


def test_chained_texts_of_an_earlier_version_use_little_memory():
    interview = Interview(form(*twenty_fold(6)), TODAY, {"first": AnswerInput(text="x" * 25)})
    tracemalloc.start()

    with pytest.raises(OverBudget) as refused:
        _ = interview.values
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (refused.value.code, peak < 5_000_000) == ("calculation_too_long", True)
    assert "Shorten the answers" in str(refused.value)


def test_one_text_of_twenty_of_the_longest_answers_is_allowed():
    [item] = twenty_fold(1)
    interview = Interview(form(item), TODAY, {"first": AnswerInput(text="x" * MAX_TEXT)})

    assert problem_messages(item) == []
    assert len(interview.values["c0"]) == MAX_MADE


def test_many_texts_together_cannot_be_published():
    items = [calculated(f"c{number}", "concat(" + ", ".join(["${first}"] * 20) + ")") for number in range(101)]

    [(name, message)] = problem_messages(*items)

    assert problem_messages(*items[:100]) == []
    assert (name, message.split(".")[0]) == (
        "c100",
        "Up to here the rules and texts of the questionnaire make 10100000 characters with the longest answers; at "
        "most 10000000 are allowed",
    )


def test_a_long_list_that_is_filtered_often_cannot_be_published():
    lists = {"towns": tuple(ChoiceDef(f"t{n}", {"en": "Town"}, columns=({"zone": "n"},)) for n in range(5000))}
    asked = ItemDef(
        "town", ItemType.SELECT_ONE, {"en": "Town?"}, choice_list="towns", choice_filter="string-length(${first}) > 3"
    )

    assert problem_messages(asked, lists=lists) == []
    [(name, message)] = problem_messages(*(replace(asked, name=f"town{n}") for n in range(9)), lists=lists)
    assert name.startswith("town")
    assert f"at most {MAX_STEPS} are allowed. Shorten the rules" in message


def test_a_text_of_a_question_counts_what_is_put_into_it():
    [item] = twenty_fold(1)
    label = {"en": "${c0} ${c0}"}

    [(name, message)] = problem_messages(item, ItemDef("last", ItemType.NOTE, label))

    assert name == "last"
    assert "makes a text of 200" in message
    with pytest.raises(OverBudget):
        fill(label["en"], {"c0": "x" * MAX_MADE})


def test_choices_count_as_their_labels_in_the_texts_of_questions():
    lists = {"l": tuple(ChoiceDef(str(n), {"en": "x" * 5000}) for n in range(21))}
    many = ItemDef("many", ItemType.SELECT_MULTIPLE, {"en": "Which?"}, choice_list="l")

    [(name, message)] = problem_messages(many, ItemDef("last", ItemType.NOTE, {"en": "${many}"}), lists=lists)

    assert (name, "makes a text of 105043" in message) == ("last", True)


def test_each_rule_of_an_interview_is_evaluated_once():
    lists = {"l": (ChoiceDef("a", {"en": "A"}), ChoiceDef("b", {"en": "B"}))}
    asked = ItemDef(
        "one", ItemType.SELECT_ONE, {"en": "Dear ${first}"}, choice_list="l", choice_filter="${first} != ''"
    )
    asked = replace(asked, constraint=". = 'a'")
    interview = Interview(
        form(asked, lists=lists), TODAY, {"first": AnswerInput(text="x"), "one": AnswerInput(codes=("a",))}
    )

    def everything():
        interview.choices(asked)
        interview.filled(asked.labels["en"], "en")
        interview.unfinished()
        return replace(interview._budget)

    once = everything()
    assert once.steps < MAX_STEPS
    assert once.characters < MAX_CHARACTERS
    assert everything() == once


names = st.sampled_from(["a", "b"])
leaves = st.one_of(
    names.map(lambda name: "${" + name + "}"),
    st.sampled_from(["'text'", "7", "0.5", ".", "zone", "today()", "true()"]),
)


def joined(inner):
    two = st.tuples(inner, inner)
    return st.one_of(
        two.map(lambda pair: f"concat({pair[0]}, {pair[1]}, {pair[0]})"),
        two.map(lambda pair: f"coalesce({pair[0]}, {pair[1]})"),
        two.map(lambda pair: f"contains({pair[0]}, {pair[1]})"),
        two.map(lambda pair: f"selected({pair[0]}, {pair[1]})"),
        st.tuples(inner, inner, inner).map(lambda three: "if({}, {}, {})".format(*three)),
        st.tuples(inner, st.sampled_from(["+", "*", "div", "=", "<", "and", "or"]), inner).map(
            lambda three: "({} {} {})".format(*three)
        ),
        inner.map(lambda one: f"string({one})"),
        inner.map(lambda one: f"-({one})"),
    )


expressions = st.recursive(leaves, joined, max_leaves=12).filter(lambda source: len(source) < 2000)
values = st.one_of(
    st.text("ab 1", max_size=300),
    st.lists(st.text("abc", min_size=1, max_size=9), max_size=40).map(tuple),
    st.floats(),
    st.booleans(),
)


@given(source=expressions, a=values, b=values, own=values)
def test_no_values_use_more_than_was_counted_when_published(source, a, b, own):
    def most(value):
        return costs.NUMBER_LENGTH if isinstance(value, float) else max(length_of(value), costs.TRUTH_LENGTH)

    budget = Budget()
    counted = cost_of(parse(source).root, Lengths({"a": most(a), "b": most(b)}, own=most(own), columns={"zone": 5}))

    value = parse(source).value(
        Context(values={"a": a, "b": b}, own=own, today=TODAY, columns={"zone": "north"}, budget=budget)
    )

    used = Cost(MAX_STEPS - budget.steps, MAX_CHARACTERS - budget.characters, 0, length_of(value))
    assert (used.steps <= counted.steps, used.made <= counted.made, used.length <= counted.length) == (True,) * 3
