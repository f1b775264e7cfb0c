"""The texts of a round as lead coders and, after closing, coders read them."""

import re

import pytest

from coding.actions import codings, queue, rounds
from coding.actions.codings import NewCoding
from coding.models import Assignment, SubmissionWithdrawal
from tests.coding.test_data_file import code_next, decide, settle
from tests.factories.coding import code, make_codebook, make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(bob):
    return make_codebook(bob)


def states(client, coding_round, **query):
    answer = client.get(f"/rounds/{coding_round.pk}/texts/", query)
    assert answer.status_code == 200
    return {row.round_unit.unit_id: row.state for row in answer.context["texts"]}


def listed(client, coding_round, **query):
    return list(states(client, coding_round, **query))


def test_every_text_has_its_state(client_of, ada, bob, cody, book):
    running = make_round(ada, [bob, cody], book=book, texts=6, coders_per_unit=2)
    for outcome in ("unsure", "unsure", "skipped", "coded"):
        new = [NewCoding(code=code(book, "delay"))] if outcome == "coded" else []
        code_next(bob, *new, outcome=outcome)
    mine = [made.unit_id for made in running.units.filter(submissions__coder=bob).order_by("submissions__id")]
    Assignment.objects.filter(round=running, coder=cody).delete()
    for unit, outcome in ((mine[0], "unsure"), (mine[2], "skipped")):
        hand_to(cody, running.units.get(unit=unit))
        code_next(cody, outcome=outcome)
    settle(running.units.get(unit=mine[3]))
    free = running.units.exclude(unit__in=mine).order_by("position")
    hand_to(cody, free[0])
    queue.take_next(by=cody)

    found = states(client_of(ada), running)

    assert [found[unit] for unit in mine] == [
        "2 of 2 submitted", "1 of 2 submitted", "No coder left: 0 of 2 submitted", "Settled: 1 of 2 submitted",
    ]  # fmt: skip
    assert [found[one.unit_id] for one in free] == ["Started", "Free"]
    assert listed(client_of(ada), running, state="stuck") == [mine[2]]
    assert listed(client_of(ada), running, state="settled") == [mine[3]]


def hand_to(coder, round_unit):
    """Assigns the unit to the coder, who then gets it next."""
    slot = Assignment.objects.filter(round_unit=round_unit, coder=None, submitted_at=None).first()
    if slot is None:
        last = Assignment.objects.filter(round_unit=round_unit).order_by("slot").last()
        slot = Assignment(round_unit=round_unit, round_id=round_unit.round_id, slot=last.slot + 1)
    slot.coder = coder
    slot.save()


def test_texts_are_filtered_by_coder_code_outcome_flag_and_words(client_of, ada, bob, cody, book):
    running = make_round(ada, [bob, cody], book=book, texts=["The river floods.", "Nobody answers.", "A third."])
    first = code_next(bob, NewCoding(code=code(book, "delay")))
    second = code_next(cody, outcome="none-applies")
    assignment = queue.take_next(by=cody)
    queue.annotate(assignment=assignment, by=cody, memo="Look at this.", is_flagged=True)
    codings.apply_code(assignment=assignment, coding=NewCoding(code=code(book, "rude")), by=cody)
    client, unit = client_of(ada), {"first": first.round_unit.unit_id, "second": second.round_unit.unit_id}

    assert listed(client, running, coder="bob") == [unit["first"]]
    assert listed(client, running, code="delay") == [unit["first"]]
    assert listed(client, running, code="rude") == [], "not submitted"
    assert listed(client, running, outcome="none-applies") == [unit["second"]]
    assert listed(client, running, flagged="true") == [assignment.round_unit.unit_id]
    assert len(listed(client, running, flagged="false")) == 2
    assert len(listed(client, running, search="floods river")) == 1
    assert len(listed(client, running)) == 3
    assert "Look at this." in client.get(f"/rounds/{running.pk}/texts/").text
    assert client.get(f"/rounds/{running.pk}/texts/", {"state": "x"}).status_code == 400


