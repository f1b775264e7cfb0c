"""Figures of a round from what its coders submitted, without a database."""

import json
from contextlib import redirect_stdout
from datetime import UTC, datetime
from io import StringIO
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.agreement.coded import CodeFacts, codes_at, compared, letters, written
from coding.agreement.commands import as_line, passages_command, ratings_command
from coding.agreement.disagreements import Behind, disagreements
from coding.agreement.figures import TOO_MANY_SETS, figures_of
from coding.agreement.files import FIGURES, figures_table, passages_table, ratings_table
from coding.agreement.marked import Span, pieces_of
from coding.agreement.questions import Question
from coding.agreement.results import STEPS, digests_of, is_large, result_of, stored_result
from exports.writers import delimited
from measures.agreement.code_trees import TreeLevel
from measures.agreement.coefficients import Coefficient
from measures.agreement.distances import Distance
from measures.command import main
from tests.coding.coded import coded_of
from tests.measures.rated import FOUR_CODERS, PSYCHIATRISTS

DIGITS = [CodeFacts(digit, f"Code {digit}", None) for digit in "12345"]
QUESTION = Question(seed=7, draws=100)
ONE_CODE = Question(seed=7, draws=100, distance=Distance.NOMINAL)
AT = datetime(2026, 11, 29, 12, tzinfo=UTC)
TABLE = [
    [["delay"], ["delay", "rude"], ["delay"]],
    [["rude"], ["rude"], "none-applies"],
    ["none-applies", "none-applies", "none-applies"],
    [["no-reply"], ["delay"], "unsure"],
    ["skipped", ["unclear"], None],
    [["delay:0:10", "rude:20:30"], ["delay:2:12"], None],
    [None, None, None],
]


def ask(table, question=QUESTION, **options):
    return figures_of(compared(coded_of(table, **options), question))


def one(figures, measure, distance="nominal"):
    return next(figure for figure in figures if (figure.measure, figure.distance) == (measure, distance))


def test_one_code_for_each_unit_gives_the_published_values():
    four = [[None if value is None else [value] for value in row] for row in FOUR_CODERS]
    patients = [[[value] for value in row] for row in PSYCHIATRISTS]

    alpha = one(ask(four, ONE_CODE, codes=DIGITS).headline, "krippendorff-alpha")
    fleiss = one(ask(patients, ONE_CODE, codes=DIGITS).headline, "fleiss-kappa")

    assert round(alpha.value, 6) == 0.743421
    assert (alpha.units, alpha.n_used, alpha.excluded) == (11, 40, {"unit with a value of one coder only": 1})
    assert round(fleiss.value, 5) == 0.43024


def test_sets_of_codes_give_the_published_values():
    codes = [CodeFacts(key, key, None) for key in "ABC"]
    sets = ["-|-", "A|-", "A|A", "A|B", "AB|A", "AB|AC", "ABC|ABC", "C|AC", "C|AC"]
    table = [[list(cell) if cell != "-" else "none-applies" for cell in row.split("|")] for row in sets]

    found = ask(table, codes=codes).headline

    assert round(one(found, "krippendorff-alpha", "jaccard").value, 4) == 0.3156
    assert round(one(found, "krippendorff-alpha", "masi").value, 4) == 0.2731


def test_passages_give_the_published_value():
    codes = [CodeFacts(key, key, None) for key in "ck"]
    first = ["c:75:145", "c:220:250", "k:30:90", "k:150:200"]
    second = ["c:70:150", "c:205:225", "c:250:270", "k:30:90", "k:150:200"]

    found = {figure.code: figure for figure in ask([[first, second]], codes=codes, length=300).passages}

    assert {key: round(found[key].value, 4) for key in "ck"} == {"c": 0.7286, "k": 1.0}
    assert round(found[""].value, 3) == 0.859


