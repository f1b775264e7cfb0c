"""A value of a file gets a meaning only from a vocabulary or a person; anything else is a question (ADR 0111)."""

import io
import json

import pytest
from django.core.management import call_command

from complaints.models import ComplaintRecord
from complaints.recipes import COMPLAINT_RECORDS
from imports.guess import guessed_word
from imports.jobs.run import run_import
from imports.mapping import Definition, Rule
from imports.models import Import
from imports.readers.table import ReadOptions
from imports.sniff.profile import Column
from imports.value_maps import undecided, value_maps
from tests.factories.imports import csv_of, letters, make_dataset
from tests.imports.test_mapping_page import posted_from, rows_of, understood

pytestmark = pytest.mark.django_db
FINDING = COMPLAINT_RECORDS.field("finding")


def with_redress(rows=30, times=6):
    """Letters of which the last ones ended in a redress that the office found reasonable."""
    written = letters(rows)
    return csv_of([*written[:-times], *(row.replace("Upheld", "Reasonable Redress") for row in written[-times:])])


@pytest.fixture
def run_command(tmp_path, alpha):
    def run(content, *options):
        file = tmp_path / "letters.csv"
        file.write_bytes(content)
        out, code = io.StringIO(), 0
        try:
            call_command("import_file", str(file), "--dataset", "letters", *options, stdout=out, stderr=io.StringIO())
        except SystemExit as stop:
            code = stop.code
        return json.loads(out.getvalue().splitlines()[-1]) | {"exit": code}

    return run


def load(client, run, sent, **changes):
    return client.post(f"/imports/{run.pk}/mapping/", {**sent.dict(), **changes, "button": "load"})


def findings():
    rows = ComplaintRecord.objects.values_list("finding_raw", "finding")
    return {pair: sum(row == pair for row in rows) for pair in set(rows)}


@pytest.mark.parametrize("word", ["Reasonable Redress", "DIS", "NC", "Something new"])
def test_a_word_that_no_vocabulary_holds_is_not_guessed(word):
    assert guessed_word(FINDING, word) == ""


@pytest.mark.parametrize(
    ("word", "value"), [("Upheld", "upheld"), ("Severe Maladministration", "upheld"), ("unbegründet", "not-upheld")]
)
def test_a_word_of_a_vocabulary_is(word, value):
    assert guessed_word(FINDING, word) == value


def test_no_question_is_answered_by_the_words_of_its_own_field():
    for field in COMPLAINT_RECORDS.fields:
        assert not field.questions & field.words.keys(), field.name


def test_the_command_lists_what_is_not_decided_and_loads_it_without_a_meaning(run_command):
    answer = run_command(with_redress())

    assert (answer["exit"], answer["result"], answer["created"], answer["needs_decision"]) == (0, "loaded", 30, True)
    assert answer["undecided"] == [{"field": "finding", "column": "outcome", "word": "Reasonable Redress", "rows": 6}]
    assert findings() == {("Upheld", "upheld"): 24, ("Reasonable Redress", ""): 6}


def test_the_command_stops_where_it_is_to_ask(run_command):
    answer = run_command(with_redress(), "--undecided", "ask")

    assert (answer["exit"], answer["error"]["code"], answer["needs_decision"]) == (1, "values_undecided", True)
    assert "“Reasonable Redress”" in answer["error"]["message"]
    assert [value["word"] for value in answer["undecided"]] == ["Reasonable Redress"]
    assert Import.objects.get(pk=answer["import"]).state == "understood"
    assert not ComplaintRecord.objects.exists()


@pytest.mark.parametrize(
    ("options", "value"),
    [
        (("--value", "finding:Reasonable Redress=not-upheld"), "not-upheld"),
        (("--value", "finding:Reasonable Redress="), ""),
        (("--undecided", "empty"), ""),
        (("--undecided", "ask", "--value", "finding:reasonable  redress=no-finding"), "no-finding"),
    ],
)
def test_the_command_takes_the_decision(run_command, options, value):
    answer = run_command(with_redress(), *options)

    assert (answer["exit"], answer["result"], answer["needs_decision"], answer["undecided"]) == (0, "loaded", False, [])
    assert findings() == {("Upheld", "upheld"): 24, ("Reasonable Redress", value): 6}
    assert run_command(with_redress(31), "--undecided", "ask")["exit"] == 0, "the next file uses the decision"


