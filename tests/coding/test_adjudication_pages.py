"""Pages of adjudication and corrections, as they are without JavaScript, and the API."""

import re

import pytest

from coding.actions import adjudication as actions
from coding.actions import rounds
from coding.actions.adjudication import NewDecision
from coding.comparing import comparisons, letters_of
from coding.models import Adjudication
from tests.coding.adjudicating import DELAY, LATE, RUDE, WHOLE, blind_round, code_of, coders_at, hand_in, seen
from tests.markup import squeezed

pytestmark = pytest.mark.django_db


@pytest.fixture
def coders(alpha):
    return coders_at(alpha, "cleo", "cyril")


@pytest.fixture
def running(bob, coders):
    return blind_round(bob, coders)


@pytest.fixture
def differing(running, coders):
    hand_in(coders[0], running, DELAY, RUDE, memo="Nine months is long.")
    hand_in(coders[1], running, LATE)
    return Adjudication.objects.get()


def sent(adjudication, act, chosen=None, **values):
    """What a form of the page sends."""
    running = adjudication.round_unit.round
    if chosen is not None:
        passage = "" if chosen[1] is None else f"{chosen[1]}-{chosen[2]}"
        values |= {"code": code_of(running, chosen[0]).pk, "passage": passage}
    return {"act": act, "version": seen(adjudication)} | values


def texts(answer):
    return squeezed(answer.content.decode())


def test_a_lead_coder_decides_and_settles_by_plain_forms(client_of, bob, running, differing):
    browser, address = client_of(bob), differing.get_absolute_url()
    listed = texts(browser.get(f"/rounds/{running.pk}/adjudication/"))
    assert "0 of 3" in listed
    assert "Same code, different passage" in listed
    wrong = browser.post(address, sent(differing, "accept", LATE, reason=" "))
    assert wrong.status_code == 422
    assert "Enter a reason." in texts(wrong)
    answer = browser.post(address, sent(differing, "accept", LATE, reason="Whole sentence."))
    assert (answer.status_code, answer.url[: len(address)]) == (303, address)
    assert "#mark-" in answer.url
    browser.post(address, sent(differing, "reject", DELAY, reason="Too short."))
    early = browser.post(address, sent(differing, "settle"))
    assert early.status_code == 422
    assert "Decide the open differences first: 1." in texts(early)
    last = browser.post(address, sent(differing, "reject", RUDE, reason="Not rude."))
    assert last.url == f"{address}#settle"
    done = browser.post(address, sent(differing, "settle"))
    assert done.url == f"/rounds/{running.pk}/adjudication/"
    assert "Decided by a person" in texts(browser.get(done.url, {"show": "settled"}))
    again = browser.post(address, sent(differing, "reopen", reason="A second look."))
    assert again.status_code == 303
    assert "Reopened: A second look." in texts(browser.get(address))


def test_what_somebody_else_decided_asks_and_keeps_the_reason(client_of, bob, differing):
    body = sent(differing, "accept", RUDE, reason="My words.")
    client_of(bob).post(differing.get_absolute_url(), sent(differing, "reject", DELAY, reason="x"))
    answer = client_of(bob).post(differing.get_absolute_url(), body)
    page = texts(answer)
    assert answer.status_code == 422
    assert "This unit has changed since you opened it." in page
    assert 'value="My words."' in page
    assert f'name="version" value="{seen(differing)}"' in page


def test_coders_are_letters_on_the_page(client_of, bob, coders, differing):
    page = client_of(bob).get(differing.get_absolute_url()).content.decode()
    assert not [coder for coder in coders if coder.username in page.casefold() or coder.name in page]
    assert "Coder A" in page
    assert "Coder B" in page
    assert "Nine months is long." in page


def test_the_letters_of_coders_are_shuffled_anew_for_each_unit(coders, differing):
    unit = differing.round_unit
    votes = comparisons([unit], "all-agree")[unit.pk].votes
    orders = {tuple(sorted(letters_of(number, votes), key=letters_of(number, votes).get)) for number in range(40)}
    assert letters_of(unit.pk, votes) == letters_of(unit.pk, list(reversed(votes)))
    assert orders == {(coders[0].pk, coders[1].pk), (coders[1].pk, coders[0].pk)}


def test_the_pieces_of_the_page_are_the_text(client_of, bob, differing):
    page = client_of(bob).get(differing.get_absolute_url()).content.decode()
    box = page[page.index("<pre") : page.index("</pre>")]
    shown = re.sub(r'<a class="ref".*?</a>', "", box[box.index(">") + 1 :], flags=re.S)
    assert re.sub(r"<[^>]*>", "", shown) == differing.round_unit.unit.text


def test_the_list_is_filtered_by_code_and_by_kind_of_difference(client_of, bob, running, differing):
    browser, address = client_of(bob), f"/rounds/{running.pk}/adjudication/"
    title = differing.round_unit.unit.title
    for query, is_listed in [
        ({"code": "rude"}, True),
        ({"code": "unclear"}, False),
        ({"kind": "passage"}, True),
        ({"kind": "unsure"}, False),
        ({"show": "settled"}, False),
        ({"show": "all"}, True),
    ]:
        assert (f">{title}<" in browser.get(address, query).content.decode()) is is_listed, query
    assert browser.get(address, {"code": "nothing"}).status_code == 400


