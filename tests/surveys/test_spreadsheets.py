"""Uploaded workbooks: their rows as texts, what is refused, and that a hostile file hurts nothing."""

import io
import resource
import zipfile
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
import xlsxwriter

from surveys import spreadsheet_child, spreadsheets
from surveys.spreadsheets import SpreadsheetError, Workbook, read_workbook
from surveys.xlsform import read_form
from tests.factories.workbooks import CHOICES, SETTINGS, SURVEY, workbook
from tests.translating import in_brackets


@pytest.fixture(scope="module")
def book():
    return workbook()


def written(path, **sheets):
    """A file with these sheets, as the child process reads it."""
    with xlsxwriter.Workbook(path) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return str(path)


def refusal_of(content):
    with pytest.raises(SpreadsheetError) as refusal:
        read_workbook(content)
    return refusal.value.code


def test_a_workbook_is_read_as_rows_of_texts_wherever_the_program_runs(book, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert read_workbook(book) == Workbook({"survey": SURVEY, "choices": CHOICES, "settings": SETTINGS}, None)


def test_a_form_that_pyxform_does_not_accept_comes_with_its_reason():
    rows = [["type", "name", "label", "label"], ["text", "a", "A", "B"]]
    read = read_workbook(workbook(survey=rows, choices=None, settings_=None))
    assert read == Workbook({"survey": rows}, "Duplicate column header: label")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"type,name\ntext,a\n", "not_a_workbook"),
        (b"PK\x03\x04 broken", "unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "unreadable"),
        (b"PK".ljust(spreadsheets.MOST_BYTES, b"x"), "unreadable"),
        (b"PK".ljust(spreadsheets.MOST_BYTES + 1, b"x"), "too_many_bytes"),
    ],
    ids=["empty", "text", "zip", "ole", "largest", "too large"],
)
def test_files_that_are_not_workbooks_are_refused(content, code):
    assert refusal_of(content) == code


def test_a_workbook_that_is_cut_off_is_refused(book):
    assert refusal_of(book[:2000]) == "unreadable"


@pytest.mark.parametrize(("size", "code"), [(0, "unreadable"), (1, "too_large")])
def test_a_file_may_unpack_to_forty_megabytes(size, code):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(spreadsheets.MOST_UNPACKED // 2))
        archive.writestr("b", bytes(spreadsheets.MOST_UNPACKED // 2 + size))
    assert refusal_of(stream.getvalue()) == code


def test_a_workbook_without_a_survey_sheet_is_not_a_form():
    assert refusal_of(workbook(survey=None)) == "no_survey"
    assert refusal_of(workbook(survey=[])) == "no_survey"


def test_a_child_that_takes_too_long_is_stopped(book, monkeypatch):
    monkeypatch.setattr(spreadsheets, "SECONDS", 0.01)
    assert refusal_of(book) == "over_limits"


def _in_place_of_python(tmp_path, monkeypatch, script):
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o700)
    monkeypatch.setattr(spreadsheets.sys, "executable", str(program))


def test_a_child_that_dies_is_over_the_limits(book, tmp_path, monkeypatch):
    _in_place_of_python(tmp_path, monkeypatch, "exit 1")
    assert refusal_of(book) == "over_limits"


def test_a_child_knows_its_file_and_a_folder_for_it_and_no_secrets(book, tmp_path, monkeypatch):
    monkeypatch.setenv("LIPSE_SECRET_KEY", "a secret")
    monkeypatch.chdir(tmp_path)
    _in_place_of_python(
        tmp_path,
        monkeypatch,
        """printf '{"sheets": {"survey": [["%s", "%s", "%s", "%s"]]}, "pyxform_error": null}' """
        '"$TMPDIR" "$3" "$PWD" "$(env | grep -c LIPSE)"',
    )
    [[folder, file, here, secrets]] = read_workbook(book).sheets["survey"]
    assert Path(folder).name.startswith("lipse-xlsform-")
    assert not Path(folder).exists()
    assert (file, here, secrets) == (f"{folder}/form.xlsx", str(spreadsheets.ROOT), "0")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            "too_large",
            "The workbook is too large. At most 5,000 rows, 200 columns and 40 MB unpacked are allowed.",
        ),
        ("long_cell", "A cell has more than 5,000 characters."),
        (
            "unreadable",
            "The file is damaged or is not an Excel workbook. Save it again as .xlsx and load the new file.",
        ),
        ("no_survey", "The workbook has no sheet called “survey”, so it is not an XLSForm."),
        ("not_a_workbook", "The file is not an Excel workbook (.xlsx or .xls)."),
        ("too_many_bytes", "The file is larger than 2 MB. Remove pictures and other sheets from it."),
        ("over_limits", "The workbook needs more memory or time than is allowed."),
        ("empty", "The file is empty."),
    ],
)
def test_a_refusal_has_a_code_and_a_sentence_in_the_language_of_the_reader(code, message):
    refusal = SpreadsheetError(code)
    assert (refusal.code, refusal.message) == (code, message)
    with in_brackets():
        assert str(SpreadsheetError(code)) == f"[{message}]"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (True, "true"),
        (False, "false"),
        (3.0, "3"),
        (-2.5, "-2.5"),
        (1e14, "100000000000000"),
        (1e15, "1000000000000000.0"),
        (0.1, "0.1"),
        (datetime(2026, 11, 24, 9, 30, tzinfo=UTC), "2026-11-24"),
        (date(2026, 11, 24), "2026-11-24"),
        (time(9, 30), "09:30:00"),
        (" a\u00a0b\n", "a b"),
        ("", ""),
    ],
)
def test_a_cell_is_read_as_it_would_be_typed(cell, text):
    assert spreadsheet_child.text_of(cell) == text


