"""The page of an erasure shows what it reaches before it is done; page and API do the same."""

from django.urls import reverse

from casestudies.erasing import NOTE
from casestudies.models import FieldNote
from tests.factories.casestudies import make_case_study, make_note
from versions.models import Erasure

WORDS = "Mrs Quillfeather"


def page_of(note):
    return f"{reverse('erasure-new')}?kind={NOTE}&key={note.pk}"


def test_a_note_is_erased_in_two_steps_and_the_page_of_the_note_says_so(client_of, fay, bob):
    note = make_note(make_case_study(fay), fay, text=f"{WORDS} came.")
    browser = client_of(bob)
    assert page_of(note).replace("&", "&amp;") in browser.get(note.get_absolute_url()).content.decode()

    shown = browser.post(page_of(note), {"ground": "redaction", "passage": WORDS}).content.decode()

    assert '<td data-label="Place">Versions</td>' in shown
    assert not Erasure.objects.exists()
    answer = browser.post(page_of(note), {"ground": "redaction", "passage": WORDS, "confirmed": "1"}, follow=True)
    erasure = Erasure.objects.get()
    assert answer.redirect_chain == [(erasure.get_absolute_url(), 303)]
    assert WORDS not in browser.get(note.get_absolute_url()).content.decode()
    assert "Text was erased on" in client_of(fay).get(note.get_absolute_url()).content.decode()
    browser.post(reverse("erasure-undo", args=[erasure.pk]))
    assert WORDS in browser.get(note.get_absolute_url()).content.decode()
    assert "Undone on" in browser.get(erasure.get_absolute_url()).content.decode()
    assert "Undone" in browser.get(reverse("erasure-list")).content.decode()


def test_a_passage_that_is_not_there_is_told_on_the_form(client_of, fay, bob):
    note = make_note(make_case_study(fay), fay)
    answer = client_of(bob).post(page_of(note), {"ground": "redaction", "passage": WORDS, "confirmed": "1"})
    assert answer.status_code == 422
    assert "There is no text to erase" in answer.content.decode()


def test_the_api_previews_erases_and_undoes(api_client, token_for, fay, bob):
    note = make_note(make_case_study(fay), fay, text=f"{WORDS} came.")
    body = {"kind": NOTE, "key": str(note.pk), "ground": "personal-request"}
    headers = {"HTTP_AUTHORIZATION": f"Bearer {token_for(bob)}"}
    preview = api_client.post("/api/v1/erasures/preview/", body, format="json", **headers).json()

    made = api_client.post("/api/v1/erasures/", body | {"reason": "By letter"}, format="json", **headers)

    assert made.status_code == 201
    address = f"/api/v1/erasures/{made.json()['uuid']}/"
    assert api_client.get(f"{address}targets/", **headers).json() == preview
    assert FieldNote.objects.get().text.startswith("[Erased ")
    assert api_client.post(f"{address}undo/", **headers).json()["undone_by"] == "bob"
    assert FieldNote.objects.get().text == f"{WORDS} came."
    assert api_client.post(f"{address}undo/", **headers).json()["errors"][0]["code"] == "already_undone"


def test_unknown_kinds_and_keys_are_not_found(client_of, bob, fay):
    note = make_note(make_case_study(fay), fay)
    for kind, key in (("accounts.user", bob.pk), (NOTE, "x"), (NOTE, ""), ("casestudies.informant", "9" * 40),
                      ("complaint-record", "x"), ("casestudies.fieldnote", f"{note.pk}x")):  # fmt: skip
        assert client_of(bob).get(f"{reverse('erasure-new')}?kind={kind}&key={key}").status_code == 404
