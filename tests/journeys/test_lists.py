"""Lists: facets of which several values are chosen, heads that sort, cards, filters behind one button on a phone."""

import pytest
from playwright.sync_api import expect

from tests.factories.casestudies import make_case_study
from tests.factories.complaints import load_records, make_dataset
from tests.journeys.accessibility import violations
from tests.journeys.keyboard import tab_to

# Of the 70 px that a row of records had.
HALF_OF_BEFORE = 35
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
    held = []
    page.route("**counts=all**", lambda route: held.append(route))  # noqa: PLW0108 - it marks its handlers
    page.goto("/complaint-records/?kind=complaint")
    counted = page.locator("#narrow[aria-busy=true]")
    expect(counted).to_contain_text("Counting takes longer")
    assert counted.evaluate("place => place.scrollWidth <= place.clientWidth"), "it keeps to its column meanwhile"
    held[0].continue_()
    facet = page.locator("section", has=page.locator("#facet-country"))
    facet.get_by_text("4 more").click()
    facet.get_by_role("searchbox").fill("fra")
    expect(facet.locator("details li:visible, ul li:visible").first).to_be_visible()
    expect(page.get_by_role("link", name="Count the values")).to_have_count(0)
    axe(page)


def pull_over_three(page, years):
    """From the second to the fourth year, which opens their records."""
    boxes = [years.nth(place).bounding_box() for place in (1, 3)]
    page.mouse.move(boxes[0]["x"] + 3, boxes[0]["y"] + 6)
    page.mouse.down()
    page.mouse.move(boxes[1]["x"] + 3, boxes[1]["y"] + 6, steps=4)
    expect(page.locator("tr.is-brushed")).to_have_count(3)
    page.mouse.up()
    page.wait_for_url("**received_on__gte=2011-01-01&received_on__lte=2013-12-31**")


def test_years_that_are_counted_later_are_pulled_over_too_and_the_exact_number_stands_in_the_head(
    page, transactional_db, alpha, monkeypatch
):
    monkeypatch.setattr("complaints.selectors.exploring.PAGE_SECONDS", 0)
    dataset = make_dataset(alpha, slug="letters", title="Letters to the ombudsman")
    load_records(dataset, [{"reference": f"L-{n}", "received_on": f"{2010 + n % 6}-05-05"} for n in range(60)])
    page.goto("/complaint-records/?kind=complaint")
    years = page.locator("[data-brush] tr[data-step]")
    expect(years).to_have_count(6)
    expect(page.locator(".list-head .count")).to_have_text("1-50 of 60 records")
    expect(page.locator("[data-citation]")).to_contain_text("60 records")
    pull_over_three(page, years)


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


def test_a_pull_over_years_opens_their_records_and_so_do_two_choices(page, axe, transactional_db, alpha):
    dataset = make_dataset(alpha, slug="letters", title="Letters to the ombudsman")
    load_records(dataset, [{"reference": f"L-{n}", "received_on": f"{2010 + n}-05-05"} for n in range(6)])
    page.goto("/complaint-records/")
    years = page.locator("[data-brush] tr[data-step]")
    expect(years).to_have_count(6)
    pull_over_three(page, years)
    expect(page.get_by_text("3 records", exact=True)).to_be_visible()
    expect(page.locator("tr.is-brushed")).to_have_count(3)
    axe(page)

    tab_to(page, "From")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowUp")
    expect(page.locator("tr.is-brushed")).to_have_count(2)
    tab_to(page, "Show these records")
    page.keyboard.press("Enter")
    page.wait_for_url("**received_on__lte=2012-12-31**")
    expect(page.get_by_text("2 records", exact=True)).to_be_visible()


def test_a_drawing_of_years_has_the_same_brush(page, axe, transactional_db, alpha):
    dataset = make_dataset(alpha, slug="letters", title="Letters", recipe="complaint-records")
    rows = [{"received_on": f"{2010 + n}-05-05", "finding": "upheld"} for n in range(4)]
    load_records(dataset, rows)
    page.goto(f"/datasets/{dataset.slug}/")
    axe(page)
    first, last = page.locator("form.brush select").all()
    first.select_option("2012")
    expect(page.locator("tr.is-brushed")).to_have_count(2)
    last.select_option("2011")
    expect(first).to_have_value("2011-01-01")
    page.get_by_role("button", name="Show these records").click()
    page.wait_for_url("**dataset=letters**received_on__gte=2011-01-01&received_on__lte=2011-12-31**")
    expect(page.get_by_text("1 record", exact=True)).to_be_visible()


def test_a_row_of_records_is_one_line_and_the_heads_stay_in_view(page, alpha, transactional_db):
    dataset = make_dataset(alpha, slug="letters", title="Letters to the ombudsman")
    about = "A letter about a house in which nothing works and nobody answers, for the third time in one year"
    load_records(dataset, [{"subject": about, "institution": "The Ombudsman of a long name"} for _ in range(40)])
    page.goto("/complaint-records/")
    rows = page.locator("tbody#list tr")
    heights = rows.evaluate_all("(rows) => rows.map((row) => row.getBoundingClientRect().height)")
    assert max(heights) <= HALF_OF_BEFORE, heights[:3]
    rows.last.scroll_into_view_if_needed()
    head = page.locator("table", has=page.locator("#list")).get_by_role("columnheader", name="Received").bounding_box()
    assert head["y"] == pytest.approx(0, abs=1)
    page.get_by_role("navigation", name="Show as").get_by_role("link", name="List").click()
    page.wait_for_url("**view=list**")
    expect(page.locator("ol.records > li")).to_have_count(40)