def test_only_the_sheets_of_a_form_are_read(tmp_path):
    path = written(tmp_path / "a.xlsx", Notes=[["x"]], **{" Survey ": [[], ["", "a", 1.0, True]], "CHOICES": [["b"]]})
    assert spreadsheet_child.read(path) == {
        "sheets": {"survey": [["", "", "", ""], ["", "a", "1", "true"]], "choices": [["b"]]}
    }


@pytest.mark.parametrize(
    ("limit", "most", "output"),
    [
        ("MOST_ROWS", 3, None),
        ("MOST_ROWS", 2, "too_large"),
        ("MOST_COLUMNS", 2, None),
        ("MOST_COLUMNS", 1, "too_large"),
        ("MOST_TEXT", 4, None),
        ("MOST_TEXT", 3, "long_cell"),
    ],
)
def test_a_sheet_may_be_as_large_as_the_limits(limit, most, output, tmp_path, monkeypatch):
    rows = [["a", "b"], ["c", "long"], ["d", "e"]]
    path = written(tmp_path / "a.xlsx", Others=[["longer"] * 9] * 9, survey=rows)
    monkeypatch.setattr(spreadsheet_child, limit, most)
    read = {"refused": output} if output else {"sheets": {"survey": rows}}
    assert spreadsheet_child.read(path) == read


def test_what_is_too_large_is_refused_by_the_child(tmp_path, monkeypatch):
    path = written(tmp_path / "a.xlsx", survey=[["type", "name"]])
    monkeypatch.setattr(spreadsheet_child, "MOST_ROWS", 0)
    assert spreadsheet_child.main(path) == {"refused": "too_large"}


def test_a_form_is_read_and_checked_by_the_child(tmp_path):
    path = written(tmp_path / "a.xlsx", survey=[["type", "name"], ["geopoint"]])
    read = {"survey": [["type", "name"], ["geopoint", ""]]}
    error = "[row : 2] Question or group with no name."
    assert spreadsheet_child.main(path) == {"sheets": read, "pyxform_error": error}


