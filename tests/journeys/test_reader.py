"""A reader looks for records, narrows them, reads one and comes back to where she was."""

import pytest
from playwright.sync_api import expect

from tests.factories.complaints import load_records, make_dataset


@pytest.fixture
def letters(transactional_db, alpha):
    dataset = make_dataset(alpha, slug="letters", title="Letters to the ombudsman", languages=["en", "fr"])
    texts = ["The landlord delayed the repairs of the damp walls.", "L'humidité des murs, réparations."]
    rows = [
        {"reference": f"L-{n}", "subject": f"Damp walls in flat {n}", "country": ["GB", "FR"][n % 2],
         "language": ["en", "fr"][n % 2], "finding": ["upheld", "not-upheld", ""][n % 3],
         "narrative": texts[n % 2],
         "received_on": f"2026-01-{1 + n % 28:02}", "case_reference": "C-1" if n < 2 else ""}
        for n in range(70)
    ]  # fmt: skip
    return load_records(dataset, rows)


def test_a_reader_searches_narrows_reads_and_comes_back(page, sign_in, axe, rita, letters):
    sign_in(page, rita)
    page.goto("/complaint-records/")
    axe(page)
    expect(page.get_by_text("1-50 of 70 records", exact=True)).to_be_visible()

    page.get_by_label("Search text").fill("repair")
    page.get_by_label("Search text").press("Enter")
    page.wait_for_url("**search=repair**")
    expect(page.get_by_text("35 records", exact=True)).to_be_visible()
    expect(page.locator("mark").first).to_have_text("repairs")

    page.locator("#facet-finding + ul").get_by_role("link", name="Not upheld").click()
    page.wait_for_url("**finding=not-upheld**")
    narrowed = page.url
    axe(page)

    page.locator("#list a").first.click()
    expect(page.locator(".reading-text mark").first).to_be_visible()
    axe(page)

    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link").first.click()
    page.wait_for_url("**finding=not-upheld**")
    assert sorted(page.url.split("?")[1].split("&")) == sorted(narrowed.split("?")[1].split("&"))


def test_a_reader_pages_by_keyboard_on_a_phone(new_page, axe, letters):
    phone = new_page(width=390, height=844)
    phone.goto("/complaint-records/")
    following = phone.get_by_role("link", name="Next page")
    following.focus()
    phone.keyboard.press("Enter")
    phone.wait_for_url("**cursor=**")
    expect(phone.get_by_role("link", name="Previous page")).to_be_visible()
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    axe(phone)


@pytest.mark.parametrize("width", [1280, 390])
def test_records_are_a_table_and_a_map_that_lead_on(new_page, axe, letters, width):
    page = new_page(width=width, height=844)
    page.goto("/complaint-records/?finding=upheld")
    views = page.get_by_role("navigation", name="Show as")
    views.get_by_role("link", name="Table").click()
    page.wait_for_url("**view=table**")
    expect(page.locator("table.stack tbody tr")).to_have_count(24)
    axe(page)
    views.get_by_role("link", name="Map").click()
    page.wait_for_url("**view=map**")
    expect(page.locator("svg.map")).to_be_visible()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(".map-pair tbody a").first.click()
    page.wait_for_url("**country=**")
    assert "finding=upheld" in page.url


def test_an_empty_result_says_what_to_do(page, axe, letters):
    page.goto("/complaint-records/?search=nowhere")
    expect(page.get_by_role("heading", name="No records match")).to_be_visible()
    axe(page)


def test_records_are_explored_without_javascript(new_page, letters):
    page = new_page(java_script_enabled=False)
    page.goto("/complaint-records/")
    page.get_by_label("Search text").fill("repair")
    page.get_by_label("Search text").press("Enter")
    page.wait_for_url("**search=repair**")
    expect(page.get_by_text("35 records", exact=True)).to_be_visible()
    page.locator("#facet-finding + ul").get_by_role("link", name="Not upheld").click()
    page.wait_for_url("**finding=not-upheld**")
    views = page.get_by_role("navigation", name="Show as")
    views.get_by_role("link", name="Map").click()
    page.wait_for_url("**view=map**")
    expect(page.locator("svg.map")).to_be_visible()
    page.locator(".map-pair tbody a").first.click()
    page.wait_for_url("**country=**")
    assert {"search=repair", "finding=not-upheld"} <= set(page.url.partition("?")[2].split("&"))
    page.goto("/complaint-records/")
    page.get_by_role("link", name="Next page").first.click()
    page.wait_for_url("**cursor=**")
    expect(page.get_by_text("51-70 of 70 records", exact=True)).to_be_visible()
    page.locator("#list a[href^='/complaint-records/']").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Damp walls in flat")


def test_counts_that_take_longer_are_one_link_away_without_javascript(new_page, letters, monkeypatch):
    monkeypatch.setattr("complaints.selectors.exploring.PAGE_SECONDS", 0)
    page = new_page(java_script_enabled=False)
    page.goto("/complaint-records/?kind=complaint")
    page.get_by_role("link", name="Count the values").first.click()
    page.wait_for_url("**counts=all**")
    expect(page.locator("#facet-finding + ul").get_by_role("link", name="Not upheld")).to_be_visible()
