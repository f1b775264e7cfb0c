"""XLSForms: what loads, what is refused and where, and that a hostile file hurts nothing."""

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys import spreadsheets
from surveys.kinds import ItemType
from surveys.languages import tag_of
from surveys.spreadsheets import SpreadsheetError, read_workbook
from surveys.xlsform import read_form

SURVEY = [
    [
        "type",
        "name",
        "label::English (en)",
        "label::Dutch (nl)",
        "hint",
        "required",
        "constraint",
        "relevant",
        "missing",
    ],
    ["begin group", "you", "About you", "Over u", "", "", "", "", ""],
    ["integer", "age", "Age?", "Leeftijd?", "In years", "yes", ". > 15", "", "refused"],
    ["select_one yes_no", "uses", "Uses it?", "Gebruikt u het?", "", "true()", "", "${age} >= 18", ""],
    ["end group", "", "", "", "", "", "", "", ""],
    ["text", "why", "Why?", "Waarom?", "", "no", "", "${uses} = 'no'", ""],
]
CHOICES = [
    ["list_name", "name", "label::English (en)", "label::Dutch (nl)", "missing", "number"],
    ["yes_no", "yes", "Yes", "Ja", "", "1"],
    ["yes_no", "no", "No", "Nee", "", "0"],
    ["yes_no", "dk", "Don't know", "Weet niet", "dont-know", ""],
]
SETTINGS = [["form_title", "default_language"], ["Uses", "English (en)"]]


def workbook(survey=SURVEY, choices=CHOICES, settings_=SETTINGS):
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    for name, rows in (("survey", survey), ("choices", choices), ("settings", settings_)):
        if rows is not None:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    book.close()
    return stream.getvalue()


def load(**sheets):
    book = read_workbook(workbook(**sheets))
    return read_form(book.sheets, book.pyxform_error)


def with_row(*row):
    return [*SURVEY, [*row, *[""] * (9 - len(row))]]


def test_a_plain_form_loads_whole():
    loaded = load()
    assert loaded.problems == ()
    form = loaded.definition
    assert form.languages == ("en", "nl")
    assert [section.name for section in form.sections] == ["you", "part_2"]
    age, uses, why = form.items()
    assert (age.type, age.required, age.constraint, age.offers) == (ItemType.INTEGER, True, ". > 15", ("refused",))
    assert age.labels == {"en": "Age?", "nl": "Leeftijd?"}
    assert age.hints == {"en": "In years"}
    assert uses.relevance == "${age} >= 18"
    assert [(c.code, c.missing, c.value) for c in form.choices_of(uses)] == [
        ("yes", "", 1.0),
        ("no", "", 0.0),
        ("dk", "dont-know", None),
    ]
    assert not why.required
    assert form.titles == {"en": "Uses"}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("geopoint", "place", "Where?"), "Sheet “survey”, row 7, “place”: The type “geopoint” is not supported."),
        (("begin repeat", "member", "Member"), "row 7, “member”: The type “begin repeat” is not supported"),
        (("select_one yes_no or_other", "x", "X"), "“select_one yes_no or_other” is not supported"),
        (("select_one_from_file a.csv", "x", "X"), "“select_one_from_file a.csv” is not supported"),
        (("select_one nothing", "x", "X"), "The list “nothing” has no choices."),
        (("text", "age", "Again"), "row 7, “age”: This name is used twice."),
        (("text", "x", ""), "This item has no text."),
        (("", "x", "X"), "This row has no type."),
        (("end group",), "This row ends a group, but no group is open."),
        (("text", "x", "X", "", "", "perhaps"), "The value “perhaps” in the column “required” must be yes or no."),
        (("text", "x", "X", "", "", "", "regex(., 'a')"), "The function “regex” is not supported."),
        (("text", "x", "X", "", "", "", "", "${nobody} = 1"), "refers to ${nobody}, which does not exist."),
        (("text", "x", "X", "", "", "", "", "${x} = 1"), "which comes later in the questionnaire or has no answer."),
        (
            ("text", "x", "X", "", "", "", "", "", "bored"),
            "A missing value must be one of these: dont-know,",
        ),
    ],
)
def test_what_is_not_plain_is_refused_by_row(row, words):
    problems = [str(problem) for problem in load(survey=with_row(*row)).problems]
    assert any(words in problem for problem in problems), problems


