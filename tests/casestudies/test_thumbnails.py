"""Small pictures are made from what telephones make, and a hostile photo harms nobody."""

import hashlib
import io
import struct
import zlib

import pytest
from PIL import Image

from casestudies import thumbnails
from casestudies.actions.attachments import add_file, arriving
from casestudies.models.attachments import thumbnail_of
from lipse_site.backups.files import uploaded
from tests.factories import photos, recordings
from tests.factories.casestudies import make_case_study, make_note


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def note(fay):
    return make_note(make_case_study(fay), fay)


@pytest.fixture
def add(note, fay):
    def do(content, **options):
        with arriving([content]) as file:
            use = add_file(file=file, stated="", note=note, name="a", by=fay, **({"keeps_details": False} | options))
        return use.attachment

    return do


def picture(kind, size=(800, 400), **options):
    made = io.BytesIO()
    image = Image.new("RGB", size, "red")
    image.paste("blue", (0, 0, size[0] // 2, size[1] // 2))
    image.save(made, kind, **options)
    return made.getvalue()


def opened(content):
    return Image.open(io.BytesIO(content)).convert("RGB")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_photo_has_a_small_picture(add, kind):
    small = opened(thumbnails.thumbnail(add(picture(kind))))

    assert small.size == (320, 160)
    red, _green, blue = small.getpixel((10, 10))
    assert (red < 60, blue > 200) == (True, True)


def test_a_photo_of_a_telephone_that_was_held_upright_is_shown_upright(add):
    turned = Image.Exif()
    turned[0x0112] = 6
    small = opened(thumbnails.thumbnail(add(picture("JPEG", exif=turned))))
    assert small.size == (160, 320)
    assert small.getpixel((150, 10))[2] > 200  # what was left is on top, to the right


def test_heic_has_a_small_picture_after_its_details_were_removed(add):
    small = opened(thumbnails.thumbnail(add(recordings.heic())))
    assert small.size == (64, 64)
    assert small.getpixel((5, 5))[2] > 150 > small.getpixel((5, 5))[0]
    assert small.getpixel((50, 10))[0] > 150 > small.getpixel((50, 10))[2]


def test_it_is_made_once_and_is_in_no_backup(add, monkeypatch, tmp_path):
    attachment = add(picture("PNG"))
    first = thumbnails.thumbnail(attachment)
    monkeypatch.setattr(thumbnails, "_made", None)

    assert thumbnails.thumbnail(attachment) == first == thumbnail_of(attachment.sha256).read_bytes()
    assert [name for name, _path in uploaded(tmp_path)] == [f"attachments/{attachment.sha256[:2]}/{attachment.sha256}"]


def bomb():
    """A PNG of 40,000 by 40,000 pixels in 200 KB."""
    header = photos.chunk(b"IHDR", struct.pack(">IIBBBBB", 40_000, 40_000, 1, 0, 0, 0, 0))
    lines = zlib.compress(bytes(200_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + header + photos.chunk(b"IDAT", lines) + photos.chunk(b"IEND", b"")


HOSTILE = {
    "cut off": photos.camera_jpeg()[:80],
    "no picture in it": photos.jpeg(),
    "a page behind its first bytes": b"\xff\xd8\xff<html><script>alert(1)</script>",
    "more pixels than anybody has room for": bomb(),
    "postscript by another name": b"\x89PNG\r\n\x1a\n%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_photo_has_none_and_is_still_only_a_file_to_save(add, client_of, fay, kind):
    attachment = add(HOSTILE[kind], keeps_details=True)

    assert thumbnails.thumbnail(attachment) == b""
    assert thumbnails.has_no_thumbnail(attachment)
    file = client_of(fay).get(f"/api/v1/attachments/{attachment.sha256}/")
    assert b"".join(file.streaming_content) == HOSTILE[kind]
    assert file["Content-Disposition"].startswith("attachment")
    assert file["X-Content-Type-Options"] == "nosniff"
    assert file["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_only_who_may_read_the_note_gets_it(add, client_of, fay, charlie):
    content = picture("JPEG")
    address = f"/api/v1/attachments/{add(content).sha256}/thumbnail/"

    answer = client_of(fay).get(address)

    assert (answer["Content-Type"], answer["Content-Security-Policy"]) == ("image/webp", "sandbox; default-src 'none'")
    assert opened(answer.content).size == (320, 160)
    assert client_of(charlie).get(address).status_code == 404
    letter = add(b"%PDF-1.7 a letter")
    assert client_of(fay).get(f"/api/v1/attachments/{letter.sha256}/thumbnail/").status_code == 404
    assert (
        client_of(fay).get(f"/api/v1/attachments/{hashlib.sha256(b'none').hexdigest()}/thumbnail/").status_code == 404
    )
