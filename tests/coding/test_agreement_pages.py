"""Pages, files, report and API of the agreement of a round, also of a large one."""

import csv
import hashlib
import io
import json
import re
import shlex
from contextlib import redirect_stdout

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from accounts.roles import Role
from coding.actions import rounds
from coding.actions.agreement import MOST_ACTIVE, compute_agreement
from coding.agreement.answers import answer_of
from coding.agreement.asking import question_of
from coding.agreement.jobs import AGREEMENT_COMPUTATIONS
from coding.agreement.questions import Question
from coding.agreement.reading import data_version
from coding.models import AgreementComputation, SubmissionWithdrawal
from jobs.running import run
from measures.command import main
from tests.conftest import person_at
from tests.factories.agreement import make_compared_round, submit_units
from tests.factories.coding import make_codebook, make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def carl(alpha):
    """A second coder at Alpha."""
    return person_at(alpha, "carl", Role.CODER)


@pytest.fixture
def book(bob):
    return make_codebook(bob)


@pytest.fixture
def running(bob, cody, carl, book):
    """A blind round that Cody and Carl have submitted; Bob leads it."""
    return make_compared_round(bob, cody, carl, book)


def page(running, path=""):
    return f"/rounds/{running.pk}/agreement/{path}"


# Pages.


def test_the_page_says_what_was_used_with_which_seed_and_version(client_of, bob, running):
    shown = " ".join(client_of(bob).get(page(running)).content.decode().split())

    assert "Not used: unit with a value of one coder only: 1; unsure: 1." in shown
    assert "seed 11" in shown
    assert str(running.codebook_version) in shown
    assert not re.search(r">\s*nan\b", shown)


def test_each_figure_leads_to_the_units_that_cause_it(client_of, bob, running):
    browser = client_of(bob)
    shown = browser.get(page(running, "units/?code=delay")).content.decode()
    every = browser.get(page(running, "units/?pair=A-B")).content.decode()

    assert "1 unit, most disagreement first" in shown
    assert titles_of(shown) == ["Letter 2"]
    assert titles_of(every) == ["Letter 3", "Letter 2"]
    assert re.search(r"<mark>The<small\s*>[AB]: Rude</small></mark>", every)


def titles_of(shown):
    """The titles of the units of a page, in their order."""
    return re.findall(r"<h2>(Letter \d+)</h2>", shown)


@pytest.mark.parametrize(
    "query", ["code=love", "pair=A-Z", "pair=A", "from_day=yesterday", "page=0", "page=9", "page=x", "level=branch"]
)
def test_units_of_a_figure_that_does_not_exist_are_not_found(client_of, bob, running, query):
    assert client_of(bob).get(page(running, f"units/?{query}")).status_code == 404


def test_after_closing_coders_of_the_round_see_its_texts_and_nobody_else_does(client_of, bob, cody, carl, alpha, book):
    dora = person_at(alpha, "dora", Role.CODER)
    made = make_round(bob, [cody, carl, dora], texts=2, book=book, coders_per_unit=2)
    submit_units(made, book, {cody: {"Letter 1": ["delay"]}, carl: {"Letter 1": ["rude"]}})
    submit_units(made, book, {dora: {"Letter 2": ["rude"]}})
    rounds.close_round(coding_round=made, by=bob)

    for coder in (cody, dora):
        assert titles_of(client_of(coder).get(page(made, "units/")).content.decode()) == ["Letter 1"]
    outsider = person_at(alpha, "olga", Role.CODER)
    assert client_of(outsider).get(page(made, "units/")).status_code == 404


def test_wrong_parameters_have_sentences_on_the_page_and_in_the_api(client_of, bob, running):
    query = "?level=branch&draws=1000000&seed=-1&outcomes=late&colour=red"

    shown = client_of(bob).get(page(running, query))
    answer = client_of(bob).get(f"/api/v1/rounds/{running.pk}/agreement/{query}")

    assert shown.status_code == 400
    assert "from 100 to 10000" in shown.content.decode()
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert {one["field"] for one in answer.json()["errors"]} == {"level", "draws", "seed", "outcomes", "colour"}


@pytest.mark.parametrize("text", ["²", "1" * 13, "1.5", "0"])
def test_a_number_that_is_no_number_is_refused(text):
    with pytest.raises(ValidationError):
        question_of(QueryDict(f"window={text}"), 1)


# Files, report and API agree.

PARTS = ("headline", "levels", "codes", "pairs", "windows", "passages")


def rows_of(answer):
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_the_file_of_figures_is_what_the_api_says(client_of, bob, running):
    browser = client_of(bob)
    rows = rows_of(browser.get(page(running, "figures.csv")))
    body = browser.get(f"/api/v1/rounds/{running.pk}/agreement/").json()
    figures = [
        one for name in ("headline", "levels", "codes", "pairs", "windows", "passages") for one in body["figures"][name]
    ]

    assert len(rows) == len(figures)
    for row, figure in zip(rows, figures, strict=True):
        assert row["measure"] == figure["measure"]
        assert row["value"] == ("" if figure["value"] is None else repr(figure["value"]))
        assert (row["seed"], row["data_version"]) == ("11", body["data_version"])


