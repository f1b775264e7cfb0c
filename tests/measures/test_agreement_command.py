"""`python -m measures agreement FILE` and `passage-agreement FILE` compute from the long table of an export."""

import json

import pytest

from measures.agreement.coefficients import DEFINITIONS, Coefficient
from measures.agreement.distances import FORMULAS
from measures.command import BAD_COMMAND, BAD_INPUT, main
from tests.measures.rated import FOUR_CODERS

COLUMNS = ("--unit", "unit", "--coder", "coder", "--value", "code")
WHOLE = "values of units that two coders or more coded, all rows of the file"


@pytest.fixture
def run(capsys, tmp_path):
    """Runs a measure on rows that are written to a file; the answer, or the exit code and the sentence."""

    def _run(rows, *options, name="agreement", header="unit,coder,code,day"):
        path = tmp_path / "codings.csv"
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        code = main([name, str(path), *map(str, options)])
        out, err = capsys.readouterr()
        return json.loads(out) if code == 0 else (code, err.replace(str(path), "FILE"))

    return _run


def rows_of(table):
    return [
        f"u{unit:02},c{coder},{value or ''},2026-01-{unit + 1:02}"
        for unit, row in enumerate(table)
        for coder, value in enumerate(row)
    ]


def alpha(*options):
    return (*COLUMNS, "--measure", "krippendorff-alpha", *options)


def test_alpha_of_a_file_with_all_that_is_needed_to_judge_it(run):
    found = run(rows_of(FOUR_CODERS), *alpha("--level", "ordinal", "--bootstrap", 200, "--seed", 3))
    interval = found.pop("interval")
    assert round(found.pop("value"), 6) == 0.815388
    assert found == {
        "measure": "agreement",
        "n_used": 40,
        "n_excluded": 8,
        "formula": "1 - D_o / D_e; D_o = 1/N sum over units u of d(c, k) n_uc n_uk / (n_u - 1); D_e = 1/(N (N - 1)) sum"
        f" d(c, k) n_c n_k; N values of units with two or more; {FORMULAS['ordinal']}",
        "source": DEFINITIONS[Coefficient.ALPHA].source,
        "coefficient": "krippendorff-alpha",
        "distance": "ordinal",
        "undefined": None,
        "percent": pytest.approx(0.818182, abs=1e-6),
        "observed_disagreement": pytest.approx(47.275),
        "expected_disagreement": pytest.approx(256.076923),
        "units": 11,
        "values": 40,
        "excluded": {"missing value": 7, "unit with a value of one coder only": 1},
        "coders": ["c0", "c1", "c2", "c3"],
        "denominator": WHOLE,
    }
    assert interval.pop("low") < 0.815388 < interval.pop("high") <= 1
    assert interval == {"confidence": 0.95, "draws": 200, "undefined_draws": 0, "seed": 3}


@pytest.mark.parametrize("coefficient", [*Coefficient])
def test_each_coefficient_of_two_coders(run, coefficient):
    found = run(["1,a,x,", "1,b,x,", "2,a,x,", "2,b,y,", "3,a,y,", "3,b,y,"], *COLUMNS, "--measure", coefficient)
    expected = {
        "percent": 2 / 3,
        "cohen-kappa": 0.4,
        "scott-pi": 1 / 3,
        "fleiss-kappa": 1 / 3,
        "krippendorff-alpha": 4 / 9,
        "gwet-ac1": 1 / 3,
        "brennan-prediger": 1 / 3,
    }
    assert found["value"] == pytest.approx(expected[coefficient])
    assert (found["coefficient"], found["distance"], found["n_used"]) == (coefficient, "nominal", 6)
    assert found["source"] == DEFINITIONS[coefficient].source
    assert "interval" not in found