def test_a_decision_after_loading_changes_the_records(run_command):
    run_command(with_redress())

    answer = run_command(with_redress(), "--value", "finding:Reasonable Redress=not-upheld")

    assert (answer["updated"], answer["unchanged"]) == (6, 24)
    assert findings() == {("Upheld", "upheld"): 24, ("Reasonable Redress", "not-upheld"): 6}


@pytest.mark.parametrize(
    "written", ["finding", "finding:x", "finding:x=perhaps", "nothing:x=upheld", "closure:x=settled", ":x=upheld"]
)
def test_a_decision_that_cannot_be_read_is_refused(run_command, written):
    answer = run_command(with_redress(), "--value", written)

    assert (answer["exit"], answer["error"]["code"]) == (1, "bad_value")
    assert not ComplaintRecord.objects.exists()


def test_values_that_mean_missing_are_not_listed():
    column = Column("a", values={"Upheld": 2, "-": 1, "": 1, "?": 3})
    definition = Definition(ReadOptions(), {"finding": Rule(column="a", missing=("-",))}, {"a": ("?",)}, 2026)

    assert [v.word for v in value_maps([column], definition, COMPLAINT_RECORDS)] == ["Upheld"]
    assert undecided([column], definition, COMPLAINT_RECORDS) == []


def test_what_the_values_became_is_readable_import_by_import_for_those_who_may_read_the_rows(
    run_command, client_of, bob, client
):
    run_command(with_redress())
    run_command(with_redress(31), "--value", "finding:Reasonable Redress=not-upheld")

    page = client_of(bob).get("/datasets/letters/").content.decode()
    rows = client_of(bob).get("/api/v1/datasets/letters/value-maps/").json()["results"]

    newest, first = (sorted({row["import"] for row in rows})[at] for at in (1, 0))
    assert [(r["import"], r["mapping_version"], r["value"], r["rows"], r["decided"])
            for r in rows if r["word"] == "Reasonable Redress"] == [
        (newest, 2, "not-upheld", 6, True), (first, 1, "", 6, False),
    ]  # fmt: skip
    assert "1 value not decided" in page
    assert "Reasonable Redress" in page
    assert client.get("/api/v1/datasets/letters/value-maps/").status_code == 404


def test_a_person_decides_on_the_mapping_page_before_loading(client_of, bob, alpha):
    dataset = make_dataset(alpha)
    run = understood(dataset, bob, with_redress())
    client = client_of(bob)
    page = client.get(f"/imports/{run.pk}/mapping/")
    sent = posted_from(page.context["form"])
    word = next(w for w in rows_of(page)["outcome"].words if w.word == "Reasonable Redress")

    refused = load(client, run, sent)
    assert "not decided: choose" in page.content.decode()
    assert (refused.status_code, "Reasonable Redress" in refused.context["form"].error) == (422, True)
    assert load(client, run, sent, **{word.name: "no-finding"}).status_code == 303
    run_import(run.pk)

    assert findings() == {("Upheld", "upheld"): 24, ("Reasonable Redress", "no-finding"): 6}


def test_a_person_leaves_all_that_is_not_decided_empty(client_of, bob, alpha):
    run = understood(make_dataset(alpha), bob, with_redress())
    client = client_of(bob)
    sent = posted_from(client.get(f"/imports/{run.pk}/mapping/").context["form"])

    assert load(client, run, sent, **{"leave-empty": "1"}).status_code == 303
    run_import(run.pk)

    assert findings() == {("Upheld", "upheld"): 24, ("Reasonable Redress", ""): 6}