def test_a_form_without_a_survey_is_not_checked_by_pyxform(tmp_path):
    path = written(tmp_path / "a.xlsx", choices=[["a"]])
    assert spreadsheet_child.main(path) == {"sheets": {"choices": [["a"]]}}


@pytest.mark.parametrize(
    ("header", "error"),
    [
        (["type", "name", "label"], None),
        (["type", "name", "label", "label"], "Duplicate column header: label"),
        (["type", "name", "label", "label::en::x"], "pyxform cannot read this form (TypeError)."),
    ],
)
def test_pyxform_accepts_a_form_or_says_why_not(header, error, tmp_path):
    path = written(tmp_path / "a.xlsx", survey=[header, ["text", "a", "A", "B"][: len(header)]])
    assert spreadsheet_child.pyxform_error(path) == error


def test_a_file_that_cannot_be_read_is_refused_by_the_child(tmp_path):
    assert spreadsheet_child.main(str(tmp_path / "none.xlsx")) == {"refused": "unreadable"}
    (tmp_path / "a.xlsx").write_bytes(b"PK broken")
    assert spreadsheet_child.main(str(tmp_path / "a.xlsx")) == {"refused": "unreadable"}


def test_the_child_limits_its_memory_time_and_files(monkeypatch):
    limits = {}
    monkeypatch.setattr(resource, "setrlimit", lambda kind, soft_and_hard: limits.update({kind: soft_and_hard}))
    spreadsheet_child.limit()
    assert limits == {
        resource.RLIMIT_AS: (600 * 2**20, 600 * 2**20),
        resource.RLIMIT_CPU: (20, 20),
        resource.RLIMIT_FSIZE: (40 * 2**20, 40 * 2**20),
    }


def _bomb(declared=None):
    """A workbook whose sheet unpacks to 200 MB of blanks."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as plain, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as bomb:
        for entry in plain.infolist():
            content = plain.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                content = content.replace(b"<sheetData>", b"<sheetData>" + b" " * 200_000_000)
            bomb.writestr(entry.filename, content)
    packed = bytearray(stream.getvalue())
    if declared is not None:
        size = (200_000_000).to_bytes(4, "little")[2:]
        for at in range(len(packed) - 46):
            if packed[at : at + 4] == b"PK\x01\x02" and packed[at + 26 : at + 28] == size:
                packed[at + 24 : at + 28] = declared.to_bytes(4, "little")
    return bytes(packed)


def test_a_zip_bomb_is_refused_before_it_is_opened():
    assert refusal_of(_bomb()) == "too_large"


def test_a_zip_bomb_that_lies_about_its_size_hurts_only_the_child():
    assert refusal_of(_bomb(declared=5_000)) in ("over_limits", "too_large", "unreadable")


REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "surveys" / "xlsform"


@pytest.mark.real_data
@pytest.mark.skipif(not REAL.is_dir(), reason="the real XLSForms are not beside the project")
@pytest.mark.parametrize(
    ("name", "items", "problems"),
    [
        ("cascading_select_test_equivalent.xls", 9, []),
        ("choice_filter_test.xlsx", 3, []),
        ("tutorial.xls", None, ["row 2, “member”: The type “begin repeat”"]),
        ("widgets.xls", None, ["row 6, “my_time”: The type “time”", "row 11, “my_geopoint”: The type “geopoint”"]),
        ("xlsform_spec_test.xlsx", None, ["row 15, “repeat_test”: The type “begin repeat”", "“deviceid”"]),
    ],
)
def test_real_forms_load_or_report_their_problems(name, items, problems):
    book = read_workbook((REAL / name).read_bytes())
    loaded = read_form(book.sheets, book.pyxform_error)
    if items is not None:
        assert loaded.problems == ()
        assert sum(1 for _ in loaded.definition.items()) == items
    reported = " ".join(map(str, loaded.problems))
    assert all(problem in reported for problem in problems), reported
    assert bool(problems) != loaded.is_valid
