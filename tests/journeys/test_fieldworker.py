"""A fieldworker's visit in a real browser: a case, an event, a note that saves itself; and once with the keys alone."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from casestudies.actions.notes import put_note
from casestudies.models import CaseStudy, CoCreationEvent, FieldNote
from tests.factories.casestudies import (
    make_case_study,
    make_event,
    make_note,
    make_sector,
    note_content,
)
from tests.journeys.conftest import PATIENCE_MS
from tests.journeys.keyboard import tab_to


def no_sideways(page):
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{page.url} scrolls sideways"


def test_a_fieldworker_starts_a_case_plans_an_event_and_writes_a_note(page, sign_in, axe, fay):
    make_sector()
    sign_in(page, fay)
    page.goto("/case-studies/")
    axe(page)
    page.get_by_role("button", name="Start a case").first.click()
    axe(page)
    page.get_by_label("Working title").fill("Gardens of the quarter")
    page.get_by_label("Country").select_option("EE")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gardens of the quarter")
    axe(page)

    page.get_by_role("link", name="Add an event").click()
    axe(page)
    page.get_by_label("Title").fill("First walk")
    page.get_by_label("Starts").fill("2026-11-24T09:00")
    page.get_by_label("Format").select_option("walk-through")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("First walk")
    axe(page)

    page.get_by_role("button", name="Write a note").click()
    state = page.locator("[data-note-words]")
    page.get_by_label("Title").fill("At the gate")
    page.get_by_label("Text").press_sequentially("Twelve people came, õ and all.")
    expect(state).to_have_text(re.compile(r"Saved at \d\d:\d\d.*, version \d+"))
    axe(page)
    page.reload()
    expect(page.get_by_label("Text")).to_have_value("Twelve people came, õ and all.")
    note = FieldNote.objects.get()
    assert (note.text, note.title) == ("Twelve people came, õ and all.", "At the gate")
    assert (note.case_study, note.event) == (CaseStudy.objects.get(), CoCreationEvent.objects.get())


@pytest.fixture
def written(fay):
    case_study = make_case_study(fay)
    return make_note(case_study, fay, event=make_event(case_study, fay), text="Twelve people came.")


def held_back(page, pattern):
    """A request that fits is answered only when the returned function is called."""
    held = []

    def hold(route):
        held.append(route)

    page.route(pattern, hold)

    def let_it_come():
        for _ in range(PATIENCE_MS // 50):
            if held:
                return held[0].continue_()
            page.wait_for_timeout(50)
        raise AssertionError(f"{pattern} was not asked for")

    return let_it_come


@pytest.fixture
def plain_page(new_page):
    """A page whose scripts all come from the server: the service worker would have kept them from an earlier page."""
    return new_page(service_workers="block")


@pytest.mark.parametrize("is_new", [True, False])
def test_what_is_typed_before_the_script_arrives_is_saved(plain_page, sign_in, fay, written, is_new):
    page = plain_page
    sign_in(page, fay)
    let_it_come = held_back(page, "**/note-page*.js")
    address = (
        f"/field-notes/new/?case_study={written.case_study.slug}" if is_new else f"/field-notes/{written.pk}/edit/"
    )
    page.goto(address, wait_until="commit")
    page.get_by_label("Title").fill("From the train")
    page.get_by_label("Text").fill("Typed on a slow train.")
    let_it_come()

    expect(page.locator("[data-note-words]")).to_contain_text("Saved at")
    note = FieldNote.objects.exclude(pk=written.pk).get() if is_new else FieldNote.objects.get()
    assert (note.title, note.text) == ("From the train", "Typed on a slow train.")


def test_text_on_the_device_is_not_hidden_by_text_that_the_browser_restored(page, sign_in, fay, written):
    sign_in(page, fay)
    address = unsent(page, written)
    page.goto("/today/")
    page.goto(address)
    page.get_by_label("Text").fill("Put right on the second visit.")
    expect(page.locator("[data-note-words]")).to_contain_text("Not saved on the server yet")
    page.go_back()
    page.go_back()
    expect(page.locator("[data-note-words]")).to_contain_text("Not saved on the server yet")
    expect(page.get_by_label("Text")).to_have_value("Put right on the second visit.")
    page.unroute("**/api/v1/field-notes/**")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-note-words]")).to_contain_text("Saved at")
    written.refresh_from_db()
    assert written.text == "Put right on the second visit."


SLOW_PICTURE = """addEventListener("DOMContentLoaded", () => {
  document.body.append(Object.assign(new Image(), { src: "/held.png", alt: "" }));
});"""


def test_unsent_text_is_shown_unchanged_beside_another_persons_edit(page, sign_in, fay, ada, written):
    sign_in(page, fay)
    unsent(page, written)
    theirs = note_content(written.case_study, event=written.event, text=written.text, title="Ada's title")
    put_note(uuid=written.pk, content=theirs, by=ada, base_version=1)
    page.unroute("**/api/v1/field-notes/**")
    # The page is not complete, so that the browser may still put something back, when the answer comes.
    page.add_init_script(SLOW_PICTURE)
    let_it_come = held_back(page, "**/held.png")
    page.reload(wait_until="commit")
    expect(page.locator("[data-note-words]")).to_contain_text("Saved at")
    let_it_come()
    page.wait_for_load_state("load")

    text = page.get_by_label("Text")
    expect(text).to_have_value("Closed before it was sent.")
    expect(page.get_by_label("Title")).to_have_value("Ada's title")
    text.press("End")
    text.press_sequentially(" And more.")
    expect(page.locator("[data-note-words]")).to_contain_text("version 4")
    written.refresh_from_db()
    assert (written.title, written.text) == ("Ada's title", "Closed before it was sent. And more.")


def test_what_is_typed_is_on_the_device_without_a_pause(page, sign_in, fay, written):
    sign_in(page, fay)
    page.clock.install()
    page.goto(f"/field-notes/{written.pk}/edit/")
    page.get_by_label("Text").fill("Typed and saved.")
    expect(page.locator("[data-note-words]")).to_contain_text("Saved at")
    # No pause ends any more and the page is never left: only typing itself can have kept it.
    page.clock.pause_at(timezone.now() + timedelta(days=1))
    page.get_by_label("Text").fill("Still typing")
    other = page.context.new_page()
    other.goto("/today/")
    expect(other.get_by_text("On this device only")).to_be_visible()
    written.refresh_from_db()
    assert written.text == "Typed and saved."


@pytest.mark.parametrize("leave", ["reload", "close", "elsewhere"])
def test_text_typed_last_before_the_page_is_left_is_saved(page, sign_in, fay, written, leave):
    sign_in(page, fay)
    address = f"/field-notes/{written.pk}/edit/"
    page.goto(address)
    page.get_by_label("Text").fill("Typed and saved.")
    expect(page.locator("[data-note-words]")).to_contain_text("Saved at")
    page.route("**/api/v1/field-notes/**", lambda route: route.abort())
    page.get_by_label("Text").fill("Typed and gone.")
    if leave == "close":
        context = page.context
        page.close()
        page = context.new_page()
        page.goto(address)
    elif leave == "reload":
        page.reload()
    else:
        page.goto("/today/")
        page.goto(address)
    expect(page.get_by_label("Text")).to_have_value("Typed and gone.")


def test_typing_goes_on_after_a_reload(page, sign_in, fay, written):
    sign_in(page, fay)
    page.goto(f"/field-notes/{written.pk}/edit/")
    page.reload()
    page.get_by_label("Text").fill("Thirteen people came.")
    expect(page.locator("[data-note-words]")).to_contain_text("Saved at")
    written.refresh_from_db()
    assert written.text == "Thirteen people came."


def unsent(page, note):
    """Something was typed into the note that no network takes; returns the address of its page."""
    address = f"/field-notes/{note.pk}/edit/"
    page.goto(address)
    page.route("**/api/v1/field-notes/**", lambda route: route.abort())
    page.get_by_label("Text").fill("Closed before it was sent.")
    expect(page.locator("[data-note-words]")).to_contain_text("Not saved on the server yet")
    return address


def test_text_typed_before_the_script_loads_is_added_to_unsent_text(plain_page, sign_in, fay, written):
    page = plain_page
    sign_in(page, fay)
    address = unsent(page, written)
    let_it_come = held_back(page, "**/note-page*.js")
    page.goto(address, wait_until="commit")
    page.get_by_label("Text").fill("Typed on a slow train.")
    page.unroute("**/api/v1/field-notes/**")
    let_it_come()

    expect(page.get_by_label("Text")).to_have_value("Closed before it was sent.\n\nTyped on a slow train.")
    expect(page.locator("[data-note-words]")).to_contain_text("Saved at")
    written.refresh_from_db()
    assert written.text == "Closed before it was sent.\n\nTyped on a slow train."


def test_without_a_network_the_text_is_stored_on_the_device_and_sent_later(page, sign_in, fay, written):
    sign_in(page, fay)
    page.goto(f"/field-notes/{written.pk}/edit/")
    # The key of what is stored on the device comes from the server after the page.
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.get_by_label("Text").fill("Written in the tunnel.")
    state = page.locator("[data-note-words]")
    expect(state).to_contain_text("Not saved on the server yet")
    page.context.set_offline(False)
    expect(state).to_contain_text("Saved at", timeout=15_000)
    written.refresh_from_db()
    assert written.text == "Written in the tunnel."


def test_a_text_that_was_never_sent_is_there_after_the_page_was_closed(page, sign_in, fay, written):
    sign_in(page, fay)
    address = unsent(page, written)
    page.goto("/today/")
    expect(page.get_by_text("On this device only")).to_be_visible()
    page.goto(address)
    expect(page.get_by_label("Text")).to_have_value("Closed before it was sent.")
    # Not before: Today would send it while this page is on its way.
    page.unroute("**/api/v1/field-notes/**")
    expect(page.locator("[data-note-words]")).to_contain_text("Saved at")
    written.refresh_from_db()
    assert written.text == "Closed before it was sent."


def test_two_people_at_one_note_lose_nothing_and_one_of_them_decides(page, sign_in, axe, fay, ada, written):
    sign_in(page, fay)
    page.goto(f"/field-notes/{written.pk}/edit/")
    theirs = note_content(written.case_study, event=written.event, text="Ada: thirteen people came.")
    put_note(uuid=written.pk, content=theirs, by=ada, base_version=1)
    page.get_by_label("Text").fill("Fay: eleven people came.")
    page.get_by_role("link", name="Resolve the conflict").click()
    expect(page.get_by_text("Base: the text before both edits").first).to_be_visible()
    axe(page)
    no_sideways(page)
    page.get_by_role("textbox", name="Text").fill("Eleven or thirteen people came.")
    page.get_by_role("button", name="Save the decision").click()
    expect(page.get_by_text("Both texts stay in the history")).to_be_visible()
    page.get_by_role("link", name="Versions").click()
    axe(page)
    written.refresh_from_db()
    assert (written.text, written.version) == ("Eleven or thirteen people came.", 3)


def test_a_note_is_written_with_the_keys_alone(page, sign_in, fay):
    case_study = make_case_study(fay, working_title="Gardens")
    sign_in(page, fay)
    page.goto(case_study.get_absolute_url())
    tab_to(page, "Write a note")
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit/**")
    tab_to(page, "Text")
    page.keyboard.type("Nobody touched a mouse.")
    tab_to(page, "Title")
    page.keyboard.type("By keys")
    tab_to(page, "Save")
    page.keyboard.press("Enter")
    expect(page.locator("[data-note-words]")).to_contain_text("Saved at")
    assert FieldNote.objects.get().text == "Nobody touched a mouse."
