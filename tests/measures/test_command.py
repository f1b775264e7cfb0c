"""`python -m measures` computes from a file alone, or says in a sentence why not."""

import importlib
import json
import math
import os
import shlex
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta

import pytest

from measures.catalogue import MEASURES
from measures.command import BAD_COMMAND, BAD_INPUT, command_line, main
from measures.measure import Result
from tests.house.code import PROJECT

DAY = date(2026, 1, 5)
# Stands before the standard library on the path: importing any of these fails.
BLOCKED = ("django", "rest_framework", "psycopg2", "celery", "redis")


@pytest.fixture
def records(tmp_path):
    """Ten complaints: eight closed after 1 to 8 days, two open."""
    lines = ["id,mandate,finding,received_on,closed_on"]
    for days in range(1, 11):
        closed = (DAY + timedelta(days=days)).isoformat() if days < 9 else ""
        finding = ["upheld", "not-upheld", "'=upheld", ""][days % 4]
        lines.append(f"{days},{'outside' if days == 10 else 'inside'},{finding},{DAY.isoformat()},{closed}")
    path = tmp_path / "records.csv"
    path.write_text("\ufeff" + "\r\n".join(lines) + "\r\n", encoding="utf-8")
    return path


@pytest.fixture
def answer_of(capsys):
    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert code == 0, err
        assert err == ""
        return json.loads(out)

    return run


@pytest.fixture
def problem_of(capsys):
    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert out == ""
        assert err.count("\n") == 1
        return code, err

    return run