def test_none_applies_is_a_value_and_unsure_and_skipped_are_not():
    found = ask(TABLE)

    head = one(found.headline, "percent")
    assert head.excluded == {"unsure": 1, "skipped": 1, "unit with a value of one coder only": 1}
    assert (head.units, head.n_used, head.n_excluded) == (5, 13, 3)


def test_unsure_and_skipped_count_as_values_of_their_own_where_they_are_asked_for():
    both = [["unsure", "unsure"], ["skipped", ["delay"]], ["none-applies", "none-applies"]]

    found = one(ask(both, Question(seed=1, draws=100, outcomes=("unsure", "skipped"))).headline, "percent")

    assert (found.n_used, found.n_excluded) == (6, 0)
    assert found.value == pytest.approx(2 / 3)
    assert one(ask(both).headline, "percent").value == 1.0


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ([[["delay"], None], [None, ["delay"]]], "no unit was coded by two coders"),
        ([[["delay"], ["delay"]], [["delay"], ["delay"]]], "no variation"),
        ([], "no unit was coded by two coders"),
    ],
)
def test_what_cannot_be_computed_has_a_reason_and_no_value(table, words):
    found = one(ask(table).headline, "krippendorff-alpha")

    assert found.value is None
    assert words in found.undefined
    assert (found.low, found.high) == (None, None)


def test_kappa_of_three_coders_is_undefined_and_that_of_each_pair_is_not():
    found = ask(TABLE, Question(seed=7, draws=100, coefficient=Coefficient.COHEN, distance=Distance.NOMINAL))

    assert "two coders" in one(found.headline, "cohen-kappa").undefined
    assert [figure.value is not None for figure in found.pairs] == [True, True, True]


def test_confusion_between_siblings_is_agreement_on_their_parent():
    siblings = [[["delay"], ["no-reply"]], [["no-reply"], ["delay"]], [["rude"], ["rude"]]]

    leaf, parent, top = ask(siblings).levels

    assert (leaf.level, parent.level, top.level) == ("leaf", "parent", "top")
    assert leaf.value < 0.4
    assert parent.value == top.value == 1.0


def test_codes_are_sorted_by_their_agreement_and_those_without_one_come_last():
    found = ask(TABLE).codes

    values = [figure.value for figure in found if figure.value is not None]
    assert values == sorted(values)
    assert [figure.code for figure in found][-1] == "unclear"
    assert found[-1].value is None


def test_codes_at_a_level_are_those_that_stand_for_others():
    coded = coded_of([])

    found = {level: codes_at(coded, Question(seed=1, level=level)) for level in TreeLevel}

    assert found[TreeLevel.LEAF] == ["delay", "no-reply", "rude", "unclear"]
    assert found[TreeLevel.PARENT] == found[TreeLevel.TOP] == ["time", "contact"]


def test_submissions_of_a_pair_are_used_or_excluded():
    coded = coded_of(TABLE)
    by_coder = {letter: coded.coder_names.count(letter) for letter in coded.coders}

    for figure in figures_of(compared(coded, QUESTION)).pairs:
        assert figure.n_used + figure.n_excluded == by_coder[figure.first] + by_coder[figure.second]
        assert figure.n_used == 2 * figure.units


def test_windows_begin_at_the_first_submission_and_have_their_own_figures():
    found = ask([[["delay"], ["delay"]], [["rude"], ["delay"]], [["rude"], ["rude"]]], days=[0, 6, 7]).windows

    assert [(figure.units, round(figure.percent, 1)) for figure in found] == [(2, 0.5), (1, 1.0)]


def test_more_different_sets_than_a_matrix_can_hold_are_reported(monkeypatch):
    monkeypatch.setattr("measures.agreement.distances.MOST_VALUES", 2)

    found = ask(TABLE)

    assert {figure.undefined for figure in found.headline if figure.measure == "krippendorff-alpha"} == {TOO_MANY_SETS}
    assert found.pairs == []


