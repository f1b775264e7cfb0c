"""Files of notes, sent by a plain form."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories import photos
from tests.factories.casestudies import make_case_study, make_note


def test_files_are_added_to_a_note_by_a_form_and_removed(client_of, fay, rita):
    note = make_note(make_case_study(fay), fay)
    browser = client_of(fay)
    photo = SimpleUploadedFile("quay.png", photos.png(), content_type="image/png")
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
    assert b"".join(file.streaming_content) == photos.png()
    assert 'filename="quay.png"' in file["Content-Disposition"]
    remove = reverse("field-note-file-remove", args=[note.pk, use.pk])
    assert client_of(rita).post(remove).status_code == 403
    assert browser.post(remove).status_code == 303
    assert "No files." in browser.get(note.get_absolute_url()).content.decode()


def test_the_caption_of_a_stored_file_is_written_and_changed(client_of, fay, rita, ada):
    note = make_note(make_case_study(fay), fay)
    browser = client_of(fay)
    photo = SimpleUploadedFile("quay.png", photos.png(), content_type="image/png")
    browser.post(reverse("field-note-file-add", args=[note.pk]), {"files": [photo]})
    use = note.attachments.get()
    caption = reverse("field-note-file-caption", args=[note.pk, use.pk])
    began = browser.get(caption).context["form"]["began"].value()
    assert f'href="{caption}"' in browser.get(note.get_absolute_url()).text

    assert client_of(rita).post(caption, {"caption": "Mine"}).status_code == 403
    assert browser.post(caption, {"caption": "The quay at six", "began": began}).status_code == 303
    page = browser.get(note.get_absolute_url()).text
    assert "<p>The quay at six</p>" in page
    assert 'alt="The quay at six"' in page
    # Another person began from the empty caption: asked, not overwritten.
    answer = client_of(ada).post(caption, {"caption": "The old quay", "began": began})
    assert answer.status_code == 422
    assert "from nothing to “The quay at six”" in answer.text
    use.refresh_from_db()
    assert use.caption == "The quay at six"
    browser.post(reverse("field-note-file-remove", args=[note.pk, use.pk]))
    assert browser.get(caption).status_code == 404


def test_each_photo_says_what_became_of_what_the_camera_wrote_into_it(client_of, fay):
    note = make_note(make_case_study(fay), fay)
    browser, add = client_of(fay), reverse("field-note-file-add", args=[note.pk])

    def sent(*files, **values):
        uploads = [SimpleUploadedFile(name, content, content_type="image/jpeg") for name, content in files]
        return browser.post(add, {"files": uploads, **values}, follow=True).text

    removed = sent(("quay.jpg", photos.camera_jpeg(6)), ("plain.jpg", photos.jpeg()), ("broken.jpg", b"\xff\xd8\xff"))
    kept = sent(("kept.jpg", photos.camera_jpeg()), keep_details="on")

    assert "quay.jpg was saved, without the place, names and serial numbers" in removed
    assert "plain.jpg was saved." in removed
    assert "broken.jpg was not saved: This photo or recording cannot be read" in removed
    assert "kept.jpg was saved, with the place, names or serial numbers" in kept
    stored = {use.name: (use.photo_details, use.attachment.path.read_bytes()) for use in note.attachments.all()}
    assert {name: details for name, (details, _) in stored.items()} == {
        "quay.jpg": "removed", "plain.jpg": "", "kept.jpg": "kept"
    }  # fmt: skip
    assert [secret for secret in photos.SECRETS if secret in stored["quay.jpg"][1]] == []
    assert stored["kept.jpg"][1] == photos.camera_jpeg()
    assert "image/jpeg" in kept
    assert kept.count("without the place, names and serial numbers that the camera") == 1
