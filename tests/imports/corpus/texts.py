"""Delimited text gone wrong."""

import random
from pathlib import Path

from tests.imports.corpus import HEADER, Hostile, Loads, lines, plain, raw, text

SOUND = plain()


def two_encodings(path: Path) -> None:
    good = plain(200).replace("never", "näher wären größer für Ärger übel").encode()
    path.write_bytes(good + "201,2019-01-02,Größe,schön\n".encode("latin-1"))


def columns(count: int) -> str:
    return ",".join(f"c{n}" for n in range(count)) + "\n" + ",".join("1" * count) + "\n"


def cell_of_a_gigabyte(path: Path) -> None:
    """A cell whose first 20 MB are written; the rest is a hole, which reading must never come to."""
    with path.open("wb") as file:
        file.write(HEADER.encode() + b'1,2019-01-02,a,"')
        file.write(b"x" * 20 * 1024 * 1024)
        file.truncate(400 * 1024 * 1024)


def unclosed_quote_over_many_lines(path: Path) -> None:
    path.write_text(HEADER + '1,2019-01-02,"Title,text\n' + lines(2, 200_000))


def large_cells(path: Path) -> None:
    """Two hundred rows of a megabyte: a batch must end by its size, not only by its number of rows."""
    with path.open("w") as file:
        file.write(HEADER)
        for n in range(1, 201):
            file.write(f"{n},2019-01-02,Title,{'word ' * 30_000}\n")


def replaced(old: str, new: str, times: int = 1) -> str:
    return SOUND.replace(old, new, times)


_DUPLICATE = "id,date received,title,narrative,title,,\n" + "".join(
    f"{n},2019-01-02,Title,Text {n},other,x,y\n" for n in range(1, 31)
)
_QUARTERS = "1,2019-01-02,Title,\N{RIGHT-TO-LEFT OVERRIDE}gpj.exe\N{POP DIRECTIONAL FORMATTING} evil\n"
_INJECTION = '1,2019-01-02,"=cmd|\' /C calc\'!A0","@SUM(1+1)*cmd"\n2,2019-01-02,+1+1,-2+3\n'

