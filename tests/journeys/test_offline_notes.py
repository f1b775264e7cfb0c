"""Nothing typed into a note is lost: tabs, conflicts, ended sessions, slow devices, an earlier database."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from casestudies.actions.notes import put_note, resolve_conflict
from casestudies.models import FieldNote, NoteConflict
from tests.conftest import PASSWORD
from tests.factories.casestudies import make_case_study, make_note, note_content

API = "**/api/v1/field-notes/**"


@pytest.fixture
def note(fay):
    return make_note(make_case_study(fay), fay, text="Twelve people came.")


def address_of(note):
    return f"/field-notes/{note.pk}/edit/"


def bar(page):
    return page.locator("[data-note-words]")


def words(page):
    return page.get_by_label("Text")


def stored_texts(note):
    """Every text that the server has of a note."""
    conflicts = NoteConflict.objects.filter(note=note)
    return "\n".join(
        [
            *note.versions.values_list("text", flat=True),
            *conflicts.values_list("mine__text", flat=True),
            *conflicts.values_list("earlier_texts__mine__text", flat=True).exclude(earlier_texts=None),
        ]
    )


def wait_until(page, check):
    for _ in range(200):
        if check():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not happen within 20 seconds")


def by_ada(note, ada, base=1, text="Ada: thirteen people came."):
    return put_note(uuid=note.pk, content=note_content(note.case_study, text=text), by=ada, base_version=base)


@pytest.fixture
def in_conflict(page, sign_in, fay, ada, note):
    """Fay's page, in which a conflict with Ada appeared."""
    sign_in(page, fay)
    page.goto(address_of(note))
    by_ada(note, ada)
    words(page).fill("Fay: eleven people came.")
    expect(page.get_by_role("link", name="Resolve the conflict")).to_be_visible()
    return page


def test_a_decided_conflict_clears_and_typing_goes_on(in_conflict, ada, note):
    page = in_conflict
    resolve_conflict(conflict=NoteConflict.objects.get(), content={"text": "Twelve."}, by=ada, base_version=2)
    page.reload()
    expect(page.locator("[data-note-state]")).to_have_attribute("data-state", "saved")
    expect(bar(page)).to_contain_text("version 3")
    expect(words(page)).to_have_value("Twelve.")
    words(page).fill("Twelve, and a dog.")
    expect(bar(page)).to_contain_text("version 4")
    note.refresh_from_db()
    assert note.text == "Twelve, and a dog."


def test_what_is_typed_after_a_conflict_is_on_the_page_of_the_decision(in_conflict, note):
    page = in_conflict
    words(page).press("End")
    words(page).press_sequentially(" And a dog.")
    wait_until(page, lambda: NoteConflict.objects.get().mine["text"].endswith("And a dog."))
    page.get_by_role("link", name="Resolve the conflict").click()
    expect(page.get_by_text("And a dog.").first).to_be_visible()
    assert "Fay: eleven people came." in stored_texts(note)


@pytest.mark.parametrize("closed", ["first", "second", "both"])
@pytest.mark.parametrize("offline", [True, False])
def test_nothing_typed_in_two_tabs_goes_whatever_is_closed(page, sign_in, fay, note, offline, closed):
    sign_in(page, fay)
    context, other = page.context, page.context.new_page()
    for tab in (page, other):
        tab.goto(address_of(note))
        expect(bar(tab)).to_contain_text("version 1")
    context.set_offline(offline)
    for tab, text in ((page, "Typed in the first tab."), (other, "Typed in the second tab.")):
        words(tab).fill(text)
        expect(bar(tab)).to_contain_text("Not saved on the server yet" if offline else re.compile("Saved at|Edited"))
    words(page).press("End")
    words(page).press_sequentially(" More in the first.")
    page.wait_for_timeout(700)
    for tab in {"first": [page], "second": [other], "both": [page, other]}[closed]:
        tab.close()
    context.set_offline(False)
    # Each visit goes on with one draft that no tab has any more.
    for _ in range(2):
        visit = context.new_page()
        visit.goto(address_of(note))
        expect(visit.locator("[data-note][data-open]")).to_be_visible()
    for text in ("Typed in the first tab. More in the first.", "Typed in the second tab."):
        wait_until(visit, lambda text=text: text in stored_texts(note))


