"""The coding page under the fingers: what is coded, kept and submitted is what the coder meant."""

import pytest

from coding.models import Assignment, Coding, Submission
from tests.factories.coding import make_codebook, make_round

TEXT = "The council answered after nine months. Nobody explained why. A third sentence follows."
STATUS = "[data-part=status]"


@pytest.fixture
def running(transactional_db, bob, cody):
    book = make_codebook(bob, title="Grievances")
    return make_round(bob, [cody], book=book, texts=[f"{TEXT} Number {n}." for n in range(4)], title="Pilot")


@pytest.fixture
def coding(page, sign_in, cody, running):
    """The coding page, opened by the coder."""
    sign_in(page, cody)
    return opened(page)


def opened(page):
    page.goto("/assignments/")
    page.get_by_role("button", name="Next unit of Pilot").click()
    return ready(page)


def ready(page):
    page.locator(".coding-page.scripted").wait_for()
    return page


def reports(page, words):
    page.locator(STATUS, has_text=words).wait_for()


def until(page, is_so):
    """Wait until something is so in the database."""
    for _ in range(400):
        if is_so():
            return
        page.wait_for_timeout(50)
    assert is_so()


def saved(page, count):
    """Wait until the server has this many rows of codings."""
    until(page, lambda: Coding.objects.count() == count)


def select(page, words=2):
    page.keyboard.press("t")
    page.keyboard.press("Control+Home")
    for _ in range(words):
        page.keyboard.press("Control+Shift+ArrowRight")
    page.locator("[data-part=target]", has_text="selected passage").wait_for()


def test_two_codes_on_one_passage_are_two_keys_and_the_same_key_takes_back(coding):
    select(coding)
    coding.keyboard.press("1")
    coding.keyboard.press("2")
    saved(coding, 2)
    assert {(c.start, c.end) for c in Coding.objects.all()} == {(0, 11)}
    coding.keyboard.press("1")
    saved(coding, 3)
    assert [c.code.key for c in Coding.objects.standing()] == ["no-reply"]


def test_without_a_selection_a_key_codes_nothing_and_the_whole_text_is_a_gesture(coding):
    coding.keyboard.press("1")
    reports(coding, "Nothing was coded")
    coding.keyboard.press("/")
    coding.keyboard.press("Enter")
    reports(coding, "Nothing was coded")
    coding.keyboard.press("Escape")
    coding.keyboard.press("w")
    coding.locator("[data-part=target]", has_text="whole text").wait_for()
    coding.keyboard.press("1")
    saved(coding, 1)
    assert Coding.objects.get().start is None
    coding.keyboard.press("w")
    coding.keyboard.press("2")
    reports(coding, "Nothing was coded")
    assert Coding.objects.count() == 1


def test_keys_are_places_on_the_keyboard(coding):
    """On an AZERTY keyboard the place of 1 prints &."""
    select(coding)
    coding.evaluate(
        "document.activeElement.dispatchEvent("
        "new KeyboardEvent('keydown', {key: '&', code: 'Digit2', bubbles: true, cancelable: true}))"
    )
    saved(coding, 1)
    assert Coding.objects.get().code.key == "no-reply"


def test_nothing_changes_the_text(coding):
    box = coding.locator("[data-part=text]")
    before = box.text_content()
    select(coding)
    coding.get_by_label("Single-key shortcuts").uncheck()
    coding.keyboard.press("Escape")
    box.focus()
    select_by_script(coding, 4, 11)
    session = coding.context.new_cdp_session(coding)
    session.send("Input.imeSetComposition", {"text": "ほげ", "selectionStart": 2, "selectionEnd": 2})
    coding.wait_for_timeout(100)
    assert box.text_content() == before
    session.send("Input.insertText", {"text": "ほげ"})
    coding.keyboard.type("abc")
    coding.keyboard.press("Backspace")
    coding.keyboard.press("Control+x")
    coding.keyboard.press("Control+v")
    coding.evaluate("document.querySelector('[data-part=text]').firstChild.firstChild.insertData(0, 'xx')")
    coding.wait_for_timeout(100)
    assert box.text_content() == before
    coding.get_by_label("Single-key shortcuts").check()
    select_by_script(coding, 4, 11)
    coding.keyboard.press("1")
    saved(coding, 1)
    made = Coding.objects.get()
    assert made.round_unit.unit.text[made.start : made.end] == "council"


def select_by_script(page, start, end):
    page.evaluate(
        """([start, end]) => {
          const box = document.querySelector("[data-part=text]");
          box.focus();
          const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
          const place = (at) => {
            walker.currentNode = box;
            let left = at;
            while (walker.nextNode()) {
              if (left <= walker.currentNode.length) return [walker.currentNode, left];
              left -= walker.currentNode.length;
            }
          };
          document.getSelection().setBaseAndExtent(...place(start), ...place(end));
        }""",
        [start, end],
    )
    page.wait_for_timeout(50)


def test_a_selection_becomes_whole_words(coding):
    select_by_script(coding, 6, 14)
    coding.keyboard.press("1")
    saved(coding, 1)
    made = Coding.objects.get()
    assert made.round_unit.unit.text[made.start : made.end] == "council answered"


