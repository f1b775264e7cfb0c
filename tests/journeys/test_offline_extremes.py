"""What no person types: a text longer than the server takes, and thousands of drafts on one device. Nothing is lost,
nothing is blocked, and the page says what it is. `make chaos` tries ten thousand drafts and 50 MB."""

from playwright.sync_api import expect

from casestudies.models import FieldNote
from tests.chaos.conftest import KILLS
from tests.factories.casestudies import make_case_study

IS_USUAL = KILLS <= 20
DRAFTS, MILLIONS = (1_000, 3) if IS_USUAL else (10_000, 50)
# Drafts of a kind that no page sends, so that they stay.
FILL = """async (number) => {
  const { Drafts } = await import("/static/device/drafts.js");
  const { here } = await import("/static/device/person.js");
  const drafts = new Drafts(here.vault);
  for (let begun = 0; begun < number; begun += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, place) => drafts.put({
      id: `draft-${begun + place}`, kind: "of-a-test", about: `about-${begun + place}`,
      since: Date.now() - number + begun + place, content: { title: `Draft ${begun + place}`, text: "In the tunnel." },
    })));
  }
}"""
# A text of so many million characters, set as a paste sets it.
PASTE = """(field, millions) => {
  field.value = "The ferry was late. ".repeat(millions * 50_000);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}"""
LENGTH = "(field) => field.value.length"


def test_a_text_longer_than_the_server_takes_stays_here_and_is_said_and_a_shorter_one_is_saved(page, sign_in, fay):
    case_study = make_case_study(fay)
    sign_in(page, fay)
    page.goto(f"/field-notes/new/?case_study={case_study.slug}")
    bar, field = page.locator("[data-note-state]"), page.locator("textarea[name=text]")
    field.evaluate(PASTE, MILLIONS)
    expect(bar.get_by_role("link", name="Save the text as a file")).to_be_visible(timeout=60_000)
    assert field.evaluate(LENGTH) == MILLIONS * 1_000_000
    field.evaluate(PASTE, 3)
    expect(bar).to_contain_text("larger than", timeout=60_000)
    page.reload()
    expect(bar).to_contain_text("larger than", timeout=60_000)
    assert field.evaluate(LENGTH) == 3_000_000
    field.fill("The ferry was late.")
    expect(bar).to_contain_text("Saved at", timeout=60_000)
    assert FieldNote.objects.get().text == "The ferry was late."


def test_with_thousands_of_drafts_on_the_device_a_note_is_written_kept_and_sent(page, sign_in, fay):
    case_study = make_case_study(fay)
    sign_in(page, fay)
    page.goto("/this-device/")
    page.evaluate(FILL, DRAFTS)
    page.reload()
    main = page.locator("main")
    expect(main).to_contain_text(f"{DRAFTS} not on the server yet", timeout=60_000)
    expect(main.locator("[data-waiting-rows] > *")).to_have_count(200)

    page.goto(f"/field-notes/new/?case_study={case_study.slug}")
    bar, field = page.locator("[data-note-state]"), page.locator("textarea[name=text]")
    page.context.set_offline(True)
    field.press_sequentially("On the quay.")
    expect(bar).to_contain_text("only on this device", timeout=60_000)
    page.context.set_offline(False)
    expect(bar).to_contain_text("Saved at", timeout=60_000)
    assert FieldNote.objects.get().text == "On the quay."
