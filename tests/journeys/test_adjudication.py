"""A lead coder decides what coders differ in, with the keyboard alone; the coder reads why."""

import pytest

from coding.actions import rounds
from coding.adjudicated import final_codes
from coding.models import Adjudication, AdjudicationDecision
from tests.coding.adjudicating import DELAY, LATE, RUDE, blind_round, coders_at, hand_in
from tests.journeys.keyboard import tab_to


@pytest.fixture
def coders(transactional_db, alpha):
    return coders_at(alpha, "cleo", "cyril")


@pytest.fixture
def running(bob, coders):
    """Two units: of the first the passage of one code and another code differ, of the second one code."""
    running = blind_round(bob, coders, texts=2, title="Pilot round")
    for chosen in ([DELAY, RUDE], [RUDE]):
        hand_in(coders[0], running, *chosen, memo="Clear enough.")
    for chosen in ([LATE], []):
        hand_in(coders[1], running, *chosen)
    return running


def current(page):
    """The difference that the keys act on."""
    return page.locator("[data-item][aria-current]")


def press_and_wait(page, key):
    """Press a key that sends a form, and wait for the page that follows."""
    with page.expect_navigation():
        page.keyboard.press(key)
    page.locator(".adjudication.scripted, .progress").first.wait_for()


def decide(page, key, reason):
    page.keyboard.press(key)
    page.locator("input[name=reason]:focus").wait_for()
    page.keyboard.type(reason)
    press_and_wait(page, "Enter")


def verdicts():
    return list(AdjudicationDecision.objects.order_by("id").values_list("verdict", flat=True))


def test_a_lead_coder_adjudicates_with_the_keyboard_alone_and_the_coder_reads_why(
    page, new_page, sign_in, axe, bob, coders, running
):
    sign_in(page, bob)
    page.goto(f"/rounds/{running.pk}/")
    tab_to(page, "Adjudication")
    page.keyboard.press("Enter")
    page.wait_for_url("**/adjudication/")
    axe(page)
    tab_to(page, "Start deciding")
    page.keyboard.press("Enter")
    page.locator(".adjudication.scripted").wait_for()
    axe(page)
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    axe(page)
    page.keyboard.press("Escape")

    # Moving there and back; the arrows do the same.
    order = [item.get_attribute("id") for item in page.locator("[data-item]").all()]
    assert current(page).get_attribute("id") == order[0]
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    assert current(page).get_attribute("id") == order[2]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("k")
    assert current(page).get_attribute("id") == order[0]

    # A decision with its reason; letters typed into the reason do nothing else. The next open one is current.
    decide(page, "a", "Just x and r: a letter.")
    assert verdicts() == ["accept"]
    assert current(page).get_attribute("id") == order[1]
    decide(page, "r", "Too long.")
    press_and_wait(page, "z")
    assert verdicts() == ["accept", "reject", "undecided"]
    assert current(page).get_attribute("id") == order[1]
    decide(page, "r", "Too long.")
    decide(page, "r", "Not rude.")
    axe(page)
    press_and_wait(page, "Enter")

    # The next unit: all is rejected.
    page.locator(".adjudication.scripted").wait_for()
    decide(page, "x", "None of it.")
    assert verdicts()[-1] == "reject-all"
    press_and_wait(page, "Enter")
    page.wait_for_url("**/adjudication/")
    page.get_by_text("Nothing to decide").wait_for()
    axe(page)
    assert not Adjudication.objects.exclude(state="settled").exists()
    final = final_codes(Adjudication.objects.all())
    assert sorted(len(codes) for codes in final.values()) == [0, 1]

    coder = new_page()
    sign_in(coder, coders[0])
    coder.goto(f"/rounds/{running.pk}/corrections/")
    coder.get_by_text("Corrections are shown when the round is closed.").wait_for()
    rounds.close_round(coding_round=running, by=bob)
    coder.goto("/assignments/mine/")
    coder.get_by_role("link", name="corrections Pilot round").click()
    coder.get_by_text("Not rude.").wait_for()
    coder.get_by_text("None of it.").wait_for()
    axe(coder)


def test_a_passage_selected_in_the_text_can_be_coded_by_the_adjudicator(page, sign_in, bob, running):
    sign_in(page, bob)
    row = Adjudication.objects.order_by("id").first()
    page.goto(row.get_absolute_url())
    page.locator(".adjudication.scripted").wait_for()
    page.evaluate(
        """() => {
          const node = document.querySelector('[data-part=text] [data-start]').firstChild;
          document.getSelection().setBaseAndExtent(node, 4, node, 11);
        }"""
    )
    page.get_by_text("Add a code that no coder chose").click()
    page.locator("#add-passage option[data-selected]").wait_for(state="attached")
    page.locator("#add-code").select_option(label="Unclear")
    page.locator("#reason-add").fill("Which council?")
    with page.expect_navigation():
        page.get_by_role("button", name="Add the code").click()
    made = AdjudicationDecision.objects.get()
    assert (made.code.key, made.start, made.end) == ("unclear", 4, 11)
