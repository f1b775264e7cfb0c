"""A data manager maps a file with the keys alone, sees what becomes of it, and compares two imports."""

import pytest
from playwright.sync_api import expect

from complaints.models import ComplaintRecord
from imports.models import Comparison
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset
from tests.journeys.keyboard import tab_to
from tests.journeys.test_repair import settled


@pytest.fixture
def waiting(transactional_db, alpha, bob):
    """A file whose outcome column has a word that nobody knows, and European dates."""
    dataset = make_dataset(alpha, title="Letters to the ombudsman")
    rows = letters(40)
    rows[3] = rows[3].replace("Upheld", "So so")
    rows = [f"{row[:6]},{row[15:17]}/{row[12:14]}/2019,{row[18:]}" for row in rows]
    return import_bytes(dataset, csv_of(rows), by=bob, is_automatic=False)


def choose_by_typing(page, text):
    """In a select that has the focus. A browser takes letters for one word until a second has passed."""
    page.wait_for_timeout(1_200)
    page.keyboard.type(text)


def test_a_file_is_mapped_by_keyboard_and_each_choice_shows_its_result(worker, page, sign_in, bob, waiting, axe):
    sign_in(page, bob)
    page.goto(f"/imports/{waiting.pk}/mapping/")
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    axe(page)
    page.reload()

    tab_to(page, "Find a column")
    page.keyboard.type("outcome")
    page.get_by_text("1 of 5 columns").wait_for()
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    tab_to(page, "“date received” becomes")
    tab_to(page, "Date format")
    choose_by_typing(page, "31-12")
    page.locator(".fails", has_text="not a date").first.wait_for()
    page.get_by_text("of the 5 rows shown would be put in quarantine").wait_for()
    choose_by_typing(page, "31/12/2019")
    page.get_by_text("All 5 rows shown are valid.").wait_for()
    tab_to(page, "“outcome” becomes")
    choose_by_typing(page, "Mandate")
    page.get_by_text("2 values, 2 not mapped").wait_for()
    choose_by_typing(page, "Finding")
    page.get_by_text("2 values, 1 not mapped").wait_for()
    tab_to(page, "2 values")
    page.keyboard.press("Enter")
    tab_to(page, "So so")
    choose_by_typing(page, "Partly")
    page.get_by_text("2 values, 1 not mapped").wait_for(state="detached")
    axe(page)
    tab_to(page, "Load", limit=200)
    page.keyboard.press("Enter")
    page.get_by_text("40 rows = 40 created").wait_for(timeout=60_000)

    run = settled(waiting)
    assert (run.state, run.created, run.quarantined) == ("loaded", 40, 0), run.error_message
    assert ComplaintRecord.objects.get(reference="L00004").finding == "partly-upheld"
    assert str(ComplaintRecord.objects.get(reference="L00001").received_on) == "2019-03-02"


def test_without_a_script_a_button_shows_the_preview(browser, live_server, bob, waiting, sign_in, new_page):
    page = new_page(java_script_enabled=False)
    sign_in(page, bob)
    page.goto(f"/imports/{waiting.pk}/mapping/")

    page.get_by_label("Date format").select_option("%d-%m-%Y")
    page.get_by_role("button", name="Show preview").click()

    expect(page.get_by_text("of the 5 rows shown would be put in quarantine")).to_be_visible()
    expect(page.get_by_label("Date format")).to_have_value("%d-%m-%Y")
    expect(page.get_by_label("Find a column")).not_to_be_visible()


def test_two_imports_are_compared_and_the_problems_of_a_dry_run_are_shown(worker, page, sign_in, bob, alpha, axe):
    dataset = make_dataset(alpha, title="Letters to the ombudsman")
    import_bytes(dataset, csv_of(letters(30)), by=bob, name="spring.csv")
    rows = letters(32, outcome="Not upheld")
    rows[7] = rows[7].replace("2019-03", "2019-33")
    dry = import_bytes(dataset, csv_of(rows[1:]), by=bob, name="autumn.csv", is_dry_run=True)
    sign_in(page, bob)

    page.goto(f"/imports/{dry.pk}/problems/")
    expect(page.get_by_text("is not a date of the form")).to_be_visible()
    axe(page)
    page.goto("/datasets/letters/")
    page.get_by_role("link", name="Compare two imports").click()
    axe(page)
    tab_to(page, "Compare")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Differences").wait_for()
    axe(page)
    page.get_by_role("link", name="28", exact=True).click()

    expect(page.get_by_role("rowheader", name="L00002").first).to_be_visible()
    found = Comparison.objects.get()
    assert (found.created, found.changed, found.unchanged, found.missing) == (2, 28, 0, 2)


WIDE = (
    "id,case number,date received,date closed,title,narrative,response,outcome,status,agency,category,channel,country,"
    "language,service,harm,remedy,compensation,currency"
)


def wide_rows(count):
    """Rows of nineteen columns that all become fields."""
    text = "The office did not answer my letter about the works in our street and the noise that they make at night"
    return [
        f"L{n},C{n // 2},2019-03-{n % 28 + 1:02d},2019-05-{n % 28 + 1:02d},Letter {n},{text},We regret the delay {n},"
        f"Upheld,Closed,Roads {n % 5},Noise,Letter,NL,en,Street works,Delay,Apology,{n}.50,EUR"
        for n in range(count)
    ]


def test_nineteen_columns_fit_on_a_phone_with_what_asks_something_in_sight(
    new_page, sign_in, alpha, bob, transactional_db, axe
):
    rows = wide_rows(40)
    rows[3] = rows[3].replace("Upheld", "So so")
    run = import_bytes(make_dataset(alpha), csv_of(rows, WIDE), by=bob, is_automatic=False)
    page = new_page(width=390, height=844)
    sign_in(page, bob)

    page.goto(f"/imports/{run.pk}/mapping/")

    expect(page.get_by_label("“outcome” becomes")).to_be_visible()
    expect(page.get_by_label("“channel” becomes")).not_to_be_visible()
    expect(page.get_by_label("Currency (optional)")).not_to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.documentElement.scrollHeight") < 3_500
    axe(page)
    page.get_by_text("Columns that become fields (18)").click()
    expect(page.get_by_label("“channel” becomes")).to_be_visible()