def test_what_cannot_be_computed_is_null_with_a_sentence(run):
    found = run(["1,a,x,", "1,b,x,", "2,a,x,"], *alpha("--bootstrap", 10))
    assert (found["value"], found["percent"], found["n_used"], found["n_excluded"]) == (None, 1, 2, 1)
    assert found["undefined"] == "not computable: no variation, because all values are the same"
    empty = run([], *alpha())
    assert (empty["value"], empty["percent"], empty["n_used"]) == (None, None, 0)
    assert empty["undefined"] == "not computable: no unit was coded by two coders"


def test_an_interval_that_cannot_be_drawn_is_null_with_a_sentence(run):
    found = run(["1,a,x,", "1,b,y,"], *alpha("--bootstrap", 10))
    assert (found["interval"], found["no_interval"]) == (None, "no interval: one unit cannot be resampled")


def test_rows_that_are_not_used_are_counted_by_reason(run):
    rows = ["1,a,x,1", "1,b,y,1", "1,b,y,1", "2,a,x,1", "2,b,unsure,1", "3,a,x,2", "3,b,,1"]
    found = run(rows, *alpha("--missing", "unsure,skipped", "--where", "day=1"))
    assert (found["n_used"], found["n_excluded"]) == (2, 5)
    assert found["excluded"] == {
        "not chosen by --where": 1,
        "same unit, coder and value as an earlier row": 1,
        "unit with a value of one coder only": 1,
        "missing value": 2,
    }
    assert found["denominator"] == "values of units that two coders or more coded, rows where day=1"


SETS = ["1,a,none,", "1,b,none,", "2,a,A,", "2,b,none,", "3,a,A,", "3,b,A,", "4,a,A,", "4,b,B,", "5,a,A;B,", "5,b,A,"]
SETS += ["6,a,A;B,", "6,b,A;C,", "7,a,A;B;C,", "7,b,A;B;C,", "8,a,C,", "8,b,A;C,", "9,a,C,", "9,b,A;C,"]


@pytest.mark.parametrize(("level", "value"), [("jaccard", 0.3156), ("masi", 0.2731)])
def test_sets_of_codes_in_one_cell_or_in_rows(run, level, value):
    split = [f"{unit},{coder},{code}," for unit, coder, codes, _ in (row.split(",") for row in SETS)
             for code in codes.split(";")]  # fmt: skip
    cell = run(SETS, *alpha("--level", level, "--separator", ";", "--none", "none"))
    rows = run(split, *alpha("--level", level, "--none", "none"))
    assert round(cell["value"], 4) == round(rows["value"], 4) == value
    assert (cell["n_used"], rows["n_used"], cell["values"], rows["values"]) == (18, len(split), 18, 18)


def test_sets_of_codes_are_compared_as_a_whole_by_other_coefficients(run):
    rows = ["1,a,A;B,", "1,b,B;A,", "2,a,A,", "2,b,A;B,", "3,a,,", "3,b,A,"]
    found = run(rows, *COLUMNS, "--measure", "percent", "--separator", ";")
    assert (found["value"], found["n_used"], found["n_excluded"]) == (0.5, 4, 2)


def test_weights_follow_the_order_of_values(run):
    rows = ["1,a,low,", "1,b,high,", "2,a,middle,", "2,b,middle,", "3,a,low,", "3,b,middle,"]
    linear = run(rows, *COLUMNS, "--measure", "cohen-kappa", "--weights", "linear", "--order", "low,middle,high")
    assert linear["observed_disagreement"] == pytest.approx((1 + 0 + 0.5) / 3)
    squared = run(rows, *COLUMNS, "--measure", "cohen-kappa", "--weights", "quadratic", "--order", "low,middle,high")
    assert squared["observed_disagreement"] == pytest.approx((1 + 0 + 0.25) / 3)
    assert run(rows, *COLUMNS, "--measure", "cohen-kappa", "--weights", "identity")["distance"] == "nominal"


