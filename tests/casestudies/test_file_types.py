"""The content of a file decides what it is, not what its sender says."""

import pytest

from casestudies.file_types import ALLOWED_TYPES, is_of_type

STARTS = {
    "image/jpeg": [b"\xff\xd8\xff\xe0\0\x10JFIF", b"\xff\xd8\xff\xe1..Exif"],
    "image/png": [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"],
    "image/webp": [b"RIFF\x24\0\0\0WEBPVP8 "],
    "audio/mpeg": [b"ID3\x04\0\0", b"\xff\xfb\x90\x64", b"\xff\xf3\x40\xc4", b"\xff\xe3\x18\xc4"],
    "audio/mp4": [b"\0\0\0\x1cftypM4A \0\0\0\0", b"\0\0\0\x18ftypmp42"],
    "audio/ogg": [b"OggS\0\x02"],
    "audio/webm": [b"\x1aE\xdf\xa3\x9fB\x86\x81"],
    "audio/wav": [b"RIFF\x0a\x0d\0\0WAVEfmt "],
    "application/pdf": [b"%PDF-1.7\n"],
}
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
    found = {start: is_of_type(start, stated) for starts in STARTS.values() for start in starts}

    assert found == {start: kind == stated for kind, starts in STARTS.items() for start in starts}


@pytest.mark.parametrize("stated", ALLOWED_TYPES)
@pytest.mark.parametrize("start", OTHER)
def test_what_is_none_of_them_is_refused_whatever_it_is_called(stated, start):
    assert not is_of_type(start, stated)
