"""Pages of notes: what is shown again when a decision comes too late."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from casestudies.actions.notes import put_note
from tests.factories.casestudies import make_case_study, make_note, note_content


def test_a_decision_on_a_note_that_was_changed_again_is_shown_again_and_can_then_be_saved(client_of, fay):
    case_study = make_case_study(fay)
    browser = client_of(fay)
    note = make_note(case_study, fay, text="First")
    put_note(uuid=note.pk, content=note_content(case_study, text="Theirs"), by=fay, base_version=1)
    put = put_note(uuid=note.pk, content=note_content(case_study, text="Mine"), by=fay, base_version=1)
    url = reverse("field-note-conflict", args=[note.pk, put.conflict.pk])
    seen = browser.get(url).context["form"]
    decision = {field.html_name: field.value() or "" for field in seen} | {"text": "Both", "informants": ""}
    put_note(uuid=note.pk, content=note_content(case_study, text="Theirs again"), by=fay, base_version=2)

    refused = browser.post(url, decision)
    form = refused.context["form"]
    again = browser.post(url, decision | {"base_version": form["base_version"].value()})

    assert (refused.status_code, form["text"].value()) == (422, "Both")
    assert form.errors["text"] == ["Saved by someone else: “Theirs again”"]
    assert again.status_code == 303
    note.refresh_from_db()
    assert (note.text, note.version) == ("Both", 4)


@pytest.fixture
def decide(client_of, fay):
    """The page of a conflict: base, theirs and mine are three paragraphs of which each side changed some."""
    case_study = make_case_study(fay)
    note = make_note(case_study, fay, text="One.\n\nTwo.\n\nThree.")
    for text in ("1.\n\nTwo of theirs.\n\nThree.", "One.\n\nTwo of mine.\n\n3. <script>alert(1)</script>"):
        put = put_note(uuid=note.pk, content=note_content(case_study, text=text), by=fay, base_version=1)
    url = reverse("field-note-conflict", args=[note.pk, put.conflict.pk])
    browser = client_of(fay)
    page = browser.get(url)

    def post(**more):
        form = {field.html_name: field.value() or "" for field in page.context["form"]} | {"informants": ""}
        return browser.post(url, form | {"mine_sha256": put.conflict.sha256} | more)

    return SimpleNamespace(note=note, conflict=put.conflict, page=page, post=post)


def test_a_decision_begins_with_every_edit_of_both_sides(decide):
    text = decide.page.context["form"]["text"].value()
    assert text == "1.\n\nTwo of theirs.\n\nTwo of mine.\n\n3. <script>alert(1)</script>"
    assert "<script>alert" not in decide.page.content.decode()


def test_passages_are_put_together_without_a_script_and_nothing_is_saved_before_the_button(decide):
    chosen = {"passage-0": "theirs", "passage-1": "mine", "passage-2": "theirs"}
    page = decide.post(compose="1", **chosen)
    assert page.status_code == 200
    assert page.context["form"]["text"].value() == "1.\n\nTwo of mine.\n\nThree."
    decide.note.refresh_from_db()
    assert decide.note.version == 2
    saved = decide.post(text=page.context["form"]["text"].value(), **chosen)
    decide.note.refresh_from_db()
    assert (saved.status_code, decide.note.version, decide.note.text) == (303, 3, "1.\n\nTwo of mine.\n\nThree.")


def test_choices_that_were_made_for_other_texts_are_not_read(decide, fay):
    typed_on = note_content(decide.note.case_study, text="One.\n\nTwo of mine, and on.\n\n3.")
    put_note(uuid=decide.note.pk, content=typed_on, by=fay, base_version=1, amends=decide.conflict.pk)
    page = decide.post(**{"passage-1": "theirs"})
    assert page.status_code == 422
    assert "More was typed on the device of this conflict." in page.content.decode()
    assert page.context["decision"].text.count("Two of mine, and on.") == 1
    assert [text.mine["text"] for text in page.context["earlier"]] == [decide.conflict.mine["text"]]
