"""Agreement of a round from the database: what counts, and who sees it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from coding.actions import queue, rounds
from coding.agreement.answers import answer_of
from coding.agreement.questions import Question
from coding.agreement.reading import people_of, read
from coding.models import Round, SubmissionWithdrawal
from tests.conftest import person_at
from tests.factories.agreement import apply_codes, make_compared_round, submit_units
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


def percent(running, **question):
    found = answer_of(running, Question(seed=1, draws=100, **question)).result.figures.headline
    return next(one for one in found if one.measure == "percent")


def test_published_values_are_reached_through_the_database(bob, cody, carl, book):
    both = {"delay|delay": 4, "delay|rude": 1, "rude|delay": 2, "rude|rude": 3}
    cells = [pair.split("|") for pair, times in both.items() for _ in range(times)]
    made = make_round(bob, [cody, carl], texts=len(cells), book=book, coders_per_unit=2)
    titles = [f"Letter {n + 1}" for n in range(len(cells))]
    answers = {
        cody: {title: [one] for title, (one, _) in zip(titles, cells, strict=True)},
        carl: {title: [other] for title, (_, other) in zip(titles, cells, strict=True)},
    }
    submit_units(made, book, answers)

    found = {one.measure: one for one in answer_of(made, Question(seed=1, draws=100)).result.figures.headline}

    # The textbook table 20, 5, 10, 15 divided by five: kappa, pi and percent do not depend on the number of units.
    assert round(found["cohen-kappa"].value, 5) == 0.4
    assert round(found["scott-pi"].value, 5) == 0.39394
    assert round(found["percent"].value, 5) == 0.7
    assert round(found["gwet-ac1"].value, 5) == 0.40594
    assert round(found["brennan-prediger"].value, 5) == 0.4


def test_unsure_is_excluded_with_its_reason_and_none_applies_is_a_value(running):
    found = percent(running)

    assert (found.units, found.n_used) == (3, 6)
    assert found.excluded == {"unsure": 1, "unit with a value of one coder only": 1}
    assert percent(running, outcomes=("unsure",)).n_used == 8


def test_drafts_never_count(bob, cody, carl, book, running):
    other = make_round(bob, [cody, carl], texts=1, book=book, coders_per_unit=2)
    apply_codes(queue.take_next(by=cody, coding_round=other), cody, book, ["delay"])

    result = answer_of(other, Question(seed=1, draws=100)).result

    assert (result.submitted, result.drafts) == (0, 1)
    assert result.figures.headline[0].value is None


def test_withdrawn_submissions_never_count(bob, cody, running):
    coded, before = read(running)
    submission = cody.submissions.get(round_unit__unit__title="Letter 1")
    SubmissionWithdrawal.objects.create(submission=submission, kind="reopened", reason="A wrong key.", made_by=bob)

    after, version = read(running)

    assert (before, version) == ("8-0", "8-1")
    assert (coded.unit.size, after.unit.size, after.drafts) == (8, 7, 1)


def test_a_round_is_read_in_a_fixed_number_of_statements(bob, cody, carl, book, running):
    larger = make_round(bob, [cody, carl], texts=9, book=book, coders_per_unit=2)
    submit_units(larger, book, {cody: {f"Letter {n}": ["delay", "rude:0:4"] for n in range(1, 10)}})
    read(running)  # the codes of a published version are read once
    counts = []
    for one in (running, larger):
        found = Round.objects.select_related("codebook_version").get(pk=one.pk)
        with CaptureQueriesContext(connection) as statements:
            read(found)
        counts.append(len(statements))

    assert counts[0] == counts[1] == 6


def test_what_was_submitted_between_two_statements_is_read_again(running, monkeypatch):
    versions = iter(["7-0", "8-0", "8-0"])
    monkeypatch.setattr("coding.agreement.reading.data_version", lambda _round: next(versions))

    assert read(running)[1] == "8-0"


# Who may see it.


def test_in_an_open_blind_round_only_leads_who_do_not_code_in_it_see_agreement(
    client_of, bob, cody, carl, charlie, alpha, book, running
):
    second = person_at(alpha, "lena", Role.LEAD_CODER)
    coding_lead = make_round(bob, [bob, cody], book=book, coders_per_unit=2)

    assert client_of(bob).get(page(running)).status_code == 200
    assert client_of(cody).get(page(running)).status_code == 404
    assert client_of(charlie).get(page(running)).status_code == 404
    assert client_of(bob).get(page(coding_lead)).status_code == 404
    assert client_of(second).get(page(coding_lead)).status_code == 200


@pytest.mark.parametrize("path", ["", "units/", "report/", "ratings.csv", "passages.csv", "figures.csv"])
def test_no_page_or_file_of_a_blind_round_is_open_to_its_coders_before_it_closes(client_of, bob, cody, running, path):
    assert [status(client_of(who), running, path) for who in (cody, bob)] == [404, 200]

    Round.objects.filter(pk=running.pk).update(state="paused")
    assert [status(client_of(who), running, path) for who in (cody, bob)] == [404, 200]

    Round.objects.filter(pk=running.pk).update(state="open")
    rounds.close_round(coding_round=running, by=bob)
    assert [status(client_of(who), running, path) for who in (cody, bob)] == [200, 200]


def status(browser, running, path):
    """The status of an answer, which may be a file; a file is read to its end, which closes it."""
    answer = browser.get(page(running, path))
    if answer.streaming:
        assert b"".join(answer.streaming_content)
    return answer.status_code


def test_a_lead_who_has_submitted_and_is_no_coder_of_the_round_any_more_stays_blind(client_of, bob, cody, book):
    made = make_round(bob, [bob, cody], texts=1, book=book, coders_per_unit=2)
    submit_units(made, book, {bob: {"Letter 1": ["delay"]}})
    made.coders.filter(coder=bob).delete()

    assert client_of(bob).get(page(made)).status_code == 404


def test_the_api_hides_what_the_pages_hide(client_of, bob, cody, running):
    address = f"/api/v1/rounds/{running.pk}/agreement/"

    assert client_of(bob).get(address).status_code == 200
    assert client_of(cody).get(address).status_code == 404
    assert client_of(cody).post(address).status_code == 404


def test_coders_are_named_to_leads_and_letters_to_each_other(client_of, bob, cody, carl, running):
    rounds.close_round(coding_round=running, by=bob)

    for_lead = client_of(bob).get(page(running)).content.decode()
    for_coder = client_of(cody).get(page(running)).content.decode()

    assert "(Carl)" in for_lead
    assert "Carl" not in for_coder
    assert "(you)" in for_coder
    assert "(Carl)" not in client_of(bob).get(page(running, "report/")).content.decode()
    assert "(Carl)" in client_of(bob).get(page(running, "report/?names=yes")).content.decode()
    assert "(Carl)" not in client_of(cody).get(page(running, "report/?names=yes")).content.decode()


def test_the_letters_of_coders_do_not_depend_on_who_asks(running):
    letters = {letter: person.pk for letter, person in people_of(running).items()}

    assert list(letters) == ["A", "B"]
    assert letters == {letter: person.pk for letter, person in people_of(running).items()}


def test_coders_see_no_counts_of_codes_over_texts_that_they_may_not_read(client_of, bob, cody, running):
    rounds.close_round(coding_round=running, by=bob)

    assert "Submissions with it" in client_of(bob).get(page(running)).content.decode()
    assert "Submissions with it" not in client_of(cody).get(page(running)).content.decode()
    address = f"/api/v1/rounds/{running.pk}/agreement/"
    assert client_of(bob).get(address).json()["figures"]["counts"] == {"delay": 3, "rude": 4}
    assert client_of(cody).get(address).json()["figures"]["counts"] == {}
