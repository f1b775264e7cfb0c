"""Archives of letters: a record a file, with a table about them beside it. No database."""

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from imports.readers import letter_texts, letters
from imports.readers.opening import open_table
from imports.readers.table import LeftOut, ReadOptions
from tests.imports.corpus.archives import zipped
from tests.imports.corpus.documents import docx, docx_bomb, pdf
from tests.imports.refusals import assert_sentence, refusal


@pytest.fixture
def opened(tmp_path):
    def open_(members, **options):
        (tmp_path / "a.zip").write_bytes(zipped(members, zipfile.ZIP_DEFLATED))
        return open_table(tmp_path / "a.zip", "a.zip", ReadOptions(**options))

    return open_


def rows_of(table, *arguments):
    return [row for batch in table.batches(*arguments) for row in batch.rows]


def test_each_kind_of_text_becomes_a_record(opened):
    page = "<html><head><title>No</title></head><h1>Noise</h1><p>The street\nis <b>loud</b> &amp; dark.</html>"
    table = opened({
        "in/001.txt": "Dear ombudsman,\r\nmy street is dark.\r\n", "in/002.md": "# Light\n\nNone *at all*.",
        "in/003.html": page, "in/004.docx": docx("Dear all,", "no light &amp; no answer."),
        "in/005.pdf": pdf("Page one", "Page two"),
    })  # fmt: skip

    assert table.understood.columns == ["reference", "file", "text"]
    assert rows_of(table) == rows_of(table, 2) == [
        ["001", "in/001.txt", "Dear ombudsman,\nmy street is dark."],
        ["002", "in/002.md", "# Light\n\nNone *at all*."],
        ["003", "in/003.html", "Noise\nThe street is loud & dark."],
        ["004", "in/004.docx", "Dear all,\nno light & no answer."],
        ["005", "in/005.pdf", "Page one\n\nPage two"],
    ]  # fmt: skip
    assert table.understood.options.kind == "letters"
    assert (table.understood.left_out, table.understood.notes) == (
        [], ["5 files of texts are read as records, with their names as references."]
    )  # fmt: skip
    assert [batch.lines for batch in table.batches(2, (0, 4, 4))] == [[4, 5]]
    assert rows_of(opened({"only.txt": "One letter,\nalone."})) == [["only", "only.txt", "One letter,\nalone."]]


def test_references_are_as_long_as_it_takes_to_tell_letters_apart():
    assert letters.references_of(["a/1.txt", "b/2.txt"]) == {"a/1.txt": "1", "b/2.txt": "2"}
    assert letters.references_of(["a/1.txt", "b/1.txt"]) == {"a/1.txt": "a/1", "b/1.txt": "b/1"}
    assert letters.references_of(["a/1.txt", "a/1.pdf"]) == {"a/1.txt": "a/1.txt", "a/1.pdf": "a/1.pdf"}


ENCODED = {
    "utf-8": "Beschwerde über die verspätete Prüfung, größere Schäden für Bürger in München",
    "cp1252": "La réclamation déposée à l’été a été rejetée, où l’élève a reçu sa réponse, en français",
    "cp1250": "Sťažnosť na hluk pri prestavbe ulice, žiadosť bola zamietnutá, úrad sľúbil odpoveď",
    "utf-16": "Klagen over sagsbehandlingstiden blev afvist, på trods af løftet om et svar før påske",
    "cp850": "Die Prüfung der Beschwerde dauerte länger als üblich, schließlich für ungültig erklärt",
    "iso8859_7": "Η καταγγελία απορρίφθηκε, αν και η υπηρεσία είχε υποσχεθεί απάντηση πριν από το Πάσχα",
}


def test_each_letter_is_read_in_its_own_encoding(opened):
    table = opened({f"{name}.txt": text.encode(name) for name, text in ENCODED.items()})

    assert {row[0]: row[2] for row in rows_of(table)} == ENCODED
    [note] = [note for note in table.understood.notes if note.startswith("Encodings")]
    assert_sentence(note, "4 of them are a guess", "cp1250 (1)")


def test_a_table_that_names_the_files_is_joined(opened):
    listed = (
        "file name;received;topic\n1.txt;2020-01-02;light\n2.TXT;2020-01-03;noise\n2.txt;2020-01-04;again\n"
        "9.txt;2020-02-01;lost\n"
    )
    table = opened({"list.csv": listed, "in/1.txt": "One", "in/2.txt": "Two", "in/3.txt": "Three", "README.txt": "x"})

    assert table.understood.columns == ["file name", "received", "topic", "file", "text"]
    assert rows_of(table) == [
        ["1.txt", "2020-01-02", "light", "in/1.txt", "One"], ["2.TXT", "2020-01-03", "noise", "in/2.txt", "Two"],
        ["2.txt", "2020-01-04", "again", "in/2.txt", "Two"], ["3.txt", "", "", "in/3.txt", "Three"],
        ["9.txt", "2020-02-01", "lost", "", ""],
    ]  # fmt: skip
    assert table.understood.left_out == [LeftOut("member", "README.txt")]
    assert_sentence(table.understood.notes[0], "3 files", "“list.csv”", "“file name”", "no row names: 1", "no file: 1")


def test_references_in_a_table_name_files_without_their_ending(opened):
    table = opened(
        {"list.csv": "case,topic\nA1,light\nA2,noise\n", "A1.pdf": pdf("One"), "A2.docx": docx("Two"), "A3.txt": "3"}
    )

    assert [row[0] for row in rows_of(table)] == ["A1", "A2", "A3"]
    assert [row[-1] for row in rows_of(table)] == ["One", "Two", "3"]


