"""Finding the way: three areas in one row, a grouped menu and a bar under the thumb on a phone, few presses of Tab."""

import pytest
from playwright.sync_api import expect

from tests.factories.casestudies import make_case_study, make_event, make_note
from tests.factories.complaints import load_records, make_dataset
from tests.journeys.accessibility import OVERFLOW
from tests.journeys.keyboard import tab_to

MOST_PRESSES = 6
SMALLEST = 24
# The first link in the rows of a list, whatever they are.
FIRST_RESULT = "main :is(table tbody, ol.records, ul.cards, ul.rows, ul.notes) a"
# Rows of boxes that stand beside each other: the tops of their middles, rounded to a line.
ROWS = """(boxes) => new Set(boxes.filter((box) => box.checkVisibility()).map((box) => {
  const { top, height } = box.getBoundingClientRect();
  return Math.round((top + height / 2) / 12);
})).size"""
SMALL = """(boxes, least) => boxes.filter((box) => box.checkVisibility()).filter((box) => {
  const { width, height } = box.getBoundingClientRect();
  return width < least || height < least;
}).map((box) => box.outerHTML)"""


@pytest.fixture
def lists(transactional_db, alpha, ada):
    case = make_case_study(ada)
    make_event(case, ada)
    make_note(case, ada)
    dataset = make_dataset(alpha, slug="letters", title="Letters to the ombudsman")
    load_records(dataset, [{"reference": f"L-{n}", "subject": f"Damp walls in flat {n}"} for n in range(3)])


def presses_to_the_first_result(page):
    """How often Tab is pressed from the beginning of the page; the link that skips to the list is followed."""
    for pressed in range(1, 80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('a[href=\"#list\"]')"):
            page.keyboard.press("Enter")
            expect(page.locator("#list")).to_be_focused()
        if page.evaluate(f"document.activeElement === document.querySelector('{FIRST_RESULT}')"):
            return pressed
    raise AssertionError(f"no result can be reached with Tab on {page.url}")


def test_few_presses_of_tab_lead_to_the_first_result_of_a_list(page, sign_in, ada, lists):
    sign_in(page, ada)
    presses = {}
    for address in ("/case-studies/", "/events/", "/field-notes/", "/complaint-records/", "/datasets/", "/people/"):
        page.goto(address)
        presses[address] = presses_to_the_first_result(page)

    assert max(presses.values()) <= MOST_PRESSES, presses


def test_all_areas_stand_in_one_row_and_all_their_places_in_another(page, sign_in, ada, lists):
    sign_in(page, ada)
    page.set_viewport_size({"width": 1024, "height": 800})
    for address, places in (("/case-studies/", 8), ("/rounds/", 7), ("/people/", 4)):
        page.goto(address)

        assert page.locator(".site-places a").count() == places
        assert page.locator(".site-bar > *, .site-menu > *, .site-navigation .area").evaluate_all(ROWS) == 1
        assert page.locator(".site-places a").evaluate_all(ROWS) == 1
        assert page.locator(".site-header :is(a, button, input)").evaluate_all(SMALL, SMALLEST) == []


def test_lists_fit_a_page_that_is_enlarged_to_twice_its_size(page, sign_in, ada, lists):
    """Then 1,280 px are 640, and 1,024 px are 512; between 960 and 1,024 px the layout changes."""
    sign_in(page, ada)
    for width in (1280, 1024, 1023, 960, 959, 640, 512, 320):
        page.set_viewport_size({"width": width, "height": 800})
        for address in ("/case-studies/", "/case-studies/?view=cards", "/complaint-records/"):
            page.goto(address)

            assert page.evaluate(OVERFLOW) <= 0, (width, address)


def test_an_area_leads_to_its_places(page, sign_in, axe, ada, lists):
    sign_in(page, ada)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Manage").click()
    page.wait_for_url("**/imports/new/")
    page.get_by_role("navigation", name="Manage").get_by_role("link", name="Audit trail").click()
    page.wait_for_url("**/audit-trail/")

    expect(page.get_by_role("navigation", name="Manage").get_by_role("link", name="Audit trail")).to_have_attribute(
        "aria-current", "page"
    )
    axe(page)


def test_the_search_in_the_head_searches_everything(page, lists):
    page.goto("/vocabularies/")
    tab_to(page, "Search everything")
    page.keyboard.type("damp")
    page.keyboard.press("Enter")

    page.wait_for_url("**/search/?q=damp")


def test_a_phone_has_a_grouped_menu_and_a_bar_under_the_thumb(new_page, sign_in, axe, ada, lists):
    phone = new_page(width=390, height=844)
    sign_in(phone, ada)
    phone.goto("/case-studies/")
    bar = phone.get_by_role("navigation", name="Fieldwork")
    expect(bar.get_by_role("link")).to_have_text(["Today", "Case studies", "Events", "Field notes"])
    box = bar.bounding_box()
    assert box["y"] + box["height"] == pytest.approx(844, abs=1)
    assert bar.get_by_role("link").evaluate_all(SMALL, SMALLEST) == []

    phone.get_by_role("button", name="Menu").click()
    main = phone.get_by_role("navigation", name="Main")
    expect(main.locator(".area")).to_have_text(["Explore", "My work", "Manage"])
    main.get_by_role("link", name="Erasures").click()
    phone.wait_for_url("**/erasures/")
    axe(phone)


def test_the_bar_under_the_thumb_hides_nothing_that_has_the_focus(new_page, sign_in, fay, lists):
    phone = new_page(width=390, height=600)
    sign_in(phone, fay)
    phone.goto("/case-studies/")
    bar = phone.get_by_role("navigation", name="Fieldwork").bounding_box()
    phone.locator(".site-footer a").last.focus()
    last = phone.locator(".site-footer a").last.bounding_box()

    assert last["y"] + last["height"] <= bar["y"]
