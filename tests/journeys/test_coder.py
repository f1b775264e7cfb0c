"""A coder's visit: several units coded with the keyboard alone."""

import pytest

from coding.models import Coding, Submission
from tests.factories.coding import make_codebook, make_round

TEXTS = [
    "The council answered after nine months. 😡 Nobody explained why.",
    "I wrote three times and never had a reply.",
    "A friendly letter without any complaint.",
    "Le re\u0301sultat n'est pas clair.",
]
STATUS = "[data-part=status]"


@pytest.fixture
def running(transactional_db, bob, cody):
    book = make_codebook(bob, title="Grievances")
    return make_round(bob, [bob, cody], book=book, texts=TEXTS, coders_per_unit=2, title="Pilot round")


def reports(page, words):
    page.locator(STATUS, has_text=words).wait_for()


def stored(page, count):
    """Wait until the server has this many rows of codings."""
    for _ in range(400):
        if Coding.objects.count() == count:
            return
        page.wait_for_timeout(50)
    assert Coding.objects.count() == count


def submit_by_key(page, key):
    """Press the key and wait for the unit that follows."""
    before = page.url
    page.keyboard.press(key)
    page.wait_for_url(lambda url: url != before)


def select_first_words(page, letters):
    """To the text, to its start, and on with Shift and the arrows."""
    page.keyboard.press("t")
    page.keyboard.press("Control+Home")
    for _ in range(letters):
        page.keyboard.press("Shift+ArrowRight")


def test_a_coder_codes_a_round_with_the_keyboard_alone(page, sign_in, axe, cody, running):
    sign_in(page, cody)
    page.goto("/assignments/")
    axe(page)
    button = page.get_by_role("button", name="Next unit of Pilot round")
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/assignments/*/")
    page.locator(".coding-page.scripted").wait_for()

    # A passage, by arrows; it is there after a reload.
    select_first_words(page, 11)
    page.locator("[data-part=target]", has_text="selected passage").wait_for()
    chosen = page.evaluate("document.getSelection().toString()")
    page.keyboard.press("1")
    reports(page, "Delay applied to")
    stored(page, 1)
    made = Coding.objects.get()
    assert made.round_unit.unit.text[made.start : made.end].startswith(chosen.strip())
    page.reload()
    page.locator("[data-part=text] .coded").wait_for()
    axe(page)

    # Undo and redo are new rows, nothing is erased.
    page.keyboard.press("w")
    page.keyboard.press("2")
    reports(page, "applied to the whole text")
    page.keyboard.press("z")
    reports(page, "retracted")
    page.keyboard.press("y")
    reports(page, "applied to the whole text")
    stored(page, 4)
    submit_by_key(page, "s")

    # One key for a code, one for submit and next.
    page.keyboard.press("w")
    page.keyboard.press("1")
    reports(page, "applied to the whole text")
    submit_by_key(page, "s")

    # Submitting without a code shows what to do instead; then by search and Enter.
    page.keyboard.press("s")
    reports(page, "No codes applied yet")
    page.keyboard.press("w")
    page.keyboard.press("/")
    page.keyboard.type("unclear")
    page.keyboard.press("Enter")
    reports(page, "Unclear applied to the whole text")
    page.keyboard.press("Escape")
    submit_by_key(page, "Control+Enter")
    submit_by_key(page, "n")

    page.wait_for_url("**/assignments/")
    assert "no more units" in page.text_content("main")
    outcomes = list(Submission.objects.order_by("id").values_list("outcome", flat=True))
    assert outcomes == ["coded", "coded", "coded", "none-applies"]
    page.goto("/assignments/mine/")
    axe(page)


def test_single_keys_can_be_switched_off_and_the_help_lists_them(page, sign_in, axe, cody, running):
    sign_in(page, cody)
    page.goto("/assignments/")
    page.get_by_role("button", name="Next unit of Pilot round").click()
    page.locator(".coding-page.scripted").wait_for()
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    axe(page)
    page.keyboard.press("Escape")
    page.get_by_label("Single-key shortcuts").uncheck()
    page.keyboard.press("w")
    page.keyboard.press("1")
    page.keyboard.press("n")
    page.reload()
    page.locator(".coding-page.scripted").wait_for()
    page.keyboard.press("w")
    page.keyboard.press("1")
    assert not Coding.objects.exists()
    assert not Submission.objects.exists()


def test_offsets_of_a_selection_behind_an_emoji_are_code_points(page, sign_in, cody, bob, transactional_db):
    make_round(bob, [cody], texts=["😡😡 nobody שלום answers"], title="Emoji")
    sign_in(page, cody)
    page.goto("/assignments/")
    page.get_by_role("button", name="Next unit of Emoji").click()
    page.locator(".coding-page.scripted").wait_for()
    page.locator("[data-part=text]").dblclick(position={"x": 70, "y": 30})
    page.locator("[data-part=target]", has_text="selected passage").wait_for()
    chosen = page.evaluate("document.getSelection().toString().trim()")
    page.keyboard.press("1")
    stored(page, 1)
    made = Coding.objects.get()
    assert made.round_unit.unit.text[made.start : made.end] == chosen


def test_a_lead_coder_sees_codebook_and_round(page, sign_in, axe, bob, running):
    sign_in(page, bob)
    book = running.codebook_version.codebook
    for address in (
        "/codebooks/",
        f"/codebooks/{book.slug}/",
        f"/codebooks/{book.slug}/codes/new/",
        "/rounds/",
        f"/rounds/{running.pk}/",
        "/rounds/new/",
    ):
        page.goto(address)
        axe(page)