def test_details_show_codes_pairs_table_and_units(run):
    rows = ["1,a,x,", "1,b,x,", "1,c,y,", "2,a,y,", "2,b,y,", "3,a,x,", "3,c,x,"]
    found = run(rows, *alpha("--details"))
    assert [one["code"] for one in found["codes"]] == ["x", "y"]
    assert found["codes"][0].keys() == {"code", "value", "undefined", "percent", "units", "values"}
    assert [pair["coders"] for pair in found["pairs"]] == [["a", "b"], ["a", "c"], ["b", "c"]]
    assert [pair["percent"] for pair in found["pairs"]] == [1, 0.5, 0]
    assert found["table"] == {"values": ["x", "y"], "coincidences": [[3, 1], [1, 2]]}
    assert found["confusions"] == [{"one": "x", "other": "y", "coincidences": 2, "share": 1}]
    assert found["per_unit"] == [
        {"unit": "1", "disagreement": pytest.approx(2 / 3), "values": {"x": 2, "y": 1}},
        {"unit": "2", "disagreement": 0, "values": {"y": 2}},
        {"unit": "3", "disagreement": 0, "values": {"x": 2}},
    ]
    assert "windows" not in found


def test_details_have_intervals_too(run):
    found = run(rows_of(FOUR_CODERS), *alpha("--details", "--bootstrap", 20, "--time", "day", "--window", 31))
    for one in (*found["codes"], *found["pairs"], *found["windows"]):
        assert (one["interval"] is None) == ("no_interval" in one)
    assert found["windows"][0]["interval"] == found["interval"]
    assert all(pair["interval"] for pair in found["pairs"])


def test_a_table_that_nobody_reads_is_left_out(run):
    rows = [f"{unit},{coder},value {unit:03}," for unit in range(201) for coder in "ab"]
    found = run(rows, *alpha("--details"))
    assert not {"table", "confusions"} & found.keys()
    assert len(found["per_unit"]) == 201


def test_windows_of_time_show_drift(run):
    rows = ["1,a,x,2026-01-01", "1,b,x,2026-01-02", "2,a,y,2026-01-03", "2,b,y,2026-01-07", "3,a,x,2026-01-08"]
    rows += ["3,b,y,2026-01-09", "4,a,y,", "4,b,y,"]
    found = run(rows, *COLUMNS, "--measure", "percent", "--details", "--time", "day", "--window", 7)
    assert [(one["from"], one["value"], one["units"]) for one in found["windows"]] == [
        ("2026-01-01", 1, 2),
        ("2026-01-08", 0, 1),
    ]


def test_codes_go_up_the_tree(run, tmp_path):
    tree = tmp_path / "codes.csv"
    tree.write_text("code,parent\ndelay,\nletter,delay\nphone,delay\nvoicemail,phone\n")
    rows = ["1,a,letter,", "1,b,voicemail,", "2,a,phone,", "2,b,delay,", "3,a,tone,", "3,b,tone,"]
    values = {
        level: run(rows, *COLUMNS, "--measure", "percent", "--parents", tree, "--tree", level)["value"]
        for level in ("leaf", "parent", "top")
    }
    assert values == {"leaf": pytest.approx(1 / 3), "parent": pytest.approx(2 / 3), "top": 1}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["krippendorff-alpha", "--weights", "linear"],
         "--weights are for the other coefficients; krippendorff-alpha has --level."),
        (["cohen-kappa", "--level", "interval"],
         "--level is for krippendorff-alpha; the other coefficients have --weights."),
        (["krippendorff-alpha", "--level", "interval"], "“x” is not a number."),
        (["krippendorff-alpha", "--level", "ordinal"],
         "Values that are not numbers need --order, which names them all in ascending order."),
        (["fleiss-kappa", "--weights", "linear"],
         "Values that are not numbers need --order, which names them all in ascending order."),
        (["krippendorff-alpha", "--order", "x"], "“y” is not among the declared values."),
        (["krippendorff-alpha", "--bootstrap", "1"],
         "An interval needs 2 draws, a seed of at least 0, and a confidence between 0 and 1."),
        (["krippendorff-alpha", "--tree", "top"], "--parents and --tree go together, and so do --time and --window."),
        (["krippendorff-alpha", "--time", "day"], "--parents and --tree go together, and so do --time and --window."),
        (["krippendorff-alpha", "--time", "day", "--window", "0"], "A window is at least one day long."),
        (["krippendorff-alpha", "--time", "code", "--window", "1"],
         "“x” in column “code” is not a date such as 2026-01-31."),
        (["krippendorff-alpha", "--where", "kind=x"],
         "FILE has no column “kind”. Its columns: unit, coder, code, day."),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_so_is_refused_in_a_sentence(run, options, sentence):
    assert run(["1,a,x,", "1,b,y,"], *COLUMNS, "--measure", *options) == (BAD_INPUT, f"{sentence}\n")