def test_it_runs_where_neither_django_nor_the_site_can_be_imported(records, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.mkdir()
    for name in BLOCKED:
        (blocked / f"{name}.py").write_text(f"raise ImportError('{name} is blocked')")
    (tmp_path / "measures").symlink_to(PROJECT / "measures")
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{blocked}{os.pathsep}{tmp_path}"}
    options = {"cwd": tmp_path, "env": environment, "capture_output": True, "text": True}

    site = subprocess.run([sys.executable, "-c", "import django"], check=False, **options)
    measured = subprocess.run(
        [sys.executable, "-m", "measures", "days-to-close", records, "--until", "2026-12-31"], check=False, **options
    )

    assert "django is blocked" in site.stderr
    assert measured.returncode == 0, measured.stderr
    assert json.loads(measured.stdout)["value"] == 5


def test_list_describes_every_measure(answer_of):
    listed = answer_of("list")["measures"]
    assert [entry["measure"] for entry in listed] == sorted(MEASURES)
    for entry in listed:
        module, _, name = entry["function"].rpartition(".")
        measure = MEASURES[entry["measure"]]
        assert getattr(importlib.import_module(module), name) is measure.function
        assert entry["command"].startswith(f"python -m measures {measure.name} FILE")
        assert entry == {
            "measure": measure.name,
            "title": measure.title,
            "formula": measure.formula,
            "source": measure.source,
            "function": entry["function"],
            "command": measure.usage,
        }


@pytest.mark.parametrize(
    ("arguments", "value", "used", "excluded"),
    [
        (["days-to-close", "--until", "2026-12-31"], 5, 10, 0),
        (["days-to-close", "--until", "2026-01-09"], None, 10, 0),
        (["days-to-close", "--until", "2026-12-31", "--where", "mandate=inside"], 5, 9, 1),
        (["working-days"], 3.625, 8, 2),
        (["working-days", "--holidays", "2026-01-06, 2026-01-07"], 1.75, 8, 2),
        (["shares", "--value", "mandate"], {"inside": 0.9, "outside": 0.1}, 10, 0),
        (["shares", "--value", "finding", "--drop-empty", "--where", "mandate!=outside"],
         {"not-upheld": 3 / 7, "=upheld": 2 / 7, "upheld": 2 / 7}, 7, 3),
        (["shares", "--value", "finding", "--missing", "=upheld,upheld"], {"not-upheld": 0.6, "": 0.4}, 5, 5),
        (["share-with-interval", "--value", "finding", "--part", "upheld,=upheld", "--rest", "not-upheld"],
         5 / 8, 8, 2),
        (["share-with-interval", "--value", "finding", "--part", "none", "--rest", "nothing"], None, 0, 10),
        (["per-thousand-inhabitants", "--count", "id", "--inhabitants", "4000"], 2.5, 10, 0),
        (["per-thousand-inhabitants", "--count", "closed_on", "--inhabitants", "4000"], 2.0, 8, 2),
        (["per-thousand-inhabitants", "--count", "id", "--inhabitants", "400", "--where", "id=7"], 2.5, 1, 9),
    ],
)  # fmt: skip
def test_complaint_measures_of_an_exported_file(answer_of, records, arguments, value, used, excluded):
    name, *options = arguments

    found = answer_of(name, records, *options)

    assert found["value"] == pytest.approx(value) if value is not None else found["value"] is None
    assert (found["measure"], found["n_used"], found["n_excluded"]) == (name, used, excluded)
    assert (found["formula"], found["source"]) == (MEASURES[name].formula, MEASURES[name].source)
    assert found["denominator"]


WHOLE = "all rows of the file"


@pytest.mark.parametrize(
    ("arguments", "more"),
    [
        (["days-to-close", "--until", "2026-12-31"],
         {"unit": "calendar days", "closed": 8, "censored": 2, "until": "2026-12-31", "denominator": WHOLE,
          "quartiles": [3, 5, 8]}),
        (["days-to-close", "--until", "2026-12-31", "--where", "mandate=outside"],
         {"unit": "calendar days", "closed": 0, "censored": 1, "until": "2026-12-31",
          "quartiles": [None, None, None], "denominator": "rows where mandate=outside"}),
        (["working-days"], {"unit": "working days", "median": 4.0, "denominator": "rows where closed_on is known"}),
        (["working-days", "--within", "2", "--where", "mandate=inside"],
         {"unit": "working days", "median": 4.0, "within": 2, "share_within": 0.25,
          "denominator": "rows where mandate=inside and closed_on is known"}),
        (["working-days", "--within", "0", "--where", "finding!=upheld", "--where", "mandate=inside"],
         {"unit": "working days", "median": 3.5, "within": 0, "share_within": 0.0,
          "denominator": "rows where finding!=upheld and mandate=inside and closed_on is known"}),
        (["working-days", "--within", "2", "--where", "mandate=nowhere"],
         {"unit": "working days", "median": None, "within": 2, "share_within": None,
          "denominator": "rows where mandate=nowhere and closed_on is known"}),
        (["per-thousand-inhabitants", "--count", "id", "--inhabitants", "4000"],
         {"unit": "cases per 1,000 inhabitants", "denominator": "inhabitants", "inhabitants": 4000}),
        (["share-with-interval", "--value", "mandate", "--part", "inside", "--rest", "outside,x", "--where", "id!=10"],
         {"part": 9, "level": 0.95, "interval": [pytest.approx(9 / (9 + 1.959964**2)), 1.0],
          "denominator": "rows where id!=10 and mandate is one of inside, outside, x"}),
        (["shares", "--value", "mandate", "--where", "finding!=upheld"],
         {"denominator": "rows where finding!=upheld",
          "table": [{"value": "inside", "n": 7, "share": 0.875}, {"value": "outside", "n": 1, "share": 0.125}]}),
        (["shares", "--value", "mandate", "--missing", "outside,"],
         {"denominator": f"{WHOLE} with a value", "table": [{"value": "inside", "n": 9, "share": 1.0}]}),
        (["shares", "--value", "id", "--separator", "0", "--where", "id=10"],
         {"denominator": "rows where id=10",
          "table": [{"value": "", "n": 1, "share": 1.0}, {"value": "1", "n": 1, "share": 1.0}]}),
    ],
)  # fmt: skip
def test_what_a_measure_adds(answer_of, records, arguments, more):
    name, *options = arguments
    found = answer_of(name, records, *options)
    assert {key: found[key] for key in found if key not in ANSWER} == more


ANSWER = ("measure", "value", "n_used", "n_excluded", "formula", "source")


def test_an_answer_is_one_line_of_json_that_keeps_its_letters(capsys, tmp_path):
    path = tmp_path / "letters.csv"
    path.write_text("naïve\né\n", encoding="utf-8")
    assert main(["shares", str(path), "--value", "naïve"]) == 0
    out, _ = capsys.readouterr()
    assert out.count("\n") == 1
    assert '"value": {"é": 1.0}' in out


def test_numbers_that_are_not_finite_are_written_as_null(capsys, monkeypatch):
    result = Result([1.5, math.nan, {"a": math.inf, "b": "x"}], 3, 0, {"more": -math.inf})
    monkeypatch.setitem(MEASURES, "shares", replace(MEASURES["shares"], compute=lambda options: result))
    assert main(["shares", "x.csv", "--value", "v"]) == 0
    found = json.loads(capsys.readouterr()[0])
    assert (found["value"], found["more"]) == ([1.5, None, {"a": None, "b": "x"}], None)


def test_rows_without_a_day_of_receipt_are_left_out_and_counted(answer_of, tmp_path):
    path = tmp_path / "undated.csv"
    path.write_text("got,done,kind\n,2026-01-06,a\n2026-01-05,2026-01-07,a\n2026-01-05,2026-01-01,a\n2026-01-05,,b\n")
    columns = ("--received", "got", "--closed", "done", "--where", "kind=a")

    days = answer_of("days-to-close", path, *columns, "--until", "2026-02-01")
    working = answer_of("working-days", path, *columns)

    assert (days["value"], days["n_used"], days["n_excluded"]) == (2, 1, 3)
    assert (working["value"], working["n_used"], working["n_excluded"]) == (2.0, 1, 3)


def test_a_file_without_rows_has_no_value(answer_of, tmp_path):
    path = tmp_path / "empty.csv"
    path.write_text("received_on,closed_on,finding\n")
    assert answer_of("working-days", path)["value"] is None
    assert answer_of("days-to-close", path, "--until", "2026-01-01")["value"] is None
    assert answer_of("shares", path, "--value", "finding")["value"] == {}


@pytest.mark.parametrize(
    ("content", "options", "sentence"),
    [
        (b"received_on,kind\n", [], "FILE has no column “closed_on”. Its columns: received_on, kind."),
        (b"received_on,closed_on,closed_on\n", [], "FILE has more than one column “closed_on”."),
        (b"", [], "FILE is empty."),
        (b"\xff\xfe\x00", [], "FILE is not a text file in UTF-8."),
        (b'received_on,closed_on\n"2026', [], "FILE is not a CSV file: unexpected end of data."),
        (b"received_on,closed_on\n,\n2026-01-01\n", [], "Row 3 of FILE has 1 cells instead of 2."),
        (b"received_on,closed_on\n31.01.2026,\n", [],
         "“31.01.2026” in column “received_on” is not a date such as 2026-01-31."),
        (b"received_on,closed_on\n", ["--where", "kind"],
         "“kind” is not a condition: write COLUMN=VALUE or COLUMN!=VALUE."),
        (b"received_on,closed_on\n", ["--where", "!=x"],
         "“!=x” is not a condition: write COLUMN=VALUE or COLUMN!=VALUE."),
        (b"received_on,closed_on\n", ["--where", "kind=x"],
         "FILE has no column “kind”. Its columns: received_on, closed_on."),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_in_a_sentence(problem_of, tmp_path, content, options, sentence):
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    code, message = problem_of("working-days", path, *options)
    assert code == BAD_INPUT
    assert message.replace(str(path), "FILE") == f"{sentence}\n"


def test_a_file_that_is_not_there_is_refused_in_a_sentence(problem_of, tmp_path):
    code, message = problem_of("working-days", tmp_path / "none.csv")
    assert code == BAD_INPUT
    assert message == f"{tmp_path / 'none.csv'} cannot be read: No such file or directory.\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Name a measure. Usage: python -m measures NAME FILE ..., or python -m measures list"),
        (["median-wealth", "x.csv"],
         "There is no measure “median-wealth”. Measures: agreement, days-to-close, passage-agreement,"
         " per-thousand-inhabitants, share-with-interval, shares, working-days; list describes them."),
        (["shares", "x.csv"], "The following arguments are required: --value"),
        (["shares", "x.csv", "--valu", "x"], "The following arguments are required: --value"),
        (["days-to-close", "x.csv", "--until", "yesterday"],
         "Argument --until: “yesterday” is not a date such as 2026-01-31"),
        (["working-days", "x.csv", "--holidays", "2026-01-01;2026-01-02"],
         "Argument --holidays: “2026-01-01;2026-01-02” is not a date such as 2026-01-31"),
        (["working-days", "x.csv", "--within", "-2"], "Argument --within: “-2” is not a whole number"),
        (["working-days", "x.csv", "--within", "²"], "Argument --within: “²” is not a whole number"),
        (["working-days", "x.csv", "--unknown"], "Unrecognized arguments: --unknown"),
        (["per-thousand-inhabitants", "x.csv", "--count", "id", "--inhabitants", "many"],
         "Argument --inhabitants: “many” is not a whole number"),
    ],
)  # fmt: skip
def test_a_wrong_command_is_refused_in_a_sentence(problem_of, arguments, sentence):
    code, message = problem_of(*arguments)
    assert code == BAD_COMMAND
    usage = f". Usage: {MEASURES[arguments[0]].usage}" if arguments and arguments[0] in MEASURES else ""
    assert message == f"{sentence}{usage}\n"


def test_a_rate_of_no_inhabitants_is_refused(problem_of, records):
    code, message = problem_of("per-thousand-inhabitants", records, "--count", "id", "--inhabitants", "0")
    assert code == BAD_INPUT
    assert message == "A rate per inhabitant needs at least one inhabitant.\n"


def test_a_line_on_a_page_is_a_command_that_runs(answer_of, records):
    line = command_line(
        "shares", str(records), value="finding", where=["mandate=inside", "finding!=a b"], drop_empty=""
    )
    words = shlex.split(line)
    assert words == [
        *("python", "-m", "measures", "shares", str(records), "--value", "finding"),
        *("--where", "mandate=inside", "--where", "finding!=a b", "--drop-empty"),
    ]
    assert answer_of(*words[3:])["n_used"] == 7