def test_the_report_can_be_computed_again_from_its_files(client_of, bob, running, tmp_path, monkeypatch):
    browser = client_of(bob)
    body = browser.get(f"/api/v1/rounds/{running.pk}/agreement/").json()
    report = browser.get(page(running, "report/")).content.decode()
    for name in ("ratings", "passages"):
        content = b"".join(browser.get(page(running, f"{name}.csv")).streaming_content)
        (tmp_path / f"agreement-{name}.csv").write_bytes(content)
        assert hashlib.sha256(content).hexdigest() == body[f"{name}_sha256"]
    assert body["ratings_sha256"] in report
    for command, figure in zip(body["commands"], (_head(body), body["figures"]["passages"][0]), strict=True):
        arguments = _arguments(command)
        monkeypatch.chdir(tmp_path)
        with redirect_stdout(io.StringIO()) as printed:
            assert main(arguments) == 0
        found = json.loads(printed.getvalue())
        assert found["value"] == figure["value"]
        assert command.replace("'", "&#x27;") in report


def _head(body):
    return next(one for one in body["figures"]["headline"] if one["distance"] == "masi")


def _arguments(command):
    words = shlex.split(command)
    assert words[:3] == ["python", "-m", "measures"]
    return words[3:]


def test_the_report_names_what_a_reader_must_know(client_of, bob, running):
    report = " ".join(client_of(bob).get(page(running, "report/")).content.decode().split())

    assert "How to cite" in report
    assert f"/rounds/{running.pk}/agreement/report/?" in report
    assert "data version 8-0" in report
    assert "95% percentile bootstrap, units resampled 1,000 times, seed 11" in report
    for unit in running.units.select_related("unit"):
        assert unit.unit.sha256 in report
    assert "Krippendorff (2011)" in report


def test_files_that_do_not_exist_are_not_found(client_of, bob, running):
    assert client_of(bob).get(page(running, "names.csv")).status_code == 404
    assert client_of(bob).get(page(running, "ratings.csv?level=branch")).status_code == 404


# Large rounds.


@pytest.fixture
def large(monkeypatch):
    """Every round is large."""
    monkeypatch.setattr("coding.agreement.results.MOST_AT_ONCE", 0)


def finish(computation):
    assert run(AGREEMENT_COMPUTATIONS, computation.pk)
    computation.refresh_from_db()
    assert computation.state == "finished"


def test_a_large_round_is_computed_by_a_worker_and_its_figures_are_kept(client_of, bob, running, large):
    browser = client_of(bob)
    assert "computed in the background" in browser.get(page(running)).content.decode()
    assert browser.get(f"/api/v1/rounds/{running.pk}/agreement/").status_code == 409
    assert browser.get(page(running, "report/")).status_code == 404

    assert browser.post(page(running, "compute/")).status_code == 303
    computation = AgreementComputation.objects.get()
    waiting = browser.get(page(running)).content.decode()
    finish(computation)
    shown = browser.get(page(running)).content.decode()

    assert "job-progress" in waiting
    assert "Codes, the worst first" in shown
    assert "Compute these figures" not in shown
    assert browser.get(f"/api/v1/rounds/{running.pk}/agreement/").json()["is_current"] is True


def test_kept_figures_say_that_the_data_have_changed_since(client_of, bob, cody, running, large):
    finish(compute_agreement(coding_round=running, question=Question(running.seed), by=bob))
    submission = cody.submissions.get(round_unit__unit__title="Letter 1")
    SubmissionWithdrawal.objects.create(submission=submission, kind="taken-back", made_by=cody)

    shown = " ".join(client_of(bob).get(page(running)).content.decode().split())

    assert "Coders have submitted or taken back units since these figures were computed" in shown
    assert client_of(bob).get(f"/api/v1/rounds/{running.pk}/agreement/").json()["is_current"] is False


def test_the_worker_and_a_request_compute_the_same(bob, running, monkeypatch):
    question = Question(running.seed)
    at_once = answer_of(running, question).result
    monkeypatch.setattr("coding.agreement.results.MOST_AT_ONCE", 0)
    finish(compute_agreement(coding_round=running, question=question, by=bob))

    kept = answer_of(running, question).result

    assert kept.figures == at_once.figures
    assert (kept.ratings_sha256, kept.passages_sha256) == (at_once.ratings_sha256, at_once.passages_sha256)


def test_the_same_request_is_one_computation_and_few_run_at_a_time(bob, running):
    first = compute_agreement(coding_round=running, question=Question(1), by=bob)
    assert compute_agreement(coding_round=running, question=Question(1), by=bob) == first
    for seed in range(2, MOST_ACTIVE + 1):
        compute_agreement(coding_round=running, question=Question(seed), by=bob)

    with pytest.raises(ValidationError, match="being computed"):
        compute_agreement(coding_round=running, question=Question(99), by=bob)


def test_a_worker_is_asked_through_the_api(client_of, bob, running, large):
    address = f"/api/v1/rounds/{running.pk}/agreement/?draws=200"

    answer = client_of(bob).post(address)

    assert answer.status_code == 202
    assert answer.json()["state"] == "waiting"
    finish(AgreementComputation.objects.get())
    assert client_of(bob).get(address).json()["question"]["draws"] == 200


def test_data_versions_differ_after_each_submission_and_withdrawal(running):
    assert data_version(running) == "8-0"
