"""First tasks after signing in, counted: each press, choice and text typed is one action, and there is a goal."""

import json
import re

import pytest
from playwright.sync_api import expect

from casestudies.models import CoCreationEvent, FieldNote
from coding.models import Round
from tests.factories.casestudies import make_case_study, make_event
from tests.factories.coding import make_units
from tests.factories.complaints import load_records, make_dataset
from tests.journeys.test_fieldworker import no_sideways
from tests.journeys.test_partner import ask

# What a person sees of a form before unfolding anything.
IN_VIEW = """() => [...document.querySelectorAll('main :is(input, select, textarea, button)')]
  .filter((one) => one.checkVisibility() && one.type !== 'hidden').length"""
MOST_IN_VIEW = 15


@pytest.fixture
def counted(sign_in):
    """`counted(page, person)`: sign in; the returned object acts on the page and counts."""

    class Counted:
        def __init__(self, page, person):
            self.page, self.actions = page, 0
            page.context.grant_permissions(["clipboard-write"])
            if person:
                sign_in(page, person)

        def press(self, found):
            self.actions += 1
            found.click()

        def fill(self, found, text):
            self.actions += 1
            found.fill(text)

        def choose(self, found, value):
            self.actions += 1
            found.select_option(value)

    return Counted


def under_the_thumb(page, button):
    """Whether the button is in the lower third of the screen, without scrolling."""
    box, screen = button.bounding_box(), page.viewport_size
    return screen["height"] * 2 / 3 < box["y"] and box["y"] + box["height"] <= screen["height"]


def test_a_note_on_a_case_by_phone_takes_three_actions_and_leads_on(new_page, counted, axe, fay):
    case_study = make_case_study(fay, working_title="Gardens")
    make_event(case_study, fay)
    phone = new_page(width=390)
    me = counted(phone, fay)
    phone.goto("/today/")
    today = phone.locator(".under-thumb")
    assert under_the_thumb(phone, today)
    no_sideways(phone)
    me.press(phone.locator("main").get_by_role("link", name="Gardens", exact=True).first)
    write = phone.get_by_role("button", name="Write a note")
    write.wait_for()
    assert under_the_thumb(phone, write)
    me.press(write)
    text = phone.get_by_role("textbox", name="Text")
    text.wait_for()
    assert text.bounding_box()["y"] < phone.viewport_size["height"], "the text is not the first thing on the screen"
    me.fill(text, "Twelve people came.")
    done = phone.get_by_role("link", name="Done")
    expect(done).to_be_visible()

    assert me.actions == 3
    note = FieldNote.objects.get()
    assert (note.case_study, note.text) == (case_study, "Twelve people came.")
    axe(phone)
    done.click()
    expect(phone.get_by_role("navigation", name="What to do next").get_by_role("link")).to_have_count(3)
    no_sideways(phone)


def test_an_event_is_recorded_in_three_short_parts(page, counted, axe, fay):
    case_study = make_case_study(fay)
    me = counted(page, fay)
    page.goto(f"{case_study.get_absolute_url()}events/new/")
    assert page.locator("main form section h2").count() == 3
    assert page.evaluate(IN_VIEW) <= MOST_IN_VIEW
    me.fill(page.get_by_label("Title"), "First walk")
    me.fill(page.get_by_label("Starts"), "2026-11-24T09:00")
    me.choose(page.get_by_label("Format"), "walk-through")
    me.press(page.get_by_role("button", name="Save"))
    page.wait_for_url(re.compile(r"/events/\d+/$"))
    axe(page)

    assert me.actions == 4
    assert CoCreationEvent.objects.get().title == "First walk"


def test_a_refused_field_that_is_folded_is_shown(page, counted, fay):
    case_study = make_case_study(fay)
    counted(page, fay)
    page.goto(f"{case_study.get_absolute_url()}events/new/")
    page.get_by_label("Title").fill("First walk")
    page.get_by_label("Starts").fill("2026-11-24T09:00")
    page.get_by_label("Invited").fill("10")
    page.locator("summary", has_text="accepted").click()
    page.get_by_label("Accepted").fill("20")
    page.get_by_role("button", name="Save").click()
    page.locator(".error-summary").wait_for()

    expect(page.get_by_label("Accepted")).to_be_visible()


