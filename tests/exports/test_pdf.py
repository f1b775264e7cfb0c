"""Documents as PDF, read back with a program that is not the one that wrote them."""

import io
import re
from dataclasses import replace

import pytest
from pypdf import PdfReader

from exports import pdf
from exports.pdf import Document, Grid, Heading, Line, Paragraph, pdf_of

# A sentence with the letters of each language that the English alphabet does not have.
LETTERS = {
    "Polish": "Zażółć gęślą jaźń",
    "Slovak": "Kŕdeľ ďatľov učí koňa žrať kôru",
    "Czech": "Příliš žluťoučký kůň úpěl ďábelské ódy",
    "Estonian": "Põdur Zagrebi tšellomängija šokk ü",
    "Romanian": "înțeleaptă, ș ț ă â î",
    "Danish": "Æblegrød på øen, å",
    "German": "Größe, Übung, Ähre, ẞ",
    "French": "Où çà, naïf, cœur, élève, ÿ",
    "Spanish": "¿Señor? ¡Qué pingüino!",
    "Dutch": "Coëfficiënt, één, ĳs",
    "Swedish": "Får åka på sjö, Ärende",
    "Hungarian": "árvíztűrő tükörfúrógép",
    "Greek": "Έλληνας πολίτης",
    "Bulgarian": "Гражданин",
}


def document(*parts):
    return Document("Zgodność", "Urząd Łódź", "Subject", "en-gb", parts)


def read(*parts):
    return PdfReader(io.BytesIO(pdf_of(document(*parts))))


def text_of(reader):
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_letters_of_every_language_are_in_plain_and_in_bold_text():
    reader = read(*(part(words) for words in LETTERS.values() for part in (Heading, Paragraph)))

    shown = text_of(reader)

    assert {language: shown.count(words) for language, words in LETTERS.items()} == dict.fromkeys(LETTERS, 2)


def test_letters_that_are_written_as_two_characters_become_one():
    assert "č Ű" in text_of(read(Paragraph("c\u030c U\u030b")))


def test_title_language_and_bookmarks_are_those_of_the_document():
    reader = read(Heading("Część pierwsza"), Paragraph("a"), Heading("Second"))

    assert (reader.metadata.title, reader.metadata.author) == ("Zgodność", "Urząd Łódź")
    catalogue = reader.trailer["/Root"]
    assert catalogue["/Lang"] == "en-gb"
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    assert [one.title for one in reader.outline] == ["Część pierwsza", "Second"]


def test_a_table_over_many_pages_repeats_its_header_and_pages_are_numbered():
    rows = [(f"row-{n}", f"{n}") for n in range(300)]
    reader = read(Grid(("Name of the code", "Used"), rows, (0.5, 0.5), numbers={1}))

    last = len(reader.pages)

    assert 5 < last < 20
    for number, page in enumerate(reader.pages, start=1):
        shown = page.extract_text()
        assert f"{number} of {last}" in shown
        assert shown.count("Name of the code") == 1
    assert re.findall(r"row-(\d+)", text_of(reader)) == [str(n) for n in range(300)]


def test_nothing_is_wider_than_a_page_and_a_row_may_be_longer_than_one():
    words, letters = "word " * 3_000, "W" * 3_000
    reader = read(Paragraph(letters), Line(letters), Grid((), [(letters, words)], (0.3, 0.7)))

    ends = [ends_of(page) for page in reader.pages]

    assert text_of(reader).count("word") == 3_000
    assert text_of(reader).count("W") == 9_000
    assert all(start >= 0 and end < reader.pages[0].mediabox.width for start, end in ends)


def ends_of(page):
    """Where the leftmost and the rightmost pieces of text of a page begin, in points."""
    found = []
    page.extract_text(visitor_text=lambda text, _cm, tm, _font, _size: found.append(tm[4]) if text.strip() else None)
    return min(found), max(found)


def test_markup_and_control_characters_in_texts_are_text(tmp_path):
    picture = tmp_path / "no.png"
    words = f'<img src="{picture}"/> <b>bold</b> & &amp; <para>'
    reader = read(Heading(words), Paragraph(words), Grid((), [(words, "a\x00b\ud800c")], (0.5, 0.5)))

    shown = text_of(reader).replace(" ", "")

    assert shown.count(words.replace(" ", "")) == 3
    assert "abc" in shown.replace("�", "")


def test_of_a_long_table_the_first_rows_are_printed_and_a_sentence_says_so(monkeypatch):
    monkeypatch.setattr(pdf, "MOST_ROWS", 3)
    shown = text_of(read(Grid(("Head",), [(f"row-{n}",) for n in range(5)], (1.0,))))

    assert "The first 3 of 5 rows are printed here" in shown
    assert re.findall(r"row-\d", shown) == ["row-0", "row-1", "row-2"]


def test_a_table_without_rows_is_left_out():
    assert "Head" not in text_of(read(Grid(("Head",), [], (1.0,))))


def test_a_failure_of_the_child_is_raised_and_no_broken_file_is_given(settings, tmp_path):
    settings.NODE_MODULES = tmp_path
    with pytest.raises(RuntimeError, match="DejaVuSans"):
        pdf_of(replace(document(), title="x"))
