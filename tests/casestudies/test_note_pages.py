"""Pages of notes: what is shown again when a decision comes too late."""

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