def test_an_open_group_and_an_unknown_language_are_refused():
    assert "has no “end group”" in str(load(survey=[*SURVEY, ["begin group", "more"]]).problems[0])
    header = ["type", "name", "label::Klingon"]
    assert "“Klingon” is not known" in str(load(survey=[header, ["text", "a", "A"]]).problems[0])


def test_columns_that_are_not_used_are_reported():
    survey = [[*SURVEY[0], "appearance"], ["text", "a", "A", "A", "", "", "", "", "", "multiline"]]
    assert [str(notice) for notice in load(survey=survey).notices] == ["The column “appearance” is not used."]


def test_pyxform_has_the_last_word():
    loaded = read_form({"survey": SURVEY, "choices": CHOICES}, pyxform_error="It says no.")
    assert [str(problem) for problem in loaded.problems] == ["It says no."]


@pytest.mark.parametrize(
    ("spelled", "tag"),
    [("Dutch (nl)", "nl"), ("nl", "nl"), ("Nederlands", "nl"), ("english", "en"), ("pt-BR", "pt-br"), ("Klingon", "")],
)
def test_languages_are_known_by_name_and_tag(spelled, tag):
    assert tag_of(spelled) == tag


def test_files_that_are_no_workbook_are_refused_in_a_sentence():
    for content, code in [
        (b"", "empty"),
        (b"type,name\ntext,a\n", "not_a_workbook"),
        (b"PK\x03\x04 broken", "unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "unreadable"),
        (b"x" * (spreadsheets.MOST_BYTES + 1), "too_many_bytes"),
        (workbook()[:2000], "unreadable"),
    ]:
        with pytest.raises(SpreadsheetError) as refusal:
            read_workbook(content)
        assert refusal.value.code == code


def test_a_workbook_without_a_survey_sheet_is_no_form():
    with pytest.raises(SpreadsheetError) as refusal:
        read_workbook(workbook(survey=None))
    assert refusal.value.code == "no_survey"


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
    with pytest.raises(SpreadsheetError) as refusal:
        read_workbook(_bomb())
    assert refusal.value.code == "too_large"


def test_a_zip_bomb_that_lies_about_its_size_hurts_only_the_child():
    with pytest.raises(SpreadsheetError) as refusal:
        read_workbook(_bomb(declared=5_000))
    assert refusal.value.code in ("over_limits", "too_large", "unreadable")


def test_a_form_of_too_many_rows_is_refused():
    survey = [SURVEY[0], *[["text", f"q{n}", "Q", "Q"] for n in range(5_100)]]
    with pytest.raises(SpreadsheetError) as refusal:
        read_workbook(workbook(survey=survey))
    assert refusal.value.code == "too_large"


CELLS = st.sampled_from(
    [
        *(
            "",
            "type",
            "name",
            "label",
            "label::nl",
            "text",
            "integer",
            "begin group",
            "end group",
            "select_one l",
            "note",
        ),
        *(
            "${a} = 1",
            "a",
            "b",
            "yes",
            "1.5",
            "begin repeat",
            "calculate",
            "list_name",
            "l",
            "missing",
            "bind:relevant",
        ),
    ]
) | st.text(max_size=6)
SHEET = st.lists(st.lists(CELLS, max_size=6), max_size=8)


@settings(max_examples=150)
@given(SHEET, SHEET)
def test_any_sheet_is_read_or_refused(survey, choices):
    loaded = read_form({"survey": survey, "choices": choices})
    assert loaded.is_valid or all(str(problem) for problem in loaded.problems)


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
