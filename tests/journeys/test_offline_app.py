"""The installed app in a real browser without a server: what a fieldworker reads and writes, and what others find."""

import re

import pytest
from playwright.sync_api import expect

from casestudies.actions.notes import delete_note
from casestudies.models import FieldNote, NoteConflict
from tests.conftest import person_at
from tests.factories.casestudies import make_case_study, make_event, make_note
from tests.waiting import until

PLANTED = "zanzibar lighthouse keeper"
# Every entry of every cache as text, and what IndexedDB has in the clear.
CACHED = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) found.push([request.url, await (await cache.match(request)).text()]);
  }
  return found;
}"""
STORED = """async () => {
  const texts = [];
  const plain = (value) => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return new TextDecoder("latin1").decode(value);
    if (value && typeof value === "object") return Object.entries(value).map(([k, v]) => [k, plain(v)]).join();
    return String(value);
  };
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((done) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => done(asked.result);
    });
    for (const table of database.objectStoreNames) {
      const rows = await new Promise((done) => {
        const asked = database.transaction(table).objectStore(table).getAll();
        asked.onsuccess = () => done(asked.result);
      });
      texts.push(...rows.map(plain));
    }
    database.close();
  }
  return texts.join("\\n");
}"""
INSTALLED = """async () => {
  const worker = await navigator.serviceWorker?.getRegistration();
  return Boolean(worker?.active) && (await caches.keys()).length > 0;
}"""
COPIES = """async () => {
  const { Table } = await import("/static/device/database.js");
  return new Table("copies").keys();
}"""
FORGET_COPIES = """async () => (await import("/static/app/copies.js")).clearCopies()"""
HERE = """async () => (await (await import("/static/device/vault.js")).personHere())?.person"""


@pytest.fixture
def visited(page, sign_in, fay):
    return visit(page, sign_in, fay)


def visit(page, sign_in, fay):
    """A case study, its event and a note, and a browser that has been on Today once."""
    case_study = make_case_study(fay, working_title="Gardens of the quarter", researcher=fay)
    event = make_event(case_study, fay, title="First walk")
    note = make_note(case_study, fay, title="At the gate", text=f"Twelve people and a {PLANTED}.")
    sign_in(page, fay)
    page.goto("/today/")
    ready(page)
    return page, case_study, event, note


def ready(page):
    until(lambda: page.evaluate(INSTALLED), seconds=40)
    until(lambda: page.evaluate(COPIES), seconds=40)


def go_offline(page):
    page.context.set_offline(True)


def shell(page, address=None):
    """Open an address, or reload, without a server."""
    page.goto(address) if address else page.reload()
    page.locator("[data-shell][data-ready]").wait_for(state="attached")
    return page.locator("main")


def test_today_cases_events_and_notes_are_read_offline_with_their_age(visited, axe):
    page, case_study, event, note = visited
    go_offline(page)

    today = shell(page)
    expect(today).to_contain_text("This is what is on this device, as of")
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    axe(page)
    today.get_by_role("link", name="Gardens of the quarter").first.click()
    main = page.locator("main")
    expect(page.get_by_role("heading", level=1)).to_have_text("Gardens of the quarter")
    expect(main).to_contain_text("Residents and the city plan the quays of a canal together.")
    assert page.url.endswith(case_study.get_absolute_url())
    main.get_by_role("link", name="First walk", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("First walk")
    expect(main).to_contain_text("Workshop")
    assert page.url.endswith(event.get_absolute_url())
    expect(shell(page, note.get_absolute_url())).to_contain_text(PLANTED)
    axe(page)
    expect(shell(page, "/rounds/")).to_contain_text("This page needs the server")
    expect(shell(page, "/events/999999/")).to_contain_text("Not on this device")


def test_a_new_note_typed_offline_arrives_after_reconnecting(visited, axe):
    page, case_study, _event, _note = visited
    go_offline(page)
    shell(page).get_by_role("button", name="Write a note").click()
    page.locator("[data-shell][data-ready]").wait_for(state="attached")
    axe(page)
    page.get_by_label("Case study").select_option(case_study.slug)
    page.get_by_label("Title").fill("On the train")
    page.get_by_role("textbox", name="Text").press_sequentially("Typed in a tunnel.")
    expect(page.locator("[data-note-words]")).to_contain_text("on this device", ignore_case=True)

    shell(page)
    expect(page.get_by_role("textbox", name="Text")).to_have_value("Typed in a tunnel.")
    assert FieldNote.objects.count() == 1
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-note-words]")).to_contain_text("Saved at")
    assert FieldNote.objects.get(title="On the train").text == "Typed in a tunnel."


def test_a_new_note_on_a_case_study_that_is_not_copied_yet_arrives(visited):
    page, case_study, _event, _note = visited
    go_offline(page)
    page.evaluate(FORGET_COPIES)
    shell(page, f"/field-notes/new/?case_study={case_study.slug}")
    page.get_by_role("textbox", name="Text").press_sequentially("Typed before the copies came.")
    expect(page.locator("[data-note-words]")).to_contain_text("on this device", ignore_case=True)
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-note-words]")).to_contain_text("Saved at")
    assert FieldNote.objects.get(text__startswith="Typed before").case_study == case_study


def test_a_note_of_which_only_the_draft_is_here_keeps_its_case_study_and_event(visited):
    """The copies were not here yet when the network went, so that the form of the shell offers neither."""
    page, case_study, event, note = visited
    page.goto(f"{note.get_absolute_url()}edit/")
    expect(page.locator("[data-note][data-open]")).to_be_attached()
    page.get_by_label("Event").select_option(str(event.pk))
    go_offline(page)
    text = page.get_by_role("textbox", name="Text")
    text.press_sequentially("Before the tunnel. ")
    expect(page.locator("[data-note-words]")).to_contain_text("on this device", ignore_case=True)
    page.evaluate(FORGET_COPIES)
    shell(page)
    expect(text).to_have_value(re.compile("Before the tunnel"))
    assert page.get_by_label("Case study").input_value() == case_study.slug
    assert page.get_by_label("Event").input_value() == str(event.pk)
    text.press_sequentially("In the tunnel. ")
    expect(page.locator("[data-note-words]")).to_contain_text("on this device", ignore_case=True)

    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-note-words]")).to_contain_text("Saved at")
    note.refresh_from_db()
    assert "Before the tunnel" in note.text
    assert "In the tunnel" in note.text
    assert (note.case_study, note.event) == (case_study, event)


def test_what_is_written_about_a_note_that_is_not_on_this_device_is_saved_beside_it(visited):
    page, case_study, _event, note = visited
    go_offline(page)
    page.evaluate(FORGET_COPIES)
    expect(shell(page, f"{note.get_absolute_url()}edit/")).to_contain_text("its text is not on this device")
    page.get_by_role("textbox", name="Text").press_sequentially("Written in the tunnel.")
    expect(page.locator("[data-note-words]")).to_contain_text("on this device", ignore_case=True)

    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-note-words]")).to_contain_text("Both texts are saved")
    note.refresh_from_db()
    assert (note.text, note.case_study) == (f"Twelve people and a {PLANTED}.", case_study)
    assert NoteConflict.objects.get(note=note).mine["text"] == "Written in the tunnel."


def test_a_note_known_here_is_edited_offline_and_nothing_of_it_is_lost(visited):
    page, _case_study, _event, note = visited
    go_offline(page)
    shell(page, f"{note.get_absolute_url()}edit/")
    text = page.get_by_role("textbox", name="Text")
    expect(text).to_have_value(note.text)
    text.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" And rain.")
    expect(page.locator("[data-note-words]")).to_contain_text("on this device", ignore_case=True)
    shell(page, "/today/")
    expect(page.locator("main")).to_contain_text("not on the server yet")

    page.context.set_offline(False)
    page.goto(f"{note.get_absolute_url()}edit/")
    expect(page.locator("[data-note-words]")).to_contain_text("version 2")
    note.refresh_from_db()
    assert (note.text, note.version) == (f"Twelve people and a {PLANTED}. And rain.", 2)


def test_no_cache_and_no_table_has_a_readable_text_and_after_signing_out_nothing_is_read(visited, fay):
    page, case_study, _event, note = visited
    entries = page.evaluate(CACHED)
    assert len(entries) > 20
    words = (PLANTED, "At the gate", "Gardens of the quarter", fay.email, 'data-person="' + str(fay.pk))
    assert [(url, word) for url, text in entries for word in words if word in text] == []
    stored = page.evaluate(STORED)
    assert [
        word for word in (PLANTED, "At the gate", "Gardens of the quarter", case_study.slug) if word in stored
    ] == []

    page.get_by_role("button", name="Fay").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: "/today" not in url)
    if "/accounts/logout/" in page.url:
        page.locator("main").get_by_role("button", name="Sign out").click()
        page.wait_for_url(lambda url: "/logout" not in url)
    go_offline(page)
    for address in ("/today/", note.get_absolute_url(), f"{note.get_absolute_url()}edit/"):
        main = shell(page, address)
        expect(main).to_contain_text("Sign in to read what is on this device")
        assert PLANTED not in main.inner_text()


def test_what_was_deleted_leaves_the_device_at_the_next_contact(visited, fay):
    page, _case_study, _event, note = visited
    delete_note(note=note, by=fay)
    page.reload()
    until(lambda: not [key for key in page.evaluate(COPIES) if str(note.pk) in key])
    go_offline(page)

    assert PLANTED not in shell(page, note.get_absolute_url()).inner_text()
    expect(page.locator("main")).to_contain_text("Not on this device")


def test_the_next_person_on_a_shared_device_finds_nothing_of_the_one_before(visited, sign_in, alpha):
    page, *_rest = visited
    other = person_at(alpha, "uma", "fieldworker")
    page.context.clear_cookies()
    sign_in(page, other)
    page.goto("/today/")
    until(lambda: page.evaluate(HERE) == str(other.pk))
    until(lambda: {key.partition(":")[0] for key in page.evaluate(COPIES)} == {str(other.pk)})
    go_offline(page)
    expect(shell(page, "/today/")).to_contain_text("No notes.")