def test_texts_that_a_table_does_not_name_are_left_out(opened):
    table = opened({"data.csv": "id,name\n1,a\n2,b\n", "notes.txt": "About", "more.pdf": pdf("More")})

    assert rows_of(table) == [["1", "a"], ["2", "b"]]
    assert [part.name for part in table.understood.left_out] == ["notes.txt", "more.pdf"]


def test_texts_of_the_same_columns_are_tables(opened):
    table = opened({"2022.txt": "id\tname\n1\ta\n2\tb\n", "2023.txt": "id\tname\n3\tc\n"})

    assert rows_of(table) == [["1", "a", "2022.txt"], ["2", "b", "2022.txt"], ["3", "c", "2023.txt"]]
    assert rows_of(opened({"2022.txt": "id\tname\n1\ta\n2\tb\n"})) == [["1", "a"], ["2", "b"]]


def bad():
    """Members without a text, each with a part of the reason."""
    return {
        "scan.pdf": (pdf("", ""), "no text, only pictures"),
        "bomb.docx": (docx_bomb(), "more than a letter can be"),
        "lies.docx": (docx("y" * 3_000_000), "more than a letter can be"),
        "entities.docx": (docx("&b;", head='<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'), "damaged"),
        "no.docx": (b"not a document", "damaged"), "cut.pdf": (pdf("One")[:200], "damaged"),
        "locked.docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"),
        "empty.txt": (b" \n", "no text"), "zeros.txt": (b"\0" * 500, "binary data"),
    }  # fmt: skip


def test_what_has_no_text_is_named_with_the_reason_and_the_others_are_read(opened):
    without = bad()
    members = {"a.txt": "First", **{name: content for name, (content, _why) in without.items()}, "z.docx": docx("Last")}
    table = opened(members)

    assert [row[2] for row in rows_of(table)] == ["First", "Last"]
    left_out = {part.name: part for part in table.understood.left_out}
    assert list(left_out) == list(without)
    for name, (_content, why) in without.items():
        assert left_out[name].rows == 1
        assert why in left_out[name].why
        assert_sentence(left_out[name].why)


def test_documents_of_other_kinds_among_letters_are_named(opened):
    table = opened({"a.txt": "First", "old.doc": b"\xd0\xcf\x11\xe0", "photo.JPG": b"\xff\xd8\xff", "README.md": "x"})

    assert [row[2] for row in rows_of(table)] == ["First"]
    why = "Letters are read from .txt, .md, .html, .docx and .pdf."
    assert [(part.name, part.why) for part in table.understood.left_out] == [
        ("old.doc", why), ("photo.JPG", why), ("README.md", "")
    ]  # fmt: skip


def test_a_row_about_a_letter_without_a_text_is_kept(opened):
    table = opened({"list.csv": "file,topic\na.txt,x\nscan.pdf,y\n", "a.txt": "First", "scan.pdf": pdf("")})

    assert rows_of(table) == [["a.txt", "x", "a.txt", "First"], ["scan.pdf", "y", "scan.pdf", ""]]
    [part] = table.understood.left_out
    assert (part.name, part.rows) == ("scan.pdf", None)


def test_letters_of_which_none_has_a_text_are_refused(opened):
    with refusal("no_letters", "None of the 2 files", "1.pdf: The PDF has no text"):
        rows_of(opened({"1.pdf": pdf(""), "2.pdf": pdf("")}))


def test_a_document_that_ends_the_child_costs_only_itself(opened, monkeypatch, tmp_path):
    own = tmp_path / "child.py"
    source = Path(letter_texts.__file__).with_name("letters_child.py").read_text()
    own.write_text(source.replace("    signal.alarm(_SECONDS)\n", "    info.filename == '2.pdf' and sys.exit(1)\n", 1))
    monkeypatch.setattr(letter_texts, "_CHILD", replace(letter_texts._CHILD, script=str(own)))
    table = opened({"1.pdf": pdf("One"), "2.pdf": pdf("Two"), "3.docx": docx("Three")})

    assert [row[2] for row in rows_of(table)] == ["One", "Three"]
    assert [part.name for part in table.understood.left_out] == ["2.pdf"]
    monkeypatch.setattr(letter_texts, "_MOST_DEATHS", 0)
    with refusal("broken_documents"):
        rows_of(table)


def test_too_many_letters_are_refused(opened, monkeypatch):
    monkeypatch.setattr(letters, "MAX_LETTERS", 3)

    with refusal("too_many_letters", " 4 letters", "; 3 "):
        opened({f"{n}.txt": "x" for n in range(4)})


def test_a_table_beside_letters_is_held_in_memory_up_to_a_limit(opened, monkeypatch):
    monkeypatch.setattr(letters, "MAX_TABLE", 10)

    with refusal("table_too_large", "“list.csv”"):
        opened({"list.csv": "file,topic\na.txt,xxxxxxxxxx\nb.txt,yyyyyyyy\n", "a.txt": "First", "b.txt": "Second"})


def test_one_document_is_refused_with_what_to_do(tmp_path):
    for content in docx("Dear all"), pdf("Dear all"):
        (tmp_path / "a").write_bytes(content)
        with refusal("not_a_table", "put them into one ZIP archive"):
            open_table(tmp_path / "a", "a", ReadOptions())
