"""The data file of a round."""

import csv
import io
import json

import pytest
from django.conf import settings

from coding.actions import NewUnit, alike, codings, freeze_units, queue, rounds
from coding.actions.codings import NewCoding
from coding.data_file import Layer, table_of
from coding.models import Adjudication, AdjudicationDecision, SubmissionWithdrawal
from exports.writers import WRITERS
from measures.cells import unguarded
from measures.command import main
from tests.factories.coding import code, make_codebook, make_round
from tests.factories.complaints import load_records
from tests.factories.imports import make_dataset

pytestmark = pytest.mark.django_db
# The command lines that docs/coders.md gives.
COLUMNS = "--unit unit --coder coder"
AGREEMENT = (
    f"{COLUMNS} --value value --where layer=coder --where outcome!=unsure --where outcome!=skipped "
    "--measure krippendorff-alpha --level masi --none .none-applies"
)
PASSAGES = (
    f"{COLUMNS} --value code --start start --end end --length length --where layer=coder --where outcome!=skipped"
)
DIFFICULT = [
    "\U0001f600 The caf\u00e9 closed.\n\n- \U0001f469\u200d\U0001f469\u200d\U0001f467 waited; =1+1 said nobody.",
    'L\'e\u0301cole e\u0301tait ferme\u0301e, "merci".\n=SUM(A1)',
    "\u05de\u05db\u05ea\u05d1 \u05ea\u05dc\u05d5\u05e0\u05d4 \u2067abc\u2069, \u0643\u062a\u0628\u062a \u0644\u0644.",
]


@pytest.fixture
def book(bob):
    return make_codebook(bob)


def rows_of(coding_round, reader, layer=None):
    table = table_of(coding_round, reader, layer)
    return [dict(zip(table.names, row, strict=True)) for row in table.rows]


def code_next(coder, *new, outcome="coded", submit=True):
    assignment = queue.take_next(by=coder)
    for one in new:
        codings.apply_code(assignment=assignment, coding=one, by=coder)
    if submit:
        return codings.submit(assignment=assignment, outcome=outcome, by=coder)
    return assignment


def settle(round_unit, **values):
    moment, person = round_unit.round.opened_at, round_unit.round.created_by
    by_hand = {"state": "settled", "basis": "person", "settled_at": moment, "settled_by": person} | values
    return Adjudication.objects.update_or_create(round_unit=round_unit, defaults=by_hand)[0]


def decide(adjudication, verdict, one=None, **values):
    return AdjudicationDecision.objects.create(adjudication=adjudication, verdict=verdict, code=one, **values)


def csv_of(coding_round, client, query=""):
    answer = client.get(f"/rounds/{coding_round.pk}/data.csv{query}")
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    return [{name: unguarded(cell) for name, cell in row.items()} for row in rows]


def test_every_coding_and_every_submission_without_codings_is_a_row(bob, cody, book):
    running = make_round(bob, [cody], book=book, texts=5)
    delay, rude = code(book, "delay"), code(book, "rude")
    code_next(cody, NewCoding(code=delay, start=4, end=11), NewCoding(code=rude, memo="Tone"))
    code_next(cody, outcome="none-applies")
    code_next(cody, NewCoding(code=delay), outcome="unsure")
    code_next(cody, outcome="unsure")
    code_next(cody, NewCoding(code=delay), outcome="skipped")

    found = rows_of(running, bob)

    assert {(r["outcome"], r["value"], r["start"], r["quote"], r["coding_memo"]) for r in found} == {
        ("coded", "delay", 4, "council", ""),
        ("coded", "rude", None, "", "Tone"),
        ("none-applies", ".none-applies", None, "", ""),
        ("unsure", "delay", None, "", ""),
        ("unsure", ".unsure", None, "", ""),
        ("skipped", ".skipped", None, "", ""),
    }
    assert len(found) == 6
    assert {r["code_parents"] for r in found if r["code"] == "delay"} == {"time"}
    assert {(r["round"], r["codebook"], r["codebook_version"], r["layer"], r["coder"]) for r in found} == {
        (running.pk, book.slug, 1, "coder", "cody")
    }


def test_drafts_and_withdrawn_submissions_do_not_stand(bob, cody, book):
    running = make_round(bob, [cody], book=book, texts=2)
    made = code_next(cody, NewCoding(code=code(book, "delay"), memo="first"))
    code_next(cody, NewCoding(code=code(book, "rude")), submit=False)
    assert [r["value"] for r in rows_of(running, bob)] == ["delay"]

    SubmissionWithdrawal.objects.create(submission=made, kind="taken-back", made_by=cody)

    assert rows_of(running, bob) == []
    drafts = rows_of(running, bob, Layer.DRAFT)
    assert sorted((r["value"], r["submission"], r["outcome"], r["layer"]) for r in drafts) == [
        ("delay", None, "", "draft"), ("rude", None, "", "draft"),
    ]  # fmt: skip


