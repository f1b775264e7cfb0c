"""Files of notes, sent by a plain form."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories.casestudies import make_case_study, make_note


def test_files_are_added_to_a_note_by_a_form_and_removed(client_of, fay, rita):
    note = make_note(make_case_study(fay), fay)
    browser = client_of(fay)
    photo = SimpleUploadedFile("quay.png", b"\x89PNG\r\n\x1a\n picture", content_type="image/png")
    poem = SimpleUploadedFile("poem.txt", b"roses", content_type="text/plain")
    disguised = SimpleUploadedFile("not.pdf", b"<html>", content_type="application/pdf")

    answer = browser.post(
        reverse("field-note-file-add", args=[note.pk]), {"files": [photo, poem, disguised]}, follow=True
    )

    page = answer.content.decode()
    assert "quay.png was saved" in page
    assert "poem.txt was not saved" in page
    assert "not.pdf was not saved" in page
    use = note.attachments.get()
    file = browser.get(reverse("api-attachment", args=[use.attachment.sha256]))
    assert b"".join(file.streaming_content) == b"\x89PNG\r\n\x1a\n picture"
    assert 'filename="quay.png"' in file["Content-Disposition"]
    remove = reverse("field-note-file-remove", args=[note.pk, use.pk])
    assert client_of(rita).post(remove).status_code == 403
    assert browser.post(remove).status_code == 303
    assert "No files." in browser.get(note.get_absolute_url()).content.decode()
