"""Long texts, many passages and many codes: as quick as the fingers, on a screen of a laptop and of a phone."""

import pytest
from playwright.sync_api import expect

from coding.actions import codebooks, queue
from coding.models import Code, Coding
from tests.factories.coding import make_codebook, make_round, published
from tests.journeys.test_coding_page import opened, ready, saved, select_by_script

WORD = "council "
LONG = (WORD * 2500).strip()


def with_passages(person, count, every=8):
    """The person's unit in progress with overlapping passages of whole words."""
    assignment = queue.take_next(by=person)
    chosen = list(Code.objects.filter(version=assignment.round_unit.round.codebook_version).codable())
    rows = [
        Coding(
            round_unit_id=assignment.round_unit_id,
            coder=person,
            code=chosen[n % len(chosen)],
            start=n * every * len(WORD),
            end=(n * every + 12) * len(WORD) - 1,
        )
        for n in range(count)
    ]
    Coding.objects.bulk_create(rows)
    return assignment


def nodes_changed(page, start, end):
    """How many nodes of the text are replaced when a passage is added with the key 1."""
    select_by_script(page, start, end)
    return page.evaluate(
        """() => new Promise((resolve) => {
          const box = document.querySelector("[data-part=text]");
          let count = 0;
          const watcher = new MutationObserver((records) => {
            for (const one of records) count += one.addedNodes.length + one.removedNodes.length;
          });
          watcher.observe(box, {childList: true, subtree: true});
          const pressed = {key: "1", code: "Digit1", bubbles: true, cancelable: true};
          box.dispatchEvent(new KeyboardEvent("keydown", pressed));
          setTimeout(() => { watcher.disconnect(); resolve(count); }, 500);
        })"""
    )


def test_adding_a_passage_changes_the_text_only_there(page, sign_in, bob, cody, transactional_db):
    make_round(bob, [cody], texts=[LONG], title="Pilot")
    with_passages(cody, 300)
    sign_in(page, cody)
    opened(page)
    page.locator("[data-part=codings] li").nth(299).wait_for()
    changed = [nodes_changed(page, 500 + n * 900, 540 + n * 900) for n in range(3)]
    saved(page, 303)
    assert 0 < max(changed) < 30, changed


def test_the_next_text_is_there_before_the_server_is_asked(page, sign_in, bob, cody, transactional_db):
    make_round(bob, [cody], texts=["First of two. Nobody answered.", "Second of two. Rude."], title="Pilot")
    sign_in(page, cody)
    answered = []
    page.on("response", lambda answer: answered.append(answer.url))
    opened(page)
    text = page.locator("[data-part=text]")
    first = text.text_content()
    while not any(url.endswith("/ahead/") for url in answered):
        page.wait_for_timeout(50)
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.keyboard.press("n")
    expect(text).not_to_have_text(first)
    page.context.set_offline(False)


@pytest.fixture
def many_codes(bob, transactional_db):
    """A codebook of 300 codes below 15 headings."""
    book = make_codebook(bob, title="Large")
    draft = book.versions.drafts().get()
    for n in range(15):
        heading = codebooks.add_code(codebook=book, values={"name": f"Heading {n}", "is_codable": False}, by=bob)
        Code.objects.bulk_create(
            Code(
                version=draft, parent=heading, name=f"Code {n} {m}", key=f"code-{n}-{m}", position=m,
                definition=f"The letter speaks of {n} and {m}.",
            )
            for m in range(20)
        )  # fmt: skip
    codebooks.publish_codebook(codebook=book, by=bob)
    return book


@pytest.mark.parametrize(("width", "height", "scheme"), [(1280, 900, "light"), (390, 844, "dark")])
def test_300_codes_and_the_buttons_are_in_view(new_page, sign_in, axe, bob, cody, many_codes, width, height, scheme):
    make_round(bob, [cody], book=many_codes, texts=[LONG[:4000]], title="Pilot")
    assert published(many_codes).codes.codable().count() > 300
    with_passages(cody, 30, every=4)
    page = new_page(width=width, height=height, scheme=scheme)
    sign_in(page, cody)
    opened(page)
    submit = page.get_by_role("button", name="Submit and next")
    place = submit.bounding_box()
    assert place["y"] + place["height"] <= height
    assert page.evaluate("document.documentElement.scrollHeight") < 4 * height + 4000 * (width < 500)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.keyboard.press("/")
    page.keyboard.type("speaks 14 and 19")
    page.locator("[data-code]", has_text="Code 14 19").wait_for()
    assert page.locator("[data-part=codes] [data-code]:visible").count() == 1
    axe(page)


def test_each_overlapping_passage_is_reached_by_key_and_by_the_list(page, sign_in, bob, cody, transactional_db):
    make_round(bob, [cody], texts=[LONG[:400]], title="Pilot")
    with_passages(cody, 3, every=4)
    sign_in(page, cody)
    ready(opened(page))
    piece = page.locator("[data-part=text] .coded[title*=', ']").first
    assert piece.evaluate("node => node.style.backgroundPosition.split(',').length") == 2
    page.keyboard.press("t")
    seen = []
    for _ in range(3):
        page.keyboard.press("g")
        seen.append(page.text_content("[data-part=status]"))
    assert [each.rpartition(", ")[2] for each in seen] == [f"passage {n} of 3." for n in (1, 2, 3)]
    page.get_by_role("button", name="Show", exact=False).first.click()
    chosen = page.evaluate("document.getSelection().toString()")
    assert chosen == LONG[: 12 * len(WORD) - 1]
    page.get_by_role("button", name="Retract Delay").first.click()
    saved(page, 4)