def test_a_visitor_reads_what_was_found_about_a_country_with_one_action(page, counted, fay, ada):
    make_case_study(fay, country="EE", access="public", state="approved", reviewer=ada)
    visitor = counted(page, None)
    page.goto("/")
    visitor.press(page.locator("main").get_by_role("link", name="Estonia").first)
    page.wait_for_url("**/countries/EE/**")

    assert visitor.actions == 1
    expect(page.get_by_role("table", name="Headline figures")).to_be_visible()


def test_three_questions_are_asked_at_a_link_after_eight_actions(page, counted, axe, fay):
    me = counted(page, fay)
    page.goto("/questionnaires/")
    me.press(page.get_by_role("button", name="New questionnaire").first)
    me.fill(page.get_by_label("Title"), "Parks and you")
    me.press(page.get_by_role("button", name="Create the draft"))
    me.press(page.get_by_role("button", name="Add several questions"))
    axe(page)
    me.fill(page.get_by_label("Questions"), "Do you like the park?\n- Yes\n- No\nWhat is missing?\nHow old are you?")
    me.press(page.get_by_role("button", name="Save"))
    me.press(page.get_by_role("button", name="Publish and open for answers"))
    links = page.locator("#links")
    links.get_by_role("img", name="QR code").wait_for()
    axe(page)
    me.press(links.get_by_role("button", name="Copy"))

    assert me.actions == 8
    page.goto(links.locator("pre").inner_text().strip())
    expect(page.get_by_role("button", name="Start")).to_be_visible()


def test_a_codebook_of_three_and_a_round_take_ten_actions(page, counted, axe, bob, cody):
    make_units(bob, ["The bus was late.", "No answer came.", "They were rude."])
    me = counted(page, bob)
    page.goto("/codebooks/")
    me.press(page.get_by_role("button", name="New codebook").first)
    me.fill(page.get_by_label("Title"), "Grievances")
    me.fill(page.get_by_label("Codes"), "Delay: waited too long\n- Letter lost\nRudeness")
    axe(page)
    me.press(page.get_by_role("button", name="Create codebook"))
    me.press(page.get_by_role("button", name="Publish version 1"))
    me.press(page.get_by_role("button", name="Plan a round"))
    page.get_by_role("button", name="Create round and choose units").wait_for()
    me.press(page.get_by_label(str(cody)))
    me.press(page.get_by_role("button", name="Create round and choose units"))
    me.press(page.get_by_role("button", name="Add all that match"))
    me.press(page.get_by_role("button", name="Start"))
    page.get_by_text("Started the round.").wait_for()

    assert me.actions == 10
    assert Round.objects.get().codebook_version.codes.count() == 3


def test_a_partner_has_a_token_and_a_first_query_after_four_actions(page, counted, axe, live_server, charlie, alpha):
    load_records(make_dataset(alpha, access="public"), [{"reference": "L-1", "finding": "upheld"}])
    me = counted(page, charlie)
    page.goto("/")
    me.press(page.get_by_role("button", name=str(charlie)))
    me.press(page.get_by_role("link", name="My account"))
    me.press(page.get_by_role("button", name="Create token"))
    told = page.get_by_role("status", name="Your new token")
    told.wait_for()
    axe(page)
    me.press(told.get_by_role("button", name="Copy").nth(2))

    assert me.actions == 4
    token = told.locator("code.token-secret").inner_text().strip()
    address = re.search(r"curl '([^']+)'", told.locator("pre", has_text="curl").inner_text())[1]
    assert [row["reference"] for row in json.loads(ask(address, token))["results"]] == ["L-1"]
    assert {summary.strip() for summary in told.locator("summary").all_inner_texts()} >= {"R", "Python"}
