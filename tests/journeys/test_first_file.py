"""From sign-in to loaded rows: a data manager needs at most six actions for a new file, and meets no error."""

import io
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import expect

from complaints.models import ComplaintRecord
from imports.models import Dataset, Import
from tests.factories.imports import csv_of, letters
from tests.journeys.test_data_manager import wait_for

MOST = 6  # actions


class Counted:
    """What a person does on a page, counted: clicks, choices, texts and files."""

    def __init__(self, page):
        self.page, self.actions = page, 0

    def click(self, role, name):
        self.actions += 1
        self.page.get_by_role(role, name=name, exact=True).first.click()

    def choose_file(self, file):
        self.actions += 1
        self.page.get_by_label("File", exact=True).set_input_files(file)

    def tick(self, label):
        self.actions += 1
        self.page.get_by_label(label).check()

    def fill(self, label, text):
        self.actions += 1
        self.page.get_by_label(label).fill(text)


def loads(page, file, *, reason=""):
    """The whole visit, with a decision about personal data where there is a reason; returns the counted actions."""
    person = Counted(page)
    person.click("button", "Import a file")
    person.choose_file(file)
    person.click("button", "Upload and read")
    page.get_by_role("heading", name="Map the columns").wait_for(timeout=60_000)
    expect(page.locator(".missing, .error-summary")).to_have_count(0)
    if reason:
        person.tick("Include: show it with the access level of the dataset")
        person.fill("Reason", reason)
    person.click("button", "Load")
    wait_for("loaded")
    page.get_by_text("rows = ").wait_for(timeout=60_000)
    expect(page.locator(".error, .error-summary")).to_have_count(0)
    return person.actions


def requests_for_information(count):
    """A workbook of one sheet as a city publishes it: number, dates, who asks, what for, and the decision."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Requests"
    sheet.append(["Request Number", "Date Received", "Date Closed", "Category", "Summary of Request", "Decision"])
    for n in range(1, count + 1):
        text = f"All correspondence about the works in street number {n}, and the costs of each contractor since 2019."
        decision = ("Information disclosed in part", "All information disclosed", "No information disclosed")[n % 3]
        sheet.append(
            [f"2023-{n:04d}", f"2023-01-{n % 28 + 1:02d}", f"2023-02-{n % 28 + 1:02d}", "Planning", text, decision]
        )
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_a_sheet_of_requests_for_information_is_loaded_in_six_actions(worker, page, sign_in, bob, alpha, axe, tmp_path):
    file = tmp_path / "information_requests_2023.xlsx"
    file.write_bytes(requests_for_information(60))
    sign_in(page, bob)

    actions = loads(page, file)

    assert actions <= MOST
    dataset = Dataset.objects.get()
    assert (dataset.title, dataset.slug, dataset.organisation) == (
        "Information requests 2023", "information-requests-2023", alpha
    )  # fmt: skip
    assert ComplaintRecord.objects.filter(dataset=dataset).count() == 60
    axe(page)


@pytest.mark.real_data
def test_a_real_file_is_loaded_in_six_actions(worker, page, sign_in, bob, alpha):
    file = Path(__file__).resolve().parents[3] / "shared/data/complaints/reclameaqui_nagem.csv"
    if not file.exists():
        pytest.skip("the real files are not beside the project")
    sign_in(page, bob)

    actions = loads(page, file, reason="The site has published it.")

    assert actions <= MOST
    assert ComplaintRecord.objects.count() == 997


def test_a_dry_run_says_what_would_be_and_offers_the_load(worker, page, sign_in, bob, alpha, axe, tmp_path):
    rows = letters(40)
    rows[7] = rows[7].replace("2019-03", "2019-33")
    file = tmp_path / "letters.csv"
    file.write_bytes(csv_of(rows))
    sign_in(page, bob)
    page.goto("/imports/new/")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Upload and read").click()
    page.get_by_role("button", name="Check all rows first").first.click()

    page.get_by_text("Of 40 rows 39 would be created").wait_for(timeout=60_000)
    axe(page)
    assert not ComplaintRecord.objects.exists()
    page.get_by_role("button", name="Load 39 rows").click()

    page.get_by_text("40 rows = 39 created").wait_for(timeout=60_000)
    assert Import.objects.get().mapping.version == 1
