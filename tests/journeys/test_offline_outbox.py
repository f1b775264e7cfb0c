"""What waits on a device is spoken of on every page, and signing out takes the key and not the text."""

from playwright.sync_api import expect

# A text that was typed and not sent, `age` milliseconds ago, by whoever has this page open.
PUT = """async ({id, age}) => {
  const { Drafts } = await import("/static/device/drafts.js");
  const { here } = await import("/static/device/person.js");
  const since = Date.now() - age;
  await new Drafts(here.vault).put({ id, kind: "of-a-test", about: id, since, content: { text: "On the quay" } });
}"""
HOUR = 3_600_000


def test_what_waits_is_named_on_every_page_and_is_readable_again_after_signing_in(page, sign_in, fay, rita):
    sign_in(page, fay)
    page.goto("/accessibility/")
    page.evaluate(PUT, {"id": "1", "age": HOUR})
    line = page.locator("[data-waiting]")
    expect(line).to_contain_text("1 text is only on this device and not on the server yet")
    page.goto("/case-studies/")
    page.evaluate(PUT, {"id": "2", "age": 25 * HOUR})
    expect(line).to_contain_text("2 texts are only on this device")
    expect(line).to_contain_text("more than a day")
    page.evaluate(PUT, {"id": "3", "age": 73 * HOUR})
    expect(line).to_contain_text("more than three days")
    # From the menu first the page that says what stays, then the one that says what stayed.
    page.locator("[popovertarget=account-menu]").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign out?")).to_be_visible()
    expect(page.locator("[data-stays-here]")).to_contain_text("3 texts are not on the server yet")
    page.locator("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    expect(page.locator("[data-stays-here]")).to_contain_text("3 texts stay on this device, encrypted")
    assert keys(page) == 0
    # Another person has another key and sees nothing of them.
    sign_in(page, rita)
    page.wait_for_function("import('/static/device/vault.js').then((m) => m.personHere()).then(Boolean)")
    assert readable(page) == []
    expect(line).to_be_hidden()
    # The same person reads them again, without the other's key.
    page.context.clear_cookies()
    sign_in(page, fay)
    expect(line).to_contain_text("3 texts are only on this device")
    assert readable(page) == ["On the quay"] * 3
    assert keys(page) == 1


def keys(page):
    """How many people's keys this browser holds."""
    return page.evaluate("""async () => {
      const { Table } = await import("/static/device/database.js");
      return (await new Table("people").all()).filter((one) => one.key).length;
    }""")


def readable(page):
    return page.evaluate("""async () => {
      const { Drafts } = await import("/static/device/drafts.js");
  const { here } = await import("/static/device/person.js");
      return (await new Drafts(here.vault).all()).map((draft) => draft.content?.text);
    }""")
