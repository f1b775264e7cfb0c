"""A browser that is full, or that keeps nothing, is not said to keep anything."""

from playwright.sync_api import expect

# What `durability` says after a text of so many characters was to be kept.
KEEP = """async (characters) => {
  const { Drafts } = await import("/static/device/drafts.js");
  const { here } = await import("/static/device/person.js");
  const { durability, notKeptWords } = await import("/static/device/storage.js");
  const drafts = new Drafts(here.vault);
  const put = (text) => drafts.put({ id: "full", kind: "of-a-test", about: "x", content: { text } });
  const keeper = durability(put, () => {});
  await keeper.keep("a".repeat(characters));
  return { ...keeper.state, words: notKeptWords(keeper.state.reason) };
}"""
REFUSE = """Object.defineProperty(window, "indexedDB", { value: {
  open() { throw new DOMException("The operation is insecure.", "SecurityError"); },
} })"""


def test_a_full_device_is_said_to_be_full_and_keeps_again_when_there_is_room(page, sign_in, fay):
    sign_in(page, fay)
    page.goto("/accessibility/")
    assert page.evaluate(KEEP, 10)["name"] == "kept"
    devtools = page.context.new_cdp_session(page)
    quota = {"origin": "http://" + page.url.split("/")[2]}
    devtools.send("Storage.overrideQuotaForOrigin", quota | {"quotaSize": 100_000})
    full = page.evaluate(KEEP, 5_000_000)
    assert (full["name"], full["reason"]) == ("not-kept", "full")
    assert full["words"] == "This device is full: what you type is not kept here."
    devtools.send("Storage.overrideQuotaForOrigin", quota)
    assert page.evaluate(KEEP, 5_000_000)["name"] == "kept"


def test_a_browser_without_a_database_is_said_to_keep_nothing_and_can_sign_out(page, sign_in, fay):
    page.add_init_script(REFUSE)
    sign_in(page, fay)
    page.goto("/this-device/")
    expect(page.locator("main")).to_contain_text("This browser keeps nothing for this site")
    refused = page.evaluate(KEEP, 10)
    assert (refused["name"], refused["reason"]) == ("not-kept", "refused")
    assert "this browser does not allow it" in refused["words"]
    page.locator("[popovertarget=account-menu]").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
