"""A new version of the app, a newer database, a wrong clock, a worker that does not start: nothing lost or blocked."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from lipse_site.app import views
from tests.factories.casestudies import make_case_study, make_note, make_sector
from tests.journeys.test_offline_app import go_offline, shell, visit
from tests.waiting import until

NEWER = """() => new Promise((done, failed) => {
  const asked = indexedDB.open("lipse-device", 99);
  asked.onupgradeneeded = () => asked.result.createObjectStore("later", { keyPath: "id" });
  asked.onblocked = () => failed(new Error("an old tab is in the way"));
  asked.onsuccess = () => { asked.result.close(); done(); };
})"""
WAITS = "async () => Boolean((await navigator.serviceWorker.getRegistration()).waiting)"
VERSIONS = "() => caches.keys()"


@pytest.fixture
def visited(page, sign_in, fay):
    return visit(page, sign_in, fay)


def type_at_end(page, words):
    page.get_by_role("textbox", name="Text").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def test_a_new_version_beside_an_old_tab_waits_for_what_is_unsent(visited):
    old, _case_study, _event, note = visited
    versions = old.evaluate(VERSIONS)
    old.goto(f"{note.get_absolute_url()}edit/")
    old.context.route("**/api/v1/field-notes/**", lambda route: route.abort())
    type_at_end(old, " Unsent.")
    expect(old.locator("[data-note-words]")).to_contain_text("on this device", ignore_case=True)
    make_sector(slug="water", name="Water")
    views._worker.cache_clear()

    new = old.context.new_page()
    new.goto("/today/")
    until(lambda: new.evaluate(WAITS), seconds=60)
    expect(new.locator("[data-app-update]")).to_be_visible()
    assert set(versions) < set(new.evaluate(VERSIONS))
    with new.expect_navigation():
        new.get_by_role("button", name="Update").click()
    until(lambda: len(new.evaluate(VERSIONS)) == 1, seconds=60)
    assert new.evaluate(VERSIONS) != versions

    type_at_end(old, " Typed later.")
    old.context.unroute_all()
    old.get_by_role("button", name="Save").click()
    expect(old.locator("[data-note-words]")).to_contain_text("Saved at")
    note.refresh_from_db()
    assert note.text.endswith(" Unsent. Typed later.")


def test_an_old_tab_works_on_beside_a_database_with_more_tables(visited):
    page, _case_study, _event, note = visited
    page.goto(f"{note.get_absolute_url()}edit/")
    type_at_end(page, " Before.")
    page.evaluate(NEWER)
    type_at_end(page, " After.")
    expect(page.locator("[data-note-words]")).to_contain_text("Saved at")
    until(lambda: (note.refresh_from_db(), note.text.endswith(" Before. After."))[1], seconds=60)
    go_offline(page)
    expect(shell(page, note.get_absolute_url())).to_contain_text("Twelve people")


def test_a_clock_that_is_years_off_loses_and_blocks_nothing(visited):
    page, _case_study, _event, note = visited
    page.clock.set_system_time(datetime(2019, 1, 1, tzinfo=UTC))
    go_offline(page)
    main = shell(page, note.get_absolute_url())
    expect(main).to_contain_text("Twelve people")
    expect(main).to_contain_text("as of")
    shell(page, f"{note.get_absolute_url()}edit/")
    type_at_end(page, " In 2019.")
    expect(page.locator("[data-note-words]")).to_contain_text("on this device", ignore_case=True)
    page.clock.set_system_time(datetime(2035, 1, 1, tzinfo=UTC))
    page.context.set_offline(False)
    page.goto(f"{note.get_absolute_url()}edit/")
    expect(page.locator("[data-note-words]")).to_contain_text("version 2")
    note.refresh_from_db()
    assert note.text.endswith(" In 2019.")


def test_a_worker_that_does_not_start_leaves_the_site_as_it_is(page, sign_in, fay, monkeypatch):
    monkeypatch.setattr(views, "_worker", lambda *_: "throw new Error('broken');")
    note = make_note(make_case_study(fay), fay)
    sign_in(page, fay)
    page.goto(f"{note.get_absolute_url()}edit/")
    type_at_end(page, " And rain.")
    expect(page.locator("[data-note-words]")).to_contain_text("Saved at")
    note.refresh_from_db()
    assert note.text.endswith(" And rain.")
    assert page.evaluate(VERSIONS) == []
