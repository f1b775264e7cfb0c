"""What is asked about agreement: which outcomes have a value, and the address that asks it again."""

import pytest

from coding.agreement.questions import Question
from measures.agreement.code_trees import TreeLevel
from measures.agreement.coefficients import Coefficient
from measures.agreement.distances import Distance
from tests.coding.coded import coded_of


@pytest.mark.parametrize(
    ("outcomes", "counted"),
    [
        ((), ["coded", "none-applies"]),
        (("unsure",), ["coded", "none-applies", "unsure"]),
        (("unsure", "skipped"), ["coded", "none-applies", "unsure", "skipped"]),
    ],
)
def test_unsure_and_skipped_have_a_value_only_where_they_are_asked_for(outcomes, counted):
    question = Question(seed=1, outcomes=outcomes)

    assert [one for one in ("coded", "none-applies", "unsure", "skipped") if question.counts(one)] == counted


def test_the_parameters_of_a_question_are_texts_and_all_there():
    question = Question(
        seed=7,
        level=TreeLevel.TOP,
        coefficient=Coefficient.ALPHA,
        distance=Distance.NOMINAL,
        window=14,
        draws=100,
        outcomes=("unsure", "skipped"),
    )

    assert question.parameters() == {
        "seed": "7",
        "level": TreeLevel.TOP.value,
        "coefficient": Coefficient.ALPHA.value,
        "distance": Distance.NOMINAL.value,
        "window": "14",
        "draws": "100",
        "outcomes": "unsure,skipped",
    }


def test_a_question_that_names_only_its_seed_has_the_usual_choices():
    assert Question(seed=1).parameters() == {
        "seed": "1",
        "level": "leaf",
        "coefficient": Coefficient.ALPHA.value,
        "distance": "masi",
        "window": "7",
        "draws": "1000",
        "outcomes": "",
    }


def test_submissions_are_counted_by_their_outcome_with_those_that_nobody_chose():
    coded = coded_of([[["delay"], "unsure"], [["rude"], "skipped"], ["unsure", None]])

    assert coded.by_outcome() == {name: {"coded": 2, "unsure": 2, "skipped": 1}.get(name, 0) for name in coded.outcomes}
