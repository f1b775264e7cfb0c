"""The content of a file decides what it is, not what its sender says."""

import pytest

from casestudies.file_types import ALLOWED_TYPES, is_of_type, type_of
from tests.factories import recordings

STARTS = {
    "image/jpeg": [b"\xff\xd8\xff\xe0\0\x10JFIF", b"\xff\xd8\xff\xe1..Exif"],
    "image/png": [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"],
    "image/webp": [b"RIFF\x24\0\0\0WEBPVP8 "],
    "image/heic": [b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic"],
    "image/avif": [b"\0\0\0\x1cftypavif\0\0\0\0avifmif1", b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif"],
    "audio/mpeg": [b"ID3\x04\0\0", b"\xff\xfb\x90\x64", b"\xff\xf3\x40\xc4", b"\xff\xe3\x18\xc4"],
    "audio/mp4": [b"\0\0\0\x1cftypM4A \0\0\0\0", b"\0\0\0\x18ftypmp42"],
    "audio/ogg": [b"OggS\0\x02"],
    "audio/webm": [b"\x1aE\xdf\xa3\x9fB\x86\x81"],
    "audio/3gpp": [b"\0\0\0\x18ftyp3gp4\0\0\0\0"],
    "audio/amr": [b"#!AMR\n\x3c", b"#!AMR-WB\n"],
    "audio/x-caf": [b"caff\0\1\0\0desc"],
    "video/quicktime": [b"\0\0\0\x14ftypqt  \0\0\0\0"],
    "audio/wav": [b"RIFF\x0a\x0d\0\0WAVEfmt "],
    "application/pdf": [b"%PDF-1.7\n"],
}
# A recording and a video of the same container begin alike.
STARTS |= {f"video/{kind}": STARTS[f"audio/{kind}"] for kind in ("mp4", "3gpp", "webm")}
OTHER = [
    b"<!DOCTYPE html>",
    b"<html><script>",
    "\ufeff<html>".encode("utf-16"),
    b"MZ\x90\0\x03",
    b"PK\x03\x04",
    b"<?xml version='1",
    b"\xff\xf1\x50\x80",  # AAC
    b"",
    b"\0" * 16,
    b"RIFF\x24\0\0\0AVI LIST",
]


@pytest.mark.parametrize("stated", ALLOWED_TYPES)
def test_a_file_is_of_its_own_type_and_of_no_other(stated):
    found = {start for starts in STARTS.values() for start in starts if is_of_type(start, stated)}

    assert found == set(STARTS[stated])


@pytest.mark.parametrize("stated", ALLOWED_TYPES)
@pytest.mark.parametrize("start", OTHER)
def test_what_is_none_of_them_is_refused_whatever_it_is_called(stated, start):
    assert not is_of_type(start, stated)


@pytest.mark.parametrize("kind", STARTS)
@pytest.mark.parametrize("stated", ["", "application/octet-stream", "text/html", "image/jpg"])
def test_the_content_says_what_a_file_is_where_the_sender_does_not(kind, stated):
    found = {type_of(start, stated) for start in STARTS[kind]}
    assert found == {kind.replace("video", "audio") if kind != "video/quicktime" else kind}


def test_the_sender_says_whether_a_recording_is_a_video():
    assert type_of(recordings.recording(b"mp42"), "video/mp4") == "video/mp4"
    assert type_of(recordings.recording(b"mp42"), "image/heic") == "audio/mp4"


@pytest.mark.parametrize("start", OTHER)
def test_what_is_none_of_them_has_no_type(start):
    assert type_of(start, "image/jpeg") == ""