def test_who_codes_in_an_open_blind_round_gets_only_their_own_rows(bob, cody, ada, rita, book):
    running = make_round(bob, [bob, cody], book=book, texts=2, coders_per_unit=2)
    code_next(bob, outcome="unsure")
    code_next(cody, outcome="none-applies")
    settle(running.units.first())

    assert {r["coder"] for r in rows_of(running, bob, Layer.CODER)} == {"bob"}
    assert {r["coder"] for r in rows_of(running, cody)} == {"cody"}
    assert {r["coder"] for r in rows_of(running, ada, Layer.CODER)} == {"bob", "cody"}, "leads, and does not code"
    assert rows_of(running, rita) == []

    rounds.close_round(coding_round=running, by=bob)
    running.refresh_from_db()
    assert {r["coder"] for r in rows_of(running, cody, Layer.CODER)} == {"bob", "cody"}


def test_the_adjudicated_layer_has_the_final_codes_or_says_that_none_applies(bob, cody, ada, book):
    running = make_round(bob, [bob, cody], book=book, texts=3, coders_per_unit=2, agreement_rule="none")
    delay, rude, unclear = (code(book, key) for key in ("delay", "rude", "unclear"))
    for coder in (bob, cody):
        for _ in range(3):
            extra = [NewCoding(code=rude)] if coder == bob else []
            code_next(coder, NewCoding(code=delay, start=4, end=11), *extra)
    rounds.close_round(coding_round=running, by=bob)
    agreed, rejected, decided = running.units.order_by("unit")
    decide(settle(agreed), "accept", delay, start=4, end=11)
    decide(settle(rejected, note="Off topic"), "reject-all", reason="No complaint")
    person = settle(decided)
    decide(person, "accept", delay, start=4, end=11)
    first = decide(person, "accept", rude)
    decide(person, "reject", rude, replaces=first)
    decide(person, "accept", unclear, start=0, end=3, reason="The is unclear")

    found = rows_of(running, ada, Layer.ADJUDICATED)

    assert [(r["unit"], r["outcome"], r["value"], r["quote"], r["coding_memo"], r["basis"]) for r in found] == [
        (agreed.unit_id, "coded", "delay", "council", "", "person"),
        (rejected.unit_id, "none-applies", ".none-applies", "", "", "person"),
        (decided.unit_id, "coded", "unclear", "The", "The is unclear", "person"),
        (decided.unit_id, "coded", "delay", "council", "", "person"),
    ]
    whole = rows_of(running, ada)
    assert [r["unit"] for r in whole] == sorted(r["unit"] for r in whole)
    assert len(whole) == len(found) + len(rows_of(running, ada, Layer.CODER))


def test_an_open_adjudication_is_not_in_the_file(bob, cody, ada, book):
    running = make_round(bob, [cody], book=book, texts=1)
    code_next(cody, outcome="unsure")
    Adjudication.objects.create(round_unit=running.units.get())

    assert rows_of(running, ada, Layer.ADJUDICATED) == []


def test_quotes_are_the_passages_of_the_text_after_reading_the_csv(bob, cody, book, client_of):
    running = make_round(bob, [cody], book=book, texts=DIFFICULT)
    for _ in DIFFICULT:
        assignment = queue.take_next(by=cody)
        length = len(assignment.round_unit.unit.text)
        for start, end in [(0, 1), (2, 9), (12, length), (length - 9, length - 1)]:
            new = NewCoding(code=code(book, "delay"), start=start, end=end)
            codings.apply_code(assignment=assignment, coding=new, by=cody)
        codings.submit(assignment=assignment, outcome="coded", by=cody)

    rows = csv_of(running, client_of(bob))

    assert len(rows) == 12
    assert {row["text"] for row in rows} == set(DIFFICULT)
    assert [row["quote"] for row in rows] == [row["text"][int(row["start"]) : int(row["end"])] for row in rows]
    assert [len(row["text"]) for row in rows] == [int(row["length"]) for row in rows]
    again = [(int(r["unit"]), r["coder"], r["code_parents"], r["code"], int(r["start"])) for r in rows]
    assert again == sorted(again)


