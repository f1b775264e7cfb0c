"""A data manager's visit: a dataset, a file, its columns, the report."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from complaints.models import ComplaintRecord
from imports.models import Import
from tests.factories.imports import csv_of, letters, make_dataset
from tests.waiting import until


def wait_for(state):
    """Until the one import is in this state."""
    until(
        lambda: Import.objects.filter(state=state).exists(),
        lambda: Import.objects.values("state", "stage", "error_message"),
    )
    return Import.objects.get()


def test_a_file_is_uploaded_mapped_by_the_first_guess_and_loaded(worker, page, sign_in, bob, alpha, axe, tmp_path):
    make_dataset(alpha, title="Letters to the ombudsman")
    rows = letters(200)
    rows[7] = rows[7].replace("2019-03", "2019-33")
    file = tmp_path / "letters.csv"
    file.write_bytes(csv_of(rows))
    sign_in(page, bob)

    page.goto("/imports/new/")
    axe(page)
    page.get_by_label("Into the dataset").select_option("letters")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Upload and read").click()
    wait_for("understood")
    page.get_by_role("heading", name="Map the columns").wait_for()
    axe(page)
    page.get_by_role("button", name="Load").first.click()
    run = wait_for("loaded")
    page.get_by_text("200 rows = 199 created").wait_for()
    axe(page)
    assert (run.created, run.quarantined) == (199, 1)
    expect(page.get_by_role("rowheader", name="Not a date", exact=True)).to_be_visible()
    page.goto("/datasets/letters/")
    axe(page)
    page.goto("/datasets/")
    axe(page)


@pytest.mark.real_data
def test_a_real_file_loads_through_the_browser_by_the_first_guess(worker, page, sign_in, bob, alpha):
    file = Path(__file__).resolve().parents[3] / "shared/data/complaints/reclameaqui_nagem.csv"
    if not file.exists():
        pytest.skip("the real files are not beside the project")
    make_dataset(alpha)
    sign_in(page, bob)

    page.goto("/imports/new/")
    page.get_by_label("Into the dataset").select_option("letters")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Upload and read").click()
    wait_for("understood")
    page.get_by_role("heading", name="Map the columns").wait_for()
    page.get_by_label("Include: show it with the access level of the dataset").check()
    page.get_by_label("Reason").fill("The site has published it.")
    page.get_by_role("button", name="Load").first.click()
    wait_for("loaded")

    assert ComplaintRecord.objects.count() == 997
    assert set(ComplaintRecord.objects.values_list("language", flat=True)) == {"pt"}


def test_the_whole_visit_works_with_the_keyboard_alone(worker, page, sign_in, bob, alpha, tmp_path):
    make_dataset(alpha)
    file = tmp_path / "letters.csv"
    file.write_bytes(csv_of(letters(30)))
    sign_in(page, bob)

    page.goto("/datasets/letters/import/")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Upload and read").focus()
    page.keyboard.press("Enter")
    wait_for("understood")
    page.get_by_role("heading", name="Map the columns").wait_for()
    page.get_by_role("button", name="Load").first.focus()
    page.keyboard.press("Enter")
    wait_for("loaded")

    assert ComplaintRecord.objects.count() == 30
