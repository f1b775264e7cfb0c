"""`python -m measures` computes from a file alone, or says in a sentence why not."""

import importlib
import json
import os
import shlex
import subprocess
import sys
from datetime import date, timedelta

import pytest

from measures.catalogue import MEASURES
from measures.command import BAD_COMMAND, BAD_INPUT, command_line, main
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
        assert all(entry.values())
        module, _, name = entry["function"].rpartition(".")
        assert callable(getattr(importlib.import_module(module), name))
        assert entry["command"].startswith(f"python -m measures {entry['measure']} FILE")


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
        (["per-thousand-inhabitants", "--count", "id", "--inhabitants", "4000"], 2.5, 10, 0),
        (["per-thousand-inhabitants", "--count", "closed_on", "--inhabitants", "4000"], 2.0, 8, 2),
    ],
)  # fmt: skip
def test_complaint_measures_of_an_exported_file(answer_of, records, arguments, value, used, excluded):
    name, *options = arguments

    found = answer_of(name, records, *options)

    assert found["value"] == pytest.approx(value) if value is not None else found["value"] is None
    assert (found["measure"], found["n_used"], found["n_excluded"]) == (name, used, excluded)
    assert (found["formula"], found["source"]) == (MEASURES[name].formula, MEASURES[name].source)
    assert found["denominator"]


def test_what_a_measure_adds(answer_of, records):
    days = answer_of("days-to-close", records, "--until", "2026-12-31")
    working = answer_of("working-days", records, "--within", "2")
    parts = answer_of("shares", records, "--value", "mandate", "--where", "finding!=upheld")

    assert (days["closed"], days["censored"], days["unit"]) == (8, 2, "calendar days")
    assert (working["median"], working["share_within"]) == (4, 0.25)
    assert parts["denominator"] == "rows where finding!=upheld"
    assert parts["table"][0] == {"value": "inside", "n": 7, "share": 0.875}


def test_a_file_without_rows_has_no_value(answer_of, tmp_path):
    path = tmp_path / "empty.csv"
    path.write_text("received_on,closed_on,finding\n")
    assert answer_of("working-days", path)["value"] is None
    assert answer_of("days-to-close", path, "--until", "2026-01-01")["value"] is None
    assert answer_of("shares", path, "--value", "finding")["value"] == {}


@pytest.mark.parametrize(
    ("content", "options", "sentence"),
    [
        (b"received_on\n", [], "has no column"),
        (b"received_on,closed_on,closed_on\n", [], "more than one column"),
        (b"", [], "is empty"),
        (b"\xff\xfe\x00", [], "is not a text file in UTF-8"),
        (b'received_on,closed_on\n"2026', [], "is not a CSV file"),
        (b"received_on,closed_on\n2026-01-01\n", [], "Row 2 of"),
        (b"received_on,closed_on\n31.01.2026,\n", [], "is not a date"),
        (b"received_on,closed_on\n", ["--where", "kind"], "is not a condition"),
        (b"received_on,closed_on\n", ["--where", "kind=x"], "has no column"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_a_sentence(problem_of, tmp_path, content, options, sentence):
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    code, message = problem_of("working-days", path, *options)
    assert code == BAD_INPUT
    assert sentence in message


def test_a_file_that_is_not_there_is_refused_in_a_sentence(problem_of, tmp_path):
    code, message = problem_of("working-days", tmp_path / "none.csv")
    assert code == BAD_INPUT
    assert "cannot be read" in message


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Name a measure"),
        (["median-wealth", "x.csv"], "There is no measure"),
        (["shares", "x.csv"], "--value"),
        (["days-to-close", "x.csv", "--until", "yesterday"], "is not a date"),
        (["working-days", "x.csv", "--within", "-2"], "--within"),
        (["working-days", "x.csv", "--unknown"], "--unknown"),
        (["per-thousand-inhabitants", "x.csv", "--count", "id", "--inhabitants", "many"], "is not a whole number"),
    ],
)
def test_a_wrong_command_is_refused_in_a_sentence(problem_of, arguments, sentence):
    code, message = problem_of(*arguments)
    assert code == BAD_COMMAND
    assert sentence in message


def test_a_rate_of_no_inhabitants_is_refused(problem_of, records):
    code, message = problem_of("per-thousand-inhabitants", records, "--count", "id", "--inhabitants", "0")
    assert code == BAD_INPUT
    assert "at least one inhabitant" in message


def test_a_line_on_a_page_is_a_command_that_runs(answer_of, records):
    line = command_line(
        "shares", str(records), value="finding", where=["mandate=inside", "finding!=a b"], drop_empty=""
    )
    words = shlex.split(line)
    assert words[:3] == ["python", "-m", "measures"]
    assert answer_of(*words[3:])["n_used"] == 7