def test_two_values_of_one_coder_for_one_unit_are_refused(run):
    problem = run(["1,a,x,", "1,a,y,"], *alpha())
    assert problem == (BAD_INPUT, "A coder gave one unit two different values.\n")


def test_an_unknown_coefficient_is_a_wrong_command(run):
    code, sentence = run([], *COLUMNS, "--measure", "holsti")
    assert code == BAD_COMMAND
    assert sentence.startswith(
        "Argument --measure: invalid choice: 'holsti' (choose from 'percent', 'cohen-kappa', 'scott-pi',"
        " 'fleiss-kappa', 'krippendorff-alpha', 'gwet-ac1', 'brennan-prediger')."
    )


PASSAGES = ["t,i,c,75,145,300", "t,i,c,220,250,300", "t,j,c,70,150,300", "t,j,c,205,225,300", "t,j,c,250,270,300"]
PASSAGES += [f"t,{coder},k,{ends},300" for coder in "ij" for ends in ("30,90", "150,200")]
ENDS = ("--start", "start", "--end", "end", "--length", "length")


def passages(run, rows, *options):
    header = "unit,coder,code,start,end,length"
    return run(rows, *COLUMNS, *ENDS, *options, name="passage-agreement", header=header)


def test_alpha_of_passages_of_a_file(run):
    found = passages(run, [*PASSAGES, "u,i,,,,50"])
    assert round(found["value"], 3) == 0.859
    assert (found["n_used"], found["n_excluded"], found["unit"], found["passages"]) == (1, 1, "texts", 9)
    assert {code: round(one["value"], 4) for code, one in found["codes"].items()} == {"c": 0.7286, "k": 1}
    assert [one["passages"] for one in found["codes"].values()] == [5, 4]
    assert found["denominator"] == "texts that two coders or more read, all rows of the file"
    assert (found["joined"], found["undefined"]) == (0, None)
    assert "interval" not in found


def test_texts_in_which_nothing_was_marked_count_as_read(run):
    found = passages(run, [*PASSAGES, "u,i,,,,50", "u,j,,,,50"], "--bootstrap", 20, "--seed", 4)
    assert (found["n_used"], found["n_excluded"]) == (2, 0)
    assert found["no_interval"] == "no interval: the coefficient is undefined in more than one of twenty resamples"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("t,i,c,x,9,300", "“x” in column “start” is not a whole number."),
        ("t,i,c,1,²,300", "“²” in column “end” is not a whole number."),
        ("t,i,c,1,9,", "“” in column “length” is not a whole number."),
        ("t,i,c,1,9,301", "The text “t” has two lengths."),
        ("t,i,c,1,301,300", "The offsets 1 to 301 are not a passage of the text “t”."),
    ],
)
def test_passages_that_cannot_be_used_are_refused_in_a_sentence(run, row, sentence):
    assert passages(run, [*PASSAGES, row]) == (BAD_INPUT, f"{sentence}\n")
