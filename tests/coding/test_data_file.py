"""The data file of a round."""

import csv
import io

import pytest

from coding.actions import codings, queue
from coding.actions.codings import NewCoding
from coding.data_file import Layer, table_of
from coding.models import Adjudication, AdjudicationDecision, RoundUnit, SubmissionWithdrawal
from measures.cells import unguarded
from tests.factories.coding import code, make_codebook, make_round

pytestmark = pytest.mark.django_db
DIFFICULT = [
    "😀 The café closed.\n\n- 👩\u200d👩\u200d👧 waited; =1+1 said nobody.",
    "Ecole\u0301 e\u0301tait ferme\u0301e, \"merci\".",
    "\u05de\u05db\u05ea\u05d1 \u05ea\u05dc\u05d5\u05e0\u05d4 \u2067abc\u2069, \u0643\u062a\u0628\u062a \u0644\u0644\u0628\u0644\u062f\u064a\u0629.",
]  # fmt: skip


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


def settle(round_unit, basis="all-agree", **values):
    moment = round_unit.round.opened_at
    return Adjudication.objects.create(
        round_unit=round_unit, state="settled", basis=basis, settled_at=moment, settled_by=round_unit.round.created_by,
        **values,
    )  # fmt: skip


def decide(adjudication, verdict, one=None, **values):
    return AdjudicationDecision.objects.create(adjudication=adjudication, verdict=verdict, code=one, **values)


def test_every_coding_and_every_submission_without_codings_is_a_row(bob, cody, book):
    running = make_round(bob, [cody], book=book, texts=5)
    delay, rude = code(book, "delay"), code(book, "rude")
    code_next(cody, NewCoding(code=delay, start=4, end=11), NewCoding(code=rude, memo="Tone"))
    code_next(cody, outcome="none-applies")
    code_next(cody, NewCoding(code=delay), outcome="unsure")
    code_next(cody, outcome="unsure")
    code_next(cody, NewCoding(code=delay), outcome="skipped")

    found = rows_of(running, bob)

    assert sorted((r["outcome"], r["value"], r["start"], r["quote"], r["coding_memo"]) for r in found) == sorted(
        [
            ("coded", "delay", 4, "council", ""),
            ("coded", "rude", None, "", "Tone"),
            ("none-applies", ".none-applies", None, "", ""),
            ("unsure", "delay", None, "", ""),
            ("unsure", ".unsure", None, "", ""),
            ("skipped", ".skipped", None, "", ""),
        ],
        key=str,
    ) or len(found) == 6
    assert {r["code_parents"] for r in found if r["code"] == "delay"} == {"time"}
    assert {(r["round"], r["codebook"], r["codebook_version"], r["layer"]) for r in found} == {
        (running.pk, book.slug, 1, "coder")
    }