def test_a_lead_who_codes_in_an_open_blind_round_sees_no_work_of_others(client_of, bob, cody, book):
    running = make_round(bob, [bob, cody], book=book, texts=2, coders_per_unit=2)
    for _ in range(2):
        assignment = queue.take_next(by=cody)
        queue.annotate(assignment=assignment, by=cody, memo="Secret memo.", is_flagged=True)
        codings.apply_code(assignment=assignment, coding=NewCoding(code=code(book, "rude")), by=cody)
        codings.submit(assignment=assignment, outcome="coded", by=cody)
    mine = code_next(bob, outcome="unsure")
    (other,) = running.units.exclude(pk=mine.round_unit_id)
    client = client_of(bob)

    assert states(client, running) == {mine.round_unit.unit_id: "Submitted", other.unit_id: "Not shown to coders yet"}
    for query in ({"flagged": "true"}, {"code": "rude"}, {"coder": "cody"}, {"outcome": "coded"}, {"state": "settled"}):
        assert listed(client, running, **query) == []
    for address in ("", f"{other.unit_id}/", f"{mine.round_unit.unit_id}/?coder=cody"):
        text = re.sub(r"<form.*?</form>", "", client.get(f"/rounds/{running.pk}/texts/{address}").text, flags=re.S)
        assert not [word for word in ("Secret memo.", "cody", "Cody", "Rude", "of 2") if word in text]


def test_coders_read_the_texts_when_the_round_is_closed(client_of, bob, cody, charlie, ada, book):
    running = make_round(ada, [bob, cody], book=book, texts=1)
    made = code_next(bob, NewCoding(code=code(book, "rude"), start=0, end=11, memo="Cold."))
    address = f"/rounds/{running.pk}/texts/{made.round_unit.unit_id}/"
    assert [client_of(cody).get(page).status_code for page in (f"/rounds/{running.pk}/texts/", address)] == [403, 403]

    rounds.close_round(coding_round=running, by=ada)

    text = client_of(cody).get(address).text
    assert all(word in text for word in ("Rude", "Bob", "Cold.", '<mark class="depth-of-1">The council</mark>'))
    assert client_of(charlie).get(address).status_code == 404


def test_the_page_of_a_text_has_all_passages_or_those_of_one_coder(client_of, ada, bob, cody, book):
    running = make_round(ada, [bob, cody], book=book, texts=["A <b>& café</b> 😀 closed."], coders_per_unit=2)
    delay, rude = code(book, "delay"), code(book, "rude")
    made = code_next(bob, NewCoding(code=delay, start=2, end=13), NewCoding(code=rude))
    code_next(cody, NewCoding(code=rude, start=5, end=17), NewCoding(code=rude, start=2, end=13))
    decide(settle(made.round_unit), "accept", delay, start=2, end=13, reason="It took months.")
    client, address = client_of(ada), f"/rounds/{running.pk}/texts/{made.round_unit.unit_id}/"

    whole, page = client.get(address), client.get(address).text

    passages = whole.context["text_page"].passages
    assert [(p.number, p.quote, [(str(c.code), w.name) for c, w in p.codes]) for p in passages] == [
        (1, "<b>& café</", [("Delay", "Bob"), ("Rude", "Cody"), ("Delay", "Adjudicated")]),
        (2, "& café</b> 😀", [("Rude", "Cody")]),
    ]
    assert "<b>" not in page.split('class="read-text"')[1].split("</div>")[0]
    assert re.findall(r'href="#passage-(\d)"', page) == re.findall(r'id="mark-(\d)"', page) == ["1", "2"]
    assert "It took months." in page
    only = client.get(address, {"coder": "bob"}).context["text_page"]
    assert [p.quote for p in only.passages] == ["<b>& café</"]
    assert [str(c.code) for c, _work in only.on_whole_unit] == ["Rude"]


def test_the_history_names_what_was_taken_back_and_reopened_with_the_reason(client_of, ada, cody, book):
    running = make_round(ada, [cody], book=book, texts=1)
    made = code_next(cody, outcome="unsure")
    SubmissionWithdrawal.objects.create(submission=made, kind="reopened", reason="The code changed.", made_by=ada)

    text = client_of(ada).get(f"/rounds/{running.pk}/texts/{made.round_unit.unit_id}/").text

    assert "Reopened by a lead coder" in text
    assert "The code changed." in text


def test_the_pages_cost_the_same_number_of_statements_for_any_number_of_texts(
    client_of, ada, bob, cody, book, django_assert_max_num_queries
):
    running = make_round(ada, [bob, cody], book=book, texts=12, coders_per_unit=2)
    for coder in (bob, cody):
        for _ in range(12):
            code_next(coder, NewCoding(code=code(book, "delay"), start=0, end=3), NewCoding(code=code(book, "rude")))
    for round_unit in running.units.all():
        decide(settle(round_unit), "accept", code(book, "rude"))
    client = client_of(ada)

    with django_assert_max_num_queries(18):
        assert len(listed(client, running)) == 12
    with django_assert_max_num_queries(24):
        assert client.get(f"/rounds/{running.pk}/texts/{running.units.first().unit_id}/").status_code == 200
