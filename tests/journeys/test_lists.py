"""Lists: facets of which several values are chosen, heads that sort, cards, filters behind one button on a phone."""

import pytest
from playwright.sync_api import expect

from tests.factories.casestudies import make_case_study
from tests.factories.complaints import load_records, make_dataset
from tests.journeys.accessibility import violations

ON_A_PHONE = (("light", 390), ("dark", 390))
COUNTRIES = ("NL", "BE", "FR", "DE", "DK", "EE", "ES", "IT", "RO", "SK", "GB", "CZ")


@pytest.fixture
def letters(transactional_db, alpha):
    dataset = make_dataset(alpha, slug="letters", title="Letters to the ombudsman")
    rows = [{"reference": f"L-{n}", "country": country} for n, country in enumerate(COUNTRIES)]
    return load_records(dataset, rows)


@pytest.fixture
def cases(transactional_db, fay):
    return [
        make_case_study(fay, country=code, working_title=f"A garden in {code}") for code in ("NL", "NL", "FR", "BE")
    ]


def test_two_countries_are_chosen_and_the_chosen_ones_stand_first(page, sign_in, axe, fay, cases):
    sign_in(page, fay)
    page.goto("/case-studies/")
    countries = page.locator("#facet-country + ul")
    countries.get_by_role("link", name="France").click()
    page.wait_for_url("**country=FR**")
    countries.get_by_role("link", name="Belgium").click()
    page.wait_for_url("**country__in=FR%2CBE**")

    expect(page.get_by_text("2 case studies", exact=True)).to_be_visible()
    expect(countries.locator("[aria-current]")).to_have_count(2)
    expect(countries.locator("li").last).to_contain_text("Netherlands")
    axe(page)


def test_a_head_sorts_by_keyboard_and_says_so(page, sign_in, fay, cases):
    sign_in(page, fay)
    page.goto("/case-studies/")
    head = page.locator("table", has=page.locator("#list")).get_by_role("columnheader", name="Country")
    head.get_by_role("link").press("Enter")
    page.wait_for_url("**ordering=country**")
    expect(head).to_have_attribute("aria-sort", "ascending")
    head.get_by_role("link").press("Enter")
    page.wait_for_url("**ordering=-country**")

    expect(head).to_have_attribute("aria-sort", "descending")
    expect(page.locator("tbody#list tr").first).to_contain_text("Netherlands")


def test_cards_are_chosen_in_the_address(page, sign_in, axe, fay, cases):
    sign_in(page, fay)
    page.goto("/case-studies/?country=NL")
    page.get_by_role("navigation", name="Show as").get_by_role("link", name="Cards").click()
    page.wait_for_url("**view=cards**")

    assert "country=NL" in page.url
    expect(page.locator("ul.cards li")).to_have_count(2)
    axe(page)


def test_a_value_is_found_among_many(page, letters):
    page.goto("/complaint-records/")
    facet = page.locator("section", has=page.locator("#facet-country"))
    facet.get_by_text("4 more").click()
    others = facet.locator("details li:visible")
    names = others.get_by_role("link").all_inner_texts()
    assert len(names) == 4
    facet.get_by_role("searchbox").fill(names[2].upper())

    expect(others.get_by_role("link")).to_have_text([names[2]])


def test_counts_that_take_longer_come_when_the_page_is_there(page, axe, letters, monkeypatch):
    monkeypatch.setattr("complaints.selectors.exploring.PAGE_SECONDS", 0)
    page.goto("/complaint-records/?kind=complaint")
    facet = page.locator("section", has=page.locator("#facet-country"))
    facet.get_by_text("4 more").click()
    facet.get_by_role("searchbox").fill("fra")
    expect(facet.locator("details li:visible, ul li:visible").first).to_be_visible()
    expect(page.get_by_role("link", name="Count the values")).to_have_count(0)
    axe(page)


def test_the_filters_of_a_phone_are_behind_one_button(new_page, letters):
    phone = new_page(width=390, height=844)
    phone.goto("/complaint-records/")
    france = phone.locator("section", has=phone.locator("#facet-country")).get_by_role("link", name="France")
    expect(france).not_to_be_visible()
    phone.get_by_role("button", name="Filters").click()
    expect(france).to_be_visible()
    assert violations(phone, {}, ON_A_PHONE) == []
    france.click()
    phone.wait_for_url("**country=FR**")

    expect(phone.get_by_role("button", name="Filters (1)")).to_be_visible()
    expect(phone.get_by_text("1 record", exact=True)).to_be_visible()