def sign_in_beside(page, person):
    """In the tab that the dialog opens."""
    dialog = page.locator("[data-sign-in-again]")
    expect(dialog).to_be_visible()
    with page.context.expect_page() as opened:
        dialog.get_by_role("button", name="Sign in in a new tab").click()
    tab = opened.value
    tab.locator("input[name=login]").fill(person.username)
    tab.locator("input[name=password]").fill(PASSWORD)
    tab.locator("input[name=password]").press("Enter")
    expect(tab.get_by_role("heading", level=1)).to_have_text("You are signed in again")
    return tab


def test_after_signing_in_again_beside_it_the_page_goes_on(page, sign_in, axe, fay, note):
    sign_in(page, fay)
    page.goto(address_of(note))
    words(page).press_sequentially("First. ")
    expect(bar(page)).to_contain_text("version 2")
    page.evaluate("window.isSamePage = true")
    Session.objects.all().delete()
    # The dialog appears in the middle of this and takes no character.
    typed = "Typed while the session ended, and on, and on, and on, and on."
    words(page).press("Control+End")
    words(page).press_sequentially(typed, delay=40)
    words(page).press_sequentially(" Last.", delay=200)
    axe(page)
    tab = sign_in_beside(page, fay)
    axe(tab)
    tab.close()
    expect(bar(page)).to_contain_text("Saved at")
    expect(page.locator("[data-sign-in-again]")).to_be_hidden()
    assert page.evaluate("window.isSamePage")
    note.refresh_from_db()
    assert note.text.endswith(f"{typed} Last.")


def test_nothing_is_sent_as_the_next_person_of_the_browser(page, sign_in, fay, ada, note):
    sign_in(page, fay)
    page.goto(address_of(note))
    Session.objects.all().delete()
    words(page).fill("Written by Fay.")
    tab = sign_in_beside(page, ada)
    page.bring_to_front()
    expect(page.locator("[data-sign-in-again]")).to_contain_text("ada is signed in")
    words(page).fill("Written by Fay, twice.")
    page.wait_for_timeout(1500)
    assert FieldNote.objects.get().version == 1
    Session.objects.all().delete()
    tab.close()
    sign_in_beside(page, fay)
    page.bring_to_front()
    wait_until(page, lambda: FieldNote.objects.get().text == "Written by Fay, twice.")
    assert set(note.versions.values_list("author__username", flat=True)) == {"fay"}


SLOW_DEVICE = """const seal = crypto.subtle.encrypt.bind(crypto.subtle);
crypto.subtle.encrypt = async (...given) => {
  await new Promise((resolve) => setTimeout(resolve, 2000));
  return seal(...given);
};"""


def type_and_go_back(page, note):
    """Before the device has it: the page says so, asks, and what was typed reaches the server."""
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    words(page).press("End")
    words(page).press_sequentially(" And a dog.")
    expect(bar(page)).to_contain_text("Not on this device yet")
    page.evaluate("history.back()")
    page.wait_for_url("**/today/")
    assert asked == ["beforeunload"]
    wait_until(page, lambda: "And a dog." in stored_texts(note))


def test_what_a_slow_device_has_not_written_is_not_called_kept_and_not_lost(page, sign_in, fay, note):
    sign_in(page, fay)
    page.goto("/today/")
    page.add_init_script(SLOW_DEVICE)
    page.goto(address_of(note))
    expect(bar(page)).to_contain_text("version 1")
    type_and_go_back(page, note)
    assert FieldNote.objects.get().text == "Twelve people came. And a dog."


SLOW_TO_OPEN = """const open = indexedDB.open.bind(indexedDB);
indexedDB.open = (...given) => {
  const request = open(...given);
  const late = (event) => {
    event.stopImmediatePropagation();
    request.removeEventListener("success", late);
    setTimeout(() => request.dispatchEvent(new Event("success")), 4000);
  };
  request.addEventListener("success", late);
  return request;
};"""