FILES = [
    Hostile("empty.csv", raw(b""), "empty_file"),
    Hostile("only_header.csv", text(HEADER), "no_rows"),
    Hostile("only_blanks.csv", text("  \n\n \t \n"), "mapping_incomplete"),
    Hostile("only_a_mark.csv", raw(b"\xef\xbb\xbf"), "no_rows"),
    Hostile("picture.csv", raw(b"\x89PNG\r\n\x1a\n" + random.Random(1).randbytes(5_000)), "not_a_table"),
    Hostile("page.csv", text("<!DOCTYPE html><html><body>Please sign in</body></html>"), "not_a_table"),
    Hostile("document.csv", raw(b"%PDF-1.7\n" + random.Random(2).randbytes(5_000)), "not_a_table"),
    Hostile("program.csv", raw(b"MZ\x90\0" + random.Random(3).randbytes(5_000)), "not_a_table"),
    Hostile("binary.csv", raw(bytes([0, 1, 2, 3]) * 5_000), "not_text"),
    Hostile("noise.csv", raw(random.Random(4).randbytes(50_000)), "not_text"),
    Hostile("two_encodings.csv", two_encodings, "mixed_encoding"),
    Hostile("mark_in_the_middle.csv", raw(plain(15).encode() + b"\xef\xbb\xbf" + lines(16, 31).encode()), Loads(30)),
    Hostile(
        "two_files_joined.csv", raw(plain(15).encode() + b"\xef\xbb\xbf" + plain(15, 16).encode()),
        Loads(30, 1, problem="not_a_date"),
    ),
    Hostile("utf16_without_mark.csv", text(SOUND, "utf-16-le"), Loads(30)),
    Hostile("utf16_cut.csv", raw(SOUND.encode("utf-16")[:-1]), "wrong_encoding"),
    Hostile("utf32.csv", text(SOUND, "utf-32"), Loads(30)),
    Hostile("surrogates.csv", raw(SOUND.encode().replace(b"Title 3,", b"T\xed\xa0\x80itle 3,")), Loads(30)),
    Hostile("columns_100000.csv", text(columns(100_000)), "too_many_columns"),
    Hostile("columns_1001.csv", text(columns(1_001)), "too_many_columns"),
    Hostile("gigabyte.csv", cell_of_a_gigabyte, "line_too_long"),
    Hostile("large_cells.csv", large_cells, Loads(200)),
    Hostile("quote_over_many_lines.csv", unclosed_quote_over_many_lines, "cell_too_large"),
    Hostile("quote_to_the_end.csv", text(replaced("The office never answered letter 7\n", '"The office\n')),
            "unclosed_quote"),
    Hostile("quote_reopened.csv", text(replaced("Title 7,", '"Title 7,').replace("Title 9,", '"Title 9,,')),
            Loads(27, 1, problem="wrong_width")),
    Hostile("quotes_inside.csv", text(replaced("Title 7", 'The 7" pipe "burst"')), Loads(30)),
    Hostile("nul.csv", text(replaced("Title 7", "Ti\0tle 7")), Loads(29, 1, problem="nul_character")),
    Hostile("duplicate_and_empty_headers.csv", text(_DUPLICATE), Loads(30)),
    Hostile("keys_by_case.csv", text(HEADER + "".join(
        f"{key}{n},2019-01-02,Title,Text\n" for n in range(10) for key in "Aa")), Loads(20)),
    Hostile("keys_by_space.csv", text(HEADER + "".join(
        f"A{n}{end},2019-01-02,Title,The text of {n}{end}{end}.\n"
        for n in range(200) for end in ("", " ")[: 1 + (n == 7)])),
        Loads(200, 1, problem="duplicate_key")),
    Hostile("injection.csv", text(HEADER + _INJECTION + lines(3, 31)), Loads(30)),
    Hostile("overrides.csv", text(HEADER + _QUARTERS + lines(2, 31)), Loads(30)),
    Hostile("controls.csv", text(replaced("Title 7", "Ti\x01\x1b[31mtle\x7f 7")), Loads(30)),
    Hostile("separators_in_cells.csv", text(SOUND.replace("Title", "Ti\x0b\x0c\x1c\u2028\x85tle")), Loads(30)),
    Hostile("mixed_line_ends.csv", text(
        plain(10) + lines(11, 21).replace("\n", "\r\n") + lines(21, 31).replace("\n", "\r")), Loads(30)),
    Hostile("old_mac.csv", text(SOUND.replace("\n", "\r")), Loads(30)),
    Hostile("no_last_line_end.csv", text(SOUND.rstrip()), Loads(30)),
    Hostile("blank_lines.csv", text(SOUND.replace("\n", "\n\n")), Loads(30)),
    Hostile("title_block.csv", text("Complaints of 2019\n\nOffice of the Ombudsman,,,\n" + SOUND), Loads(30)),
    Hostile("all_ragged.csv", text(HEADER + "".join(f"{n},2019-01-02,a,b,c\n" for n in range(30))), "ragged_rows"),
    Hostile("one_cell_more.csv", text(replaced("Title 7", "Ti,tle 7")), Loads(29, 1, problem="wrong_width")),
    Hostile("impossible_day.csv", text(replaced("7,2019-01-02", "7,2019-02-30")), Loads(29, 1, problem="not_a_date")),
    Hostile("no_identifier.csv", text("title,narrative\n" + "".join(f"Same,Text {n % 3}\n" for n in range(50))),
            "mapping_incomplete"),
    Hostile("nothing_known.csv", text("id,zz,qq\n" + "".join(f"{n},{n % 7},{n % 5}\n" for n in range(50))),
            "mapping_incomplete"),
    Hostile("no_header.csv", text(lines(1, 31)), "mapping_incomplete"),
]  # fmt: skip