def test_without_a_connection_codes_and_submit_are_kept_and_sent_later(coding, cody, axe):
    first = coding.url
    coding.wait_for_timeout(500)
    coding.context.set_offline(True)
    select(coding)
    coding.keyboard.press("1")
    coding.locator("[data-part=unsaved]", has_text="Changes kept on this device: 1").wait_for()
    axe(coding)
    coding.keyboard.press("s")
    coding.wait_for_url(lambda url: url != first)
    reports(coding, "Next:")
    coding.keyboard.press("m")
    coding.keyboard.type("Written offline.")
    coding.locator("[data-part=unsaved]", has_text="kept on this device: 3").wait_for()
    assert not Coding.objects.exists()
    coding.context.set_offline(False)
    until(coding, lambda: Submission.objects.filter(outcome="coded", codings=1).exists())
    until(coding, lambda: Assignment.objects.filter(memo="Written offline.").exists())
    coding.locator("[data-part=unsaved]").wait_for(state="hidden")


def test_what_waits_is_sent_after_the_page_was_closed_and_opened_again(coding):
    coding.route("**/changes/", lambda route: route.abort())
    select(coding)
    coding.keyboard.press("1")
    coding.locator("[data-part=unsaved]", has_text="kept on this device: 1").wait_for()
    coding.unroute("**/changes/")
    coding.reload()
    ready(coding)
    saved(coding, 1)
    coding.locator("[data-part=codings] li").wait_for()


def test_a_session_that_ended_is_signed_in_again_in_place(coding, cody, bob, sign_in):
    address = coding.url
    coding.context.clear_cookies()
    select(coding)
    coding.keyboard.press("1")
    coding.locator("[data-part=unsaved]", has_text="signed out").wait_for()
    other = coding.context.new_page()
    sign_in(other, bob)
    coding.evaluate("dispatchEvent(new Event('focus'))")
    coding.wait_for_timeout(500)
    assert not Coding.objects.exists()
    coding.context.clear_cookies()
    sign_in(other, cody)
    coding.evaluate("dispatchEvent(new Event('focus'))")
    saved(coding, 1)
    assert Coding.objects.get().coder == cody
    coding.locator("[data-part=unsaved]").wait_for(state="hidden")
    assert coding.url == address


def test_a_second_tab_is_asked_before_it_submits_over_the_first(coding):
    stale = coding.context.new_page()
    stale.goto(coding.url)
    ready(stale)
    select(coding)
    coding.keyboard.press("1")
    saved(coding, 1)
    stale.keyboard.press("u")
    stale.locator("dialog[open]", has_text="Delay").wait_for()
    assert not Submission.objects.exists()
    stale.get_by_role("button", name="Go on with all of these").click()
    until(stale, Submission.objects.exists)
    assert Submission.objects.get().codings == 1


def test_a_unit_that_was_passed_on_says_what_happened_and_what_was_kept(coding, bob, running):
    select(coding)
    coding.keyboard.press("1")
    saved(coding, 1)
    running.coders.create(coder=bob, organisation=running.organisation)
    Assignment.objects.filter(coder__username="cody", is_ahead=False).update(coder=bob)
    coding.keyboard.press("2")
    dialog = coding.locator("dialog[open]", has_text="passed on")
    dialog.wait_for()
    assert "1 coding that you made is stored" in dialog.text_content()
    dialog.get_by_role("button", name="Go to the queue").click()
    coding.wait_for_url("**/assignments/")
    assert Coding.objects.count() == 1


def test_the_memo_is_kept_while_it_is_typed(coding):
    coding.keyboard.press("m")
    coding.keyboard.type("Half a word")
    until(coding, lambda: Assignment.objects.filter(memo="Half a word").exists())


def test_what_waits_is_sent_from_any_page_after_the_page_was_closed(coding):
    coding.route("**/changes/", lambda route: route.abort())
    select(coding)
    coding.keyboard.press("1")
    coding.locator("[data-part=unsaved]", has_text="kept on this device: 1").wait_for()
    context = coding.context
    coding.close()
    elsewhere = context.new_page()
    elsewhere.goto("/my-account/")
    saved(elsewhere, 1)


EARLIER = """([person, assignment, page]) => new Promise((resolve, reject) => {
  const opening = indexedDB.open("lipse-coding", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("work", { keyPath: ["person", "assignment"] });
  opening.onerror = reject;
  opening.onsuccess = () => {
    const database = opening.result;
    const transaction = database.transaction("work", "readwrite");
    const changes = [{ memo: { now: "Waits in the earlier database", was: "" } }];
    transaction.objectStore("work").put({ person, assignment, version: 0, title: "Letter", page, changes, outcome: null,
      held: null, since: 1, active: 1 });
    transaction.oncomplete = () => { database.close(); resolve(); };
  };
})"""


def test_work_in_the_earlier_database_is_moved_and_sent(coding):
    address = coding.url
    # The page takes the next unit ahead, so the coder may have two.
    assignment = Assignment.objects.get(pk=address.rstrip("/").rpartition("/")[2])
    coding.goto("/my-account/")
    coding.evaluate(EARLIER, ["cody", assignment.pk, address])
    coding.goto(address)
    until(ready(coding), lambda: Assignment.objects.get(pk=assignment.pk).memo == "Waits in the earlier database")
    names = coding.evaluate("indexedDB.databases().then((all) => all.map(({ name }) => name))")
    assert "lipse-coding" not in names