def test_the_units_behind_a_figure_are_those_on_which_its_coders_differ():
    whole = compared(coded_of(TABLE), QUESTION)

    assert [unit.unit for unit in disagreements(whole, Behind())] == ["13", "15", "11", "10"]
    assert [unit.unit for unit in disagreements(whole, Behind(code="rude"))] == ["15", "10", "11"]
    assert [unit.unit for unit in disagreements(whole, Behind(pair=("A", "C")))] == ["11"]
    assert disagreements(whole, Behind(window=AT.date())) == []


def test_letters_are_in_ascending_order():
    for number in (0, 3, 26, 27, 120):
        assert letters(number) == sorted(letters(number))
        assert len(set(letters(number))) == number


def test_a_result_that_was_stored_is_the_same():
    steps = []
    result = result_of(coded_of(TABLE), "3-0", QUESTION, AT, lambda: steps.append(1))

    assert stored_result(json.loads(json.dumps(result.as_json()))) == result
    assert len(steps) == STEPS


def test_large_rounds_and_many_coders_are_for_a_worker():
    assert not is_large(10_000, 12, 1_000)
    assert is_large(10_001, 12, 1_000)
    assert is_large(1_001, 2, 10_000)
    assert is_large(10, 13, 100)


# What is downloaded, and computed again by `python -m measures`.
CHOICES = st.sampled_from(["delay", "no-reply", "rude", "delay:0:10", "delay:5:20", "rude:50:60"])
CELL = st.one_of(
    st.none(),
    st.sampled_from(["none-applies", "unsure", "skipped"]),
    st.lists(CHOICES, min_size=1, max_size=3, unique=True),
)
TABLES = st.integers(2, 3).flatmap(lambda n: st.lists(st.lists(CELL, min_size=n, max_size=n), max_size=8))
QUESTIONS = st.builds(
    Question,
    seed=st.integers(0, 2**31 - 1),
    level=st.sampled_from(list(TreeLevel)),
    coefficient=st.just(Coefficient.ALPHA),
    distance=st.sampled_from([Distance.NOMINAL, Distance.JACCARD, Distance.MASI]),
    window=st.integers(1, 3),
    draws=st.just(50),
    outcomes=st.sampled_from([(), ("unsure",), ("unsure", "skipped")]),
) | st.builds(
    Question,
    seed=st.integers(0, 99),
    coefficient=st.sampled_from([one for one in Coefficient if one is not Coefficient.ALPHA]),
    distance=st.just(Distance.NOMINAL),
    draws=st.just(50),
)


def again(command, table, folder):
    """What the command prints for the file of a table."""
    path = folder / "file.csv"
    with path.open("wb") as file:
        delimited.write(table, file)
    command[1] = str(path)
    with redirect_stdout(StringIO()) as printed:
        assert main(command) == 0
    return json.loads(printed.getvalue())


def ends(found):
    interval = found.get("interval")
    return (None, None) if interval is None else (interval["low"], interval["high"])


@given(table=TABLES, question=QUESTIONS)
def test_the_command_of_the_report_gives_each_figure_to_the_digit(table, question, tmp_path_factory):
    whole = compared(coded_of(table, days=list(range(len(table)))), question)
    figures = figures_of(whole)
    head = one(figures.headline, question.coefficient.value, question.distance.value)

    found = again(ratings_command(question), ratings_table(whole), tmp_path_factory.mktemp("again"))

    assert (found["value"], *ends(found)) == (head.value, head.low, head.high)
    assert (found["undefined"] or "", found["percent"]) == (head.undefined, head.percent)
    assert (found["n_used"], found["units"]) == (head.n_used, head.units)
    assert found["formula"] == head.formula
    codes = {each["code"]: (each["value"], *ends(each)) for each in found["codes"]}
    ours = {figure.code: (figure.value, figure.low, figure.high) for figure in figures.codes}
    assert {code: values for code, values in codes.items() if code in ours} == {
        code: values for code, values in ours.items() if code in codes
    }
    assert [(*each["coders"], each["value"], *ends(each)) for each in found["pairs"]] == [
        (figure.first, figure.second, figure.value, figure.low, figure.high) for figure in figures.pairs
    ]
    assert [(each["from"], each["value"], *ends(each)) for each in found["windows"]] == [
        (figure.window, figure.value, figure.low, figure.high) for figure in figures.windows
    ]