def test_what_is_typed_before_the_device_can_be_asked_is_not_called_saved(page, sign_in, fay, note):
    """A page that comes to the fore asks how the note stands: what nobody has taken yet is no part of the answer."""
    sign_in(page, fay)
    page.goto("/today/")
    page.add_init_script(SLOW_TO_OPEN)
    page.goto(address_of(note))
    page.locator("[name=title]").press_sequentially("Seen from the quay")
    expect(bar(page)).to_contain_text("Not on this device yet")
    page.evaluate("dispatchEvent(new Event('focus'))")
    page.wait_for_timeout(300)
    expect(bar(page)).to_contain_text("Not on this device yet")
    wait_until(page, lambda: "Seen from the quay" in FieldNote.objects.get().title)
    expect(bar(page)).to_contain_text("version 2")


def test_a_page_that_is_left_before_the_device_can_be_asked_asks_and_sends(page, sign_in, fay, note):
    sign_in(page, fay)
    page.goto("/today/")
    page.add_init_script(SLOW_TO_OPEN)
    page.goto(address_of(note))
    type_and_go_back(page, note)


def test_a_page_keeps_the_version_that_it_came_with(page, sign_in, fay, note):
    """Firefox puts what a script wrote there into the page after a reload, which may be of the version before."""
    sign_in(page, fay)
    page.goto(address_of(note))
    words(page).fill("Thirteen people came.")
    expect(bar(page)).to_contain_text("version 2")
    expect(page.locator("[name=base_version]")).to_have_value("1")
    words(page).fill("Fourteen people came.")
    expect(bar(page)).to_contain_text("version 3")


def test_a_page_that_is_left_before_it_shows_what_waits_adds_to_that(in_conflict, note):
    """What waits is an edit of another version than the page shows: as one of that it would undo the other text."""
    context = in_conflict.context
    in_conflict.goto("/today/")
    page = context.new_page()
    page.goto("/today/")
    # The page asks the server what became of the conflict, and waits before it shows the text that waits.
    page.route(API, lambda route: None)
    page.goto(address_of(note))
    expect(words(page)).to_have_value("Ada: thirteen people came.")
    type_and_go_back(page, note)
    conflict = NoteConflict.objects.get()
    assert conflict.mine["text"] == "Fay: eleven people came. And a dog."


def test_a_note_whose_receipt_was_not_read_is_no_unsent_note(page, sign_in, fay, note):
    sign_in(page, fay)
    page.goto(address_of(note))

    def lose_the_answer(route):
        route.fetch()
        route.abort()

    page.route(API, lose_the_answer)
    words(page).fill("Stored without a receipt.")
    wait_until(page, lambda: FieldNote.objects.get().version == 2)
    context = page.context
    page.close()
    visit = context.new_page()
    visit.goto(address_of(note))
    expect(bar(visit)).to_contain_text("version 2")
    visit.goto("/today/")
    visit.wait_for_timeout(500)
    expect(visit.get_by_text("On this device only")).to_be_hidden()
    assert FieldNote.objects.get().version == 2


EARLIER = """([person, uuid, content]) => new Promise((resolve, reject) => {
  const opening = indexedDB.open("lipse-notes", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("notes", { keyPath: ["person", "uuid"] });
  opening.onerror = reject;
  opening.onsuccess = () => {
    const database = opening.result;
    const transaction = database.transaction("notes", "readwrite");
    const record = { content, base: 1, inflight: null, conflict: null };
    transaction.objectStore("notes").put({ person, uuid, record, keptAt: 1 });
    transaction.oncomplete = () => { database.close(); resolve(); };
  };
})"""


def test_notes_in_the_earlier_database_are_moved_and_sent(page, sign_in, fay, note):
    sign_in(page, fay)
    page.goto("/my-account/")
    content = {**note.content, "text": "Waits in the earlier database."}
    page.evaluate(EARLIER, [str(fay.pk), str(note.pk), content])
    page.goto(address_of(note))
    expect(words(page)).to_have_value("Waits in the earlier database.")
    expect(bar(page)).to_contain_text("Saved at")
    names = page.evaluate("indexedDB.databases().then((all) => all.map(({ name }) => name))")
    assert "lipse-notes" not in names
    assert FieldNote.objects.get().text == "Waits in the earlier database."