def test_a_campaign_that_was_coded_once_names_all_of_its_records(bob, cody, alpha, book):
    letters = {"A-1": "No bus came.", "A-2": "No bus came.", "A-3": "no  bus came.", "A-4": "The roof leaks."}
    load_records(
        make_dataset(alpha, slug="letters"),
        [{"reference": reference, "narrative": text} for reference, text in letters.items()],
    )
    units = freeze_units(
        units=[
            NewUnit(source_kind="complaint-record", source_key=f"letters/{reference}", title="Letter", text=text,
                    language="en", organisation_id=alpha.pk)
            for reference, text in letters.items()
        ],
        by=bob,
    )  # fmt: skip
    planned = make_round(bob, [cody], book=book, texts=0, start=False)
    alike.add_and_compare(coding_round=planned, unit_ids=[unit.pk for unit in units], by=bob)
    alike.code_once(coding_round=planned, firsts=None, by=bob)
    rounds.open_round(coding_round=planned, by=bob)
    for _ in range(2):
        code_next(cody, NewCoding(code=code(book, "delay")))

    first, other = rows_of(planned, bob)

    assert (first["reference"], first["stands_for"]) == ("A-1", f"{units[1].pk} {units[2].pk}")
    assert first["stands_for_references"] == "A-2 A-3"
    assert (other["reference"], other["stands_for"], other["stands_for_references"]) == ("A-4", "", "")


def test_the_source_is_withheld_from_who_may_not_see_it(bob, cody, alpha, beta, charlie, book):
    load_records(make_dataset(alpha, slug="letters"), [{"reference": "A-1", "narrative": "Late."}])
    texts = [("letters/A-1", "Late."), ("hidden/B-1", "Very late.")]
    load_records(make_dataset(beta, slug="hidden", access="restricted"), [{"reference": "B-1"}])
    planned = make_round(bob, [cody], book=book, texts=0, start=False)
    units = freeze_units(
        units=[
            NewUnit(source_kind="complaint-record", source_key=key, title="Letter", text=text, language="en",
                    organisation_id=alpha.pk)
            for key, text in texts
        ],
        by=bob,
    )  # fmt: skip
    rounds.add_units(coding_round=planned, unit_ids=[unit.pk for unit in units], by=bob)
    running = rounds.open_round(coding_round=planned, by=bob)
    for _ in units:
        code_next(cody, outcome="unsure")

    found = rows_of(running, bob)

    assert [(r["source_key"], r["dataset"], r["reference"], r["withheld"], r["text"]) for r in found] == [
        ("letters/A-1", "letters", "A-1", "", "Late."), ("", "", "", "source", "Very late."),
    ]  # fmt: skip


@pytest.mark.parametrize("fmt", [*WRITERS])
def test_page_and_api_give_the_file_in_every_format(client_of, bob, cody, book, fmt):
    running = make_round(bob, [cody], book=book, texts=2)
    code_next(cody, NewCoding(code=code(book, "delay")))
    code_next(cody, outcome="unsure")
    browser = client_of(bob)

    answers = [
        browser.get(f"/rounds/{running.pk}/data.{fmt}"),
        browser.get(f"/api/v1/rounds/{running.pk}/data/", {"format": fmt}),
    ]

    contents = [b"".join(answer.streaming_content) for answer in answers]
    assert [(a.status_code, a.headers["Lipse-Rows"]) for a in answers] == [(200, "2"), (200, "2")]
    assert all(contents)
    assert browser.get(f"/api/v1/rounds/{running.pk}/data/", {"format": fmt, "layer": "x"}).status_code == 400
    assert browser.get(f"/rounds/{running.pk}/data.{fmt}", {"layer": "x"}).status_code == 404


def test_the_number_of_statements_does_not_grow_with_the_rows(bob, cody, book, django_assert_max_num_queries):
    running = make_round(bob, [cody], book=book, texts=12)
    for _ in range(12):
        code_next(cody, NewCoding(code=code(book, "delay")), NewCoding(code=code(book, "rude"), start=0, end=3))
    for round_unit in running.units.all():
        decide(settle(round_unit), "accept", code(book, "delay"))

    with django_assert_max_num_queries(12):
        assert len(rows_of(running, bob)) == 36


def test_agreement_is_computed_from_the_file_alone(tmp_path, bob, cody, ada, book, client_of, capsys):
    running = make_round(bob, [bob, cody], book=book, texts=4, coders_per_unit=2)
    for coder, rest in ((bob, "rude"), (cody, "delay")):
        for key in ("delay", "rude", rest):
            code_next(coder, NewCoding(code=code(book, key), start=0, end=3))
        code_next(coder, outcome="none-applies")
    rounds.close_round(coding_round=running, by=bob)
    settle(running.units.first())
    file = tmp_path / "round.csv"
    file.write_bytes(b"".join(client_of(ada).get(f"/rounds/{running.pk}/data.csv").streaming_content))

    assert main(["agreement", str(file), *AGREEMENT.split()]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["coders"] == ["bob", "cody"]
    assert found["percent"] == 0.75
    assert main(["passage-agreement", str(file), *PASSAGES.split()]) == 0
    assert json.loads(capsys.readouterr().out)["n_used"] == 4
    described = " ".join((settings.BASE_DIR / "docs/coders.md").read_text().split())
    assert AGREEMENT in described
    assert PASSAGES in described