@given(table=TABLES, question=QUESTIONS)
def test_the_command_for_passages_gives_each_figure_to_the_digit(table, question, tmp_path_factory):
    coded = coded_of(table)
    whole, *each = figures_of(compared(coded, question)).passages

    found = again(passages_command(question), passages_table(coded, question), tmp_path_factory.mktemp("again"))

    assert (found["value"], found["undefined"] or "", *ends(found)) == (
        whole.value,
        whole.undefined,
        whole.low,
        whole.high,
    )
    assert (found["n_used"], found["n_excluded"]) == (whole.n_used, whole.n_excluded)
    assert {code: values["value"] for code, values in found["codes"].items()} == {
        figure.code: figure.value for figure in each
    }


def test_the_ratings_say_of_each_submission_whether_it_was_used_and_why_not():
    coded = coded_of(TABLE)
    rows = list(ratings_table(compared(coded, QUESTION)).rows)

    of_unit = {
        number: [(row[2], row[6], row[7], row[8]) for row in rows if row[0] == number] for number in (13, 14, 16)
    }
    assert of_unit[13] == [("A", "no-reply", True, ""), ("B", "delay", True, ""), ("C", "", False, "unsure")]
    assert of_unit[14] == [
        ("A", "", False, "skipped"),
        ("B", "unclear", False, "unit with a value of one coder only"),
    ]
    assert of_unit[16] == [("", "", False, "not submitted")]


def test_the_same_data_have_the_same_digests_and_others_have_not():
    digests = digests_of(compared(coded_of(TABLE), QUESTION))

    assert digests == digests_of(compared(coded_of(TABLE), QUESTION))
    assert digests[0] != digests_of(compared(coded_of(TABLE[::-1]), QUESTION))[0]


def test_the_file_of_figures_has_one_row_a_figure():
    figures = figures_of(compared(coded_of(TABLE), QUESTION))
    every = list(figures.all())
    facts = dict.fromkeys(("seed", "draws", "codebook", "codebook_version", "round", "data_version", "computed_at"), 1)

    rows = [
        dict(zip([column.name for column in FIGURES], row, strict=True)) for row in figures_table(every, facts).rows
    ]

    assert len(rows) == len(every)
    assert [row["pair"] for row in rows if row["pair"]] == ["A B", "A C", "B C"]
    assert rows[0]["reasons"] == "skipped: 1; unit with a value of one coder only: 1; unsure: 1"


def test_values_are_written_so_that_no_code_looks_like_none_applies():
    assert written(None) == ""
    assert written(frozenset()) == "(none)"
    assert written(frozenset({"b", "a"})) == "a b"


def test_the_command_can_be_pasted_into_a_shell():
    assert (
        as_line(["agreement", "a b.csv", "--none", "(none)"])
        == "python -m measures agreement 'a b.csv' --none '(none)'"
    )


TEXT = st.text(max_size=60)
SPANS = st.lists(st.builds(Span, st.sampled_from("AB"), st.integers(0, 70), st.integers(0, 70)), max_size=6)


@given(text=TEXT, spans=SPANS)
def test_pieces_give_the_text_back_and_each_character_has_the_labels_of_its_passages(text, spans):
    pieces = pieces_of(text, spans)

    assert "".join(piece.text for piece in pieces) == text
    labels = [piece.labels for piece in pieces for _character in piece.text]
    assert labels == [
        tuple(sorted({span.label for span in spans if span.start <= place < span.end})) for place in range(len(text))
    ]
    assert all(first.labels != second.labels for first, second in pairwise(pieces))
