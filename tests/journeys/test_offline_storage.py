"""A browser that is full, or that keeps nothing, is not said to keep anything: the text is offered as a file, and the
browser asks before the page is left."""

import re

from playwright.sync_api import expect

from tests.factories.casestudies import make_case_study

REFUSE = """Object.defineProperty(window, "indexedDB", { value: {
  open() { throw new DOMException("The operation is insecure.", "SecurityError"); },
} })"""
LONG = "The ferry was late. " * 20_000


def type_offline(page, text):
    page.context.set_offline(True)
    page.locator("textarea[name=text]").fill(text)


def asked_before_leaving(page):
    """Whether the browser asks when the page is closed; the page stays."""
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator("textarea[name=text]").press("End")
    page.close(run_before_unload=True)
    page.wait_for_timeout(1000)
    return asked == ["beforeunload"] and not page.is_closed()


def test_a_full_device_says_so_and_keeps_again_when_there_is_room(page, sign_in, fay):
    case_study = make_case_study(fay)
    sign_in(page, fay)
    page.goto(f"/field-notes/new/?case_study={case_study.slug}")
    bar = page.locator("[data-note-state]")
    page.locator("textarea[name=text]").fill("On the quay.")
    expect(bar).to_contain_text("Saved at")
    devtools = page.context.new_cdp_session(page)
    quota = {"origin": re.match(r"https?://[^/]+", page.url)[0]}
    devtools.send("Storage.overrideQuotaForOrigin", quota | {"quotaSize": 1_000})
    type_offline(page, LONG)
    # Chromium goes by what it measured a moment ago, so the first texts may still find room.
    for number in range(60):
        page.locator("textarea[name=text]").fill(f"{LONG}{number}")
        page.wait_for_timeout(1000)
        if "Not on this device and" in bar.inner_text():
            break
    expect(bar).to_contain_text("Not on this device and not on the server yet")
    expect(bar.get_by_role("link", name="Save the text as a file")).to_be_visible()
    assert page.evaluate("() => !dispatchEvent(new Event('beforeunload', { cancelable: true }))")
    devtools.send("Storage.overrideQuotaForOrigin", quota)
    page.locator("textarea[name=text]").press_sequentially(" Again.")
    expect(bar).to_contain_text("only on this device")
    page.context.set_offline(False)
    expect(bar).to_contain_text("Saved at")


def test_a_browser_without_a_database_says_so_sends_all_the_same_and_can_sign_out(page, sign_in, fay):
    case_study = make_case_study(fay)
    page.add_init_script(REFUSE)
    sign_in(page, fay)
    page.goto("/this-device/")
    expect(page.locator("main")).to_contain_text("This browser stores nothing for this site")
    page.goto(f"/field-notes/new/?case_study={case_study.slug}")
    bar = page.locator("[data-note-state]")
    type_offline(page, "On the quay.")
    expect(bar.get_by_role("link", name="Save the text as a file")).to_be_visible()
    expect(bar).not_to_contain_text("only on this device")
    assert asked_before_leaving(page)
    page.context.set_offline(False)
    expect(bar).to_contain_text("Saved at")
    page.locator("[popovertarget=account-menu]").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
