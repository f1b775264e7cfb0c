"""A data manager repairs a row by keyboard, replays it, views the changes, and undoes the import."""

from complaints.models import ComplaintRecord
from imports.models import Import
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset
from tests.journeys.keyboard import tab_to
from tests.waiting import until


def settled(run):
    """The import when nothing is under way any more."""
    found = Import.objects.filter(pk=run.pk)
    until(lambda: not found.get().is_active, lambda: found.values("state", "stage", "error_message"))
    return found.get()


def test_a_row_is_repaired_by_keyboard_and_replayed_and_the_import_undone(worker, page, sign_in, bob, alpha, axe):
    dataset = make_dataset(alpha, title="Letters to the ombudsman")
    import_bytes(dataset, csv_of(letters(30)), by=bob)
    rows = letters(33, outcome="Not upheld")
    rows[7], rows[9] = (row.replace("2019-03", "2019-33") for row in (rows[7], rows[9]))
    run = import_bytes(dataset, csv_of(rows), by=bob)
    sign_in(page, bob)

    page.goto(f"/imports/{run.pk}/")
    axe(page)
    page.get_by_role("button", name="Repair 2 rows").click()
    axe(page)
    page.get_by_role("link", name="show this row").first.click()
    axe(page)
    tab_to(page, "date received")
    page.keyboard.press("Control+A")
    page.keyboard.type("2019-03-08")
    page.keyboard.press("Enter")
    page.get_by_text("was saved as repaired").wait_for()
    page.get_by_role("button", name="Replay 2 rows").click()
    assert settled(run).quarantined == 1
    page.goto(f"/imports/{run.pk}/replay/")
    axe(page)
    page.goto(f"/imports/{run.pk}/changes/")
    axe(page)
    page.goto(f"/imports/{run.pk}/undo/")
    axe(page)
    page.get_by_role("button", name="Undo the import").click()

    assert settled(run).state == "undone"
    page.goto(f"/imports/{run.pk}/")
    page.get_by_text("Undone on").wait_for()
    axe(page)
    assert set(ComplaintRecord.objects.values_list("finding", flat=True)) == {"upheld"}
