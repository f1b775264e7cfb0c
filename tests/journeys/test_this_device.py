"""*This device*: what waits and what is stored, read from the browser; an export file that another device opens."""

from playwright.sync_api import expect

from accounts.models import Device

WORDS = "the ferry leaves at nine"
# Three notes of which the server has two, one of them with a hash that differs.
PUT = """async () => {
  const { Drafts } = await import("/static/device/drafts.js");
  const { here } = await import("/static/device/person.js");
  const { record } = await import("/static/device/ledger.js");
  const content = { title: "On the quay", text: "The ferry was late." };
  const since = Date.now() - 3_600_000;
  await new Drafts(here.vault).put({ id: "d1", kind: "of-a-test", about: "n1", since, content });
  const equal = { sent: "aa", stored: "aa", version: 2 };
  await record({ kind: "note", uuid: "n2", name: "In the hall", page: "/field-notes/", ...equal });
}"""


def test_what_waits_and_what_is_stored_is_listed_saved_and_opened_on_another_device(
    new_page, sign_in, axe, ada, tmp_path
):
    page = new_page()
    sign_in(page, ada)
    page.goto("/this-device/")
    main = page.locator("main")
    expect(main).to_contain_text("Nothing was written here yet.")
    expect(main.get_by_role("table")).to_have_count(0)
    page.evaluate(PUT)
    page.reload()
    expect(main).to_contain_text("2 written here, 1 stored on the server with equal hashes, 1 not on the server yet.")
    expect(main.get_by_role("row", name="In the hall")).to_contain_text("equal")
    row = main.get_by_role("listitem").filter(has_text="waits to be sent")
    expect(row).to_be_visible()
    axe(page)
    # A file of it, which a second device opens; what it holds is on both.
    page.get_by_role("button", name="Save an export file").click()
    expect(main).to_contain_text("Enter a passphrase of at least 12 characters.")
    page.get_by_label("Passphrase of the file").fill(WORDS)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save an export file").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert b"quay" not in file.read_bytes()
    other = new_page(width=390)
    sign_in(other, ada)
    other.goto("/this-device/")
    other.get_by_label("Export file to open").set_input_files(file)
    other.get_by_label("Passphrase of the file").fill("another one, quite long")
    other.get_by_role("button", name="Open the file").click()
    expect(other.locator("main")).to_contain_text("cannot be opened")
    other.get_by_label("Passphrase of the file").fill(WORDS)
    other.get_by_role("button", name="Open the file").click()
    expect(other.locator("main")).to_contain_text("From the file: 1")
    expect(other.get_by_role("listitem").filter(has_text="waits to be sent")).to_be_visible()
    axe(other)
    # Discarding asks, and "Keep it" keeps.
    other.get_by_role("button", name="Discard").click()
    other.get_by_role("button", name="Keep it", exact=True).click()
    other.get_by_role("button", name="Discard").click()
    other.get_by_role("button", name="Discard it").click()
    expect(other.locator("main")).to_contain_text("Nothing waits here.")


def test_the_office_sees_what_a_device_says_beside_what_the_server_counts(page, sign_in, axe, ada):
    sign_in(page, ada)
    page.goto("/this-device/")
    page.evaluate(PUT)
    with page.expect_response("**/my-account/device/report/") as answer:
        page.goto("/accessibility/")
    assert answer.value.status == 204
    device = Device.objects.with_received().get()
    assert (device.waiting, device.notes_written, device.notes_stored, device.received) == (1, 1, 1, 0)
    page.goto("/devices/")
    row = page.get_by_role("row", name="Ada")
    expect(row).to_contain_text("fewer than the device says")
    axe(page)
    page.goto("/my-account/")
    expect(page.get_by_role("heading", name="Devices")).to_be_visible()
    axe(page)