def test_a_lead_who_codes_in_the_blind_round_sees_nothing_of_it(client_of, bob, cody):
    running = blind_round(bob, [bob, cody])
    hand_in(bob, running, DELAY)
    hand_in(cody, running, RUDE)
    row = Adjudication.objects.get()
    page = texts(client_of(bob).get(f"/rounds/{running.pk}/adjudication/"))
    assert "You code in this blind round yourself" in page
    assert row.round_unit.unit.title not in page
    assert client_of(bob).get(row.get_absolute_url()).status_code == 404
    assert client_of(bob).post(f"/rounds/{running.pk}/adjudication/compare/").status_code == 403


def test_units_that_were_not_compared_are_compared_by_a_button(client_of, bob, coders):
    running = blind_round(bob, coders[:1])
    hand_in(coders[0], running)
    browser, address = client_of(bob), f"/rounds/{running.pk}/adjudication/"
    assert "1 unit was submitted and not compared yet." in texts(browser.get(address))
    answer = browser.post(f"{address}compare/", follow=True)
    assert "Compared 1 unit; 1 of them settled by the rule of the round." in texts(answer)


def settled_and_closed(differing, bob, running):
    for verdict, chosen, reason in [
        ("accept", LATE, "Whole sentence."),
        ("reject", DELAY, "Too short."),
        ("reject", RUDE, "Not rude."),
        ("accept", WHOLE, "Overlooked."),
    ]:
        new = NewDecision(verdict, reason, code_of(running, chosen[0]), chosen[1], chosen[2])
        actions.decide(adjudication=differing, decision=new, seen=seen(differing), by=bob)
    actions.settle(adjudication=differing, seen=seen(differing), by=bob)
    rounds.close_round(coding_round=running, by=bob)


def test_a_coder_sees_corrections_with_reasons_only_when_the_round_is_closed(
    client_of, bob, coders, running, differing
):
    browser, address = client_of(coders[0]), f"/rounds/{running.pk}/corrections/"
    before = texts(browser.get(address))
    assert "Corrections are shown when the round is closed." in before
    settled_and_closed(differing, bob, running)
    page = texts(browser.get(address))
    for reason in ("Whole sentence.", "Too short.", "Not rude.", "Overlooked."):
        assert reason in page
        assert reason not in before
    rows = re.findall(r'<th scope="row">(\w+)</th>.*?">(\d)</td>.*?">(\d)</td>.*?">(\d)</td>', page)
    assert rows == [("Delay", "0", "1", "1"), ("Rude", "0", "1", "0"), ("Unclear", "0", "0", "1")]
    other = texts(client_of(coders[1]).get(address))
    assert "Not rude." not in other
    assert f"/rounds/{running.pk}/corrections/" in texts(browser.get("/assignments/mine/"))


def test_the_api_shows_decisions_to_coders_only_when_the_round_is_closed(
    api_client, token_for, bob, coders, running, differing
):
    as_coder = {"HTTP_AUTHORIZATION": f"Bearer {token_for(coders[0])}"}
    assert api_client.get("/api/v1/adjudications/", **as_coder).json()["results"] == []
    settled_and_closed(differing, bob, running)
    [row] = api_client.get("/api/v1/adjudications/", **as_coder).json()["results"]
    assert (row["state"], row["basis"], row["is_by_a_coder"]) == ("settled", "person", False)
    assert [(d["code_key"], d["start"], d["verdict"], d["reason"]) for d in row["decisions"]] == [
        ("unclear", None, "accept", "Overlooked."),
        ("delay", 0, "reject", "Too short."),
        ("delay", 0, "accept", "Whole sentence."),
        ("rude", 40, "reject", "Not rude."),
    ]
    assert not any(one["is_by_rule"] for one in row["decisions"])


def test_a_list_and_corrections_of_many_units_take_no_more_queries_than_of_one(
    client_of, bob, coders, django_assert_max_num_queries
):
    running = blind_round(bob, coders, texts=6)
    for _ in range(6):
        hand_in(coders[0], running, DELAY, RUDE)
        hand_in(coders[1], running, RUDE)
    rows = list(Adjudication.objects.all())
    with django_assert_max_num_queries(31):
        assert client_of(bob).get(f"/rounds/{running.pk}/adjudication/").status_code == 200
    for row in rows:
        new = NewDecision("reject", "Too short.", code_of(running, "delay"), 0, 11)
        actions.decide(adjudication=row, decision=new, seen=seen(row), by=bob)
        actions.settle(adjudication=row, seen=seen(row), by=bob)
    rounds.close_round(coding_round=running, by=bob)
    with django_assert_max_num_queries(31):
        page = texts(client_of(coders[0]).get(f"/rounds/{running.pk}/corrections/"))
    assert page.count("Too short.") == 6
