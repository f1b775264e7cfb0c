"""What a file is, by its first bytes. No database."""

import io
import zipfile

import pytest

from imports.readers import kinds
from imports.readers.kinds import kind_of, surprise
from tests.imports.corpus.archives import zipped
from tests.imports.refusals import assert_sentence, refusal


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"id,title\n1,a\n", "text"),
        (b"\x1f\x8b\x08rest", "gzip"),
        (b"SQLite format 3\0rest", "sqlite"),
        (b"SQLite format 2\0rest", "text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "xls"),
        (b"PAR1rest", "parquet"),
        (b"$FL2rest", "spss"),
        (b"$FL3rest", "spss"),
        (b"<stata_dta><header>", "stata"),
        (b"\x72\x02\x01\x00rest", "stata"),
        (b"\x68\x01\x01\x7frest", "stata"),
        (b"\x67\x01\x01\x00rest", "text"),
        (b"r,\x01\x00", "text"),
        (b"x" * 40 + b"SPSS PORT FILE", "spss_portable"),
        (b"x" * 209 + b"\nSPSS PORT FILE", "spss_portable"),
        (b"x" * 39 + b"SPSS PORT FILE", "text"),
        (b'{"id": 1}', "json"),
        (b' \r\n\t{ "id" : 1}', "json"),
        (b'\xef\xbb\xbf[{"id": 1}]', "json"),
        (b"[ [1, 2], [3, 4]]", "json"),
        (b"[{\n", "json"),
        (b'["a", {"b":1}]', "json"),
        (b'["a", "b"]', "text"),
        (b'{"id"}', "text"),
        (b'{id:"a":1}', "text"),
        (b"{{", "text"),
        (b'{[ "a":1', "json"),
        (b"{}", "text"),
        (b'{{"a":1}}', "json"),
        (b'{} {"a":1}', "json"),
        (b'[] "a":1', "json"),
        ("\ufeff".encode("utf-16-le") + '{"id": 1}'.encode("utf-16-le"), "json"),
        ("\ufeff".encode("utf-16-be") + '[{"id": 1}]'.encode("utf-16-be"), "json"),
        ("\ufeff".encode("utf-16-le") + "id,title".encode("utf-16-le") + b"x", "text"),
        ("\ufeff".encode("utf-16-le") + b"\x00\xdc{\x00", "text"),
    ],
)  # fmt: skip
def test_the_first_bytes_say_what_a_file_is(content, kind):
    file = io.BytesIO(content)
    file.seek(2)

    assert kind_of(file) == kind
    assert file.tell() == 0


def test_json_is_looked_for_in_the_first_four_kilobytes():
    assert kind_of(io.BytesIO(b'{"' + b"x" * 4092 + b'":1}')) == "json"
    assert kind_of(io.BytesIO(b'{"' + b"x" * 4093 + b'":1}')) == "text"


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        ({"a.csv": "x"}, "zip"),
        ({}, "zip"),
        ({"xl/workbook.xml": "x"}, "xlsx"),
        ({"xl/workbook.bin": "x"}, "xlsx"),
        ({"mimetype": "x", "content.xml": "x", "other": ""}, "ods"),
        ({"mimetype": "x", "content.xml": "x"}, "ods"),
        ({"content.xml": "x"}, "zip"),
    ],
)
def test_an_archive_is_known_by_its_members_unless_only_its_head_is_there(members, kind):
    content = zipped(members)
    file = io.BytesIO(content)

    assert kind_of(file) == kind
    assert file.tell() == 0
    assert kind_of(io.BytesIO(content[:60]), only_head=True) == "zip"


@pytest.mark.parametrize("content", [zipped({"a.csv": "x" * 100})[:60], b"PK\x03\x04", b"PK\x05\x06"])
def test_a_damaged_archive_is_refused_with_the_reason(content):
    file = io.BytesIO(content)

    with refusal("broken_archive", "File is not a zip file") as caught:
        kind_of(file)

    assert isinstance(caught.value.__cause__, zipfile.BadZipFile)
    assert file.tell() == 0


def test_an_empty_file_is_refused():
    with refusal("empty_file"):
        kind_of(io.BytesIO())


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"%PDF-1.7", "a PDF document"), (b"\x89PNG\r\n", "a PNG picture"), (b"\xff\xd8\xff\xe0", "a JPEG picture"),
        (b"GIF89a", "a GIF picture"), (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"), (b"Rar!\x1a", "a RAR archive"),
        (b"\x7fELF\x02", "a program"), (b"MZ\x90", "a Windows program"), (b"{\\rtf1", "a rich-text document"),
        (b" <!DOCTYPE html>", "a web page"), (b"\xef\xbb\xbf\n<HTML>", "a web page"), (b"\t<?xml ", "an XML document"),
        ("\ufeff<html>".encode("utf-16-le"), "a web page"),
        (b'<?xml version="1.0"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">', "This is a network"),
        (b'<?xml version="1.0"?><m:Structure xmlns:m="http://www.sdmx.org/message">', "statistics in SDMX"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_by_its_name(content, name):
    with refusal("not_a_table", name):
        kind_of(io.BytesIO(content))


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.csv", "text"), ("a.XLSX", "xlsx"), ("a.json", "text"), ("a.tsv", "json"), ("a.dat", "xlsx"), ("a", "zip")],
)
def test_a_name_that_fits_or_says_nothing_is_no_surprise(name, kind):
    assert surprise(name, kind) == ""


@pytest.mark.parametrize(
    ("name", "kind", "claimed", "found"),
    [
        ("a.CSV", "xlsx", "delimited text", "an Excel workbook"),
        ("letters.v2.sav", "stata", "an SPSS file", "a Stata file"),
        ("a.xls", "text", "an old Excel workbook", "delimited text"),
        ("a.json", "sqlite", "JSON", "an SQLite database"),
    ],
)
def test_a_name_that_says_another_kind_is_noted(name, kind, claimed, found):
    assert_sentence(surprise(name, kind), claimed, found)


def test_every_kind_has_a_name():
    assert set(kinds.EXTENSIONS.values()) == set(kinds.NAMES)
