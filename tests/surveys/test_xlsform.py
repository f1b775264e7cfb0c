"""XLSForms: the questionnaire that is read from the rows of the sheets, and what is refused and where."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.definition import ChoiceDef, Definition, ItemDef, ScaleDef, SectionDef
from surveys.kinds import ItemType
from surveys.validation import Problem
from surveys.xlsform import read_form
from tests.factories.workbooks import CHOICES, SETTINGS, SURVEY
from tests.translating import in_brackets

HEADER = ["type", "name", "label", "relevant"]


def load(*rows, header=HEADER, choices=(), settings_=(), pyxform_error=None):
    sheets = {"survey": [header, *rows], "choices": list(choices), "settings": list(settings_)}
    return read_form(sheets, pyxform_error)


def test_a_plain_form_loads_whole():
    loaded = read_form({"survey": SURVEY, "choices": CHOICES, "settings": SETTINGS})
    age = ItemDef(
        "age",
        ItemType.INTEGER,
        labels={"en": "Age?", "nl": "Leeftijd?"},
        hints={"en": "In years"},
        required=True,
        constraint=". > 15",
        offers=("refused",),
        line=3,
    )
    uses = ItemDef(
        "uses",
        ItemType.SELECT_ONE,
        labels={"en": "Uses it?", "nl": "Gebruikt u het?"},
        choice_list="yes_no",
        required=True,
        relevance="${age} >= 18",
        line=4,
    )
    why = ItemDef("why", ItemType.TEXT, {"en": "Why?", "nl": "Waarom?"}, relevance="${uses} = 'no'", line=6)
    assert (loaded.is_valid, loaded.problems, loaded.notices) == (True, (), ())
    assert loaded.definition == Definition(
        languages=("en", "nl"),
        default_language="en",
        titles={"en": "Uses"},
        sections=(
            SectionDef("you", {"en": "About you", "nl": "Over u"}, items=(age, uses), line=2),
            SectionDef("part_2", items=(why,)),
        ),
        lists={
            "yes_no": (
                ChoiceDef("yes", {"en": "Yes", "nl": "Ja"}, value=1.0, line=2),
                ChoiceDef("no", {"en": "No", "nl": "Nee"}, value=0.0, line=3),
                ChoiceDef("dk", {"en": "Don't know", "nl": "Weet niet"}, missing="dont-know", line=4),
            )
        },
    )


@pytest.mark.parametrize(
    ("spelled", "kind", "list_name"),
    [
        ("text", ItemType.TEXT, ""),
        (" String ", ItemType.TEXT, ""),
        ("int", ItemType.INTEGER, ""),
        ("INTEGER", ItemType.INTEGER, ""),
        ("decimal", ItemType.DECIMAL, ""),
        ("date", ItemType.DATE, ""),
        ("note", ItemType.NOTE, ""),
        ("calculate", ItemType.CALCULATE, ""),
        ("select_one l", ItemType.SELECT_ONE, "l"),
        ("select  one  l", ItemType.SELECT_ONE, "l"),
        ("select one from l", ItemType.SELECT_ONE, "l"),
        ("select_multiple L_2", ItemType.SELECT_MULTIPLE, "L_2"),
        ("select all that apply l", ItemType.SELECT_MULTIPLE, "l"),
        ("select all that apply from l", ItemType.SELECT_MULTIPLE, "l"),
    ],
)
def test_types_are_known_by_every_spelling(spelled, kind, list_name):
    [item] = load([spelled, "x", "X"]).definition.items()
    assert (item.type, item.choice_list) == (kind, list_name)


ALL_COLUMNS = [
    *("type", "name", "label", "hint", "required", "required_message", "constraint", "constraint_message", "relevant"),
    *("calculation", "choice_filter", "missing", "scale", "reversed"),
]
ALL_CELLS = ["X", "Hint", "yes", "Needed", ". != ''", "Not so", "true()", "1", "c = 1", "refused dont-know", "s", "yes"]


@pytest.mark.parametrize(
    ("kind", "differs"),
    [
        ("text", {"type": ItemType.TEXT}),
        ("select_one l", {"type": ItemType.SELECT_ONE, "choice_list": "l", "choice_filter": "c = 1"}),
        ("note", {"type": ItemType.NOTE, "required": False, "constraint": "", "offers": ()}),
        (
            "calculate",
            {"type": ItemType.CALCULATE, "required": False, "constraint": "", "offers": (), "calculation": "1"},
        ),
    ],
)
def test_each_type_takes_the_columns_that_it_has(kind, differs):
    loaded = load(
        [kind, "x", *ALL_CELLS],
        ["text", "y", "Y"],
        header=ALL_COLUMNS,
        choices=[["list_name", "name", "label", "c"], ["l", "a", "A", "1"]],
    )
    usual = {
        "labels": {"en": "X"},
        "hints": {"en": "Hint"},
        "required": True,
        "required_messages": {"en": "Needed"},
        "constraint": ". != ''",
        "constraint_messages": {"en": "Not so"},
        "relevance": "true()",
        "offers": ("refused", "dont-know"),
        "scale": "s",
        "is_reversed": True,
        "line": 2,
    }
    assert list(loaded.definition.items()) == [
        ItemDef("x", **usual | differs),
        ItemDef("y", ItemType.TEXT, {"en": "Y"}, line=3),
    ]
    assert loaded.definition.scales == (ScaleDef("s"),)
    assert (loaded.problems, loaded.notices) == ((), ())


@pytest.mark.parametrize(
    ("required", "scale", "is_reversed", "outcome"),
    [
        ("YES", "s", "True", (True, True)),
        ("true()", "s", "1", (True, True)),
        ("1", "s", "no", (True, False)),
        ("", "s", "", (False, False)),
        ("No", "", "yes", (False, False)),
        ("false()", "", "", (False, False)),
    ],
)
def test_yes_and_no_are_known_by_every_spelling(required, scale, is_reversed, outcome):
    header = ["type", "name", "label", "required", "scale", "reversed"]
    loaded = load(["text", "x", "X", required, scale, is_reversed], header=header)
    [item] = loaded.definition.items()
    assert (item.required, item.is_reversed) == outcome
    assert loaded.is_valid


def test_a_scale_is_named_once_however_many_items_it_has():
    rows = [["text", "x", "X", "t"], ["text", "y", "Y", "s"], ["text", "z", "Z", "t"]]
    loaded = load(*rows, header=["type", "name", "label", "scale"])
    assert loaded.definition.scales == (ScaleDef("t"), ScaleDef("s"))


def test_paradata_are_noted_and_today_is_calculated():
    loaded = load(["start"], ["End"], ["today", "day", "Day"], ["text", "x", "X"])
    assert loaded.notices == (
        "Row 2: “start” is recorded as paradata of every response, not as an item.",
        "Row 3: “end” is recorded as paradata of every response, not as an item.",
    )
    assert next(loaded.definition.items()) == ItemDef("day", ItemType.CALCULATE, calculation="today()", line=4)


def sections_of(loaded):
    return [
        (section.name, dict(section.titles), section.relevance, [item.name for item in section.items], section.line)
        for section in loaded.definition.sections
    ]


def test_groups_become_sections_that_keep_their_rules():
    long = "g" * 60
    loaded = load(
        ["text", "a", "A"],
        ["begin_group", "one", "One", "${a} = '1'"],
        ["text", "b", "B"],
        ["begin group", "", "", ""],
        ["Begin Group", "two", "Two", "${b} = '2'"],
        ["text", "c", "C"],
        ["end group"],
        ["end_group"],
        ["text", "d", "D"],
        ["end group"],
        ["begin group", long, "Long"],
        ["text", "e", "E"],
        ["begin group", "empty", "Empty"],
        ["end group"],
        ["text", "f", "F"],
        ["end group"],
        ["begin group", "", "None"],
        ["text", "g", "G"],
        ["end group"],
        ["text", "h", "H"],
    )
    assert sections_of(loaded) == [
        ("part_1", {}, "", ["a"], None),
        ("one", {"en": "One"}, "${a} = '1'", ["b"], 3),
        ("two", {"en": "Two"}, "(${a} = '1') and (${b} = '2')", ["c"], 6),
        ("one_2", {"en": "One"}, "${a} = '1'", ["d"], 3),
        (long, {"en": "Long"}, "", ["e"], 12),
        (f"{'g' * 58}_2", {"en": "Long"}, "", ["f"], 12),
        ("group_18", {"en": "None"}, "", ["g"], 18),
        ("part_8", {}, "", ["h"], None),
    ]
    assert loaded.is_valid


def test_a_third_section_of_a_group_has_a_name_of_its_own():
    inner = [["begin group", "x"], ["end group"]]
    rows = [["begin group", "one"], ["text", "a", "A"], *inner, ["text", "b", "B"], *inner, ["text", "c", "C"]]
    loaded = load(*rows, ["end group"])
    assert [section.name for section in loaded.definition.sections] == ["one", "one_2", "one_3"]


@pytest.mark.parametrize(
    ("row", "problems"),
    [
        (("geopoint", "x", "X"), ["The type “geopoint” is not supported."]),
        (("select_one l or_other", "x", "X"), ["The type “select_one l or_other” is not supported."]),
        (("select_one_from_file a.csv", "x", "X"), ["The type “select_one_from_file a.csv” is not supported."]),
        (("select_one", "x", "X"), ["The type “select_one” is not supported."]),
        (("begin repeat", "x", "X"), ["The type “begin repeat” is not supported. Only groups are supported."]),
        (("end repeat", "x", "X"), []),
        (("begin group now", "x", "X"), ["The type “begin group now” is not supported."]),
        (("", "x", ""), ["This row has no type."]),
        (("", "", "X"), ["This row has no type."]),
        (("", "", "", "true()"), []),
        (("end group", "x"), ["This row ends a group, but no group is open."]),
        (("begin group", "x"), ["The group has no “end group”."]),
        (
            ("text", "x", "X", "", "Perhaps"),
            ["The value “Perhaps” in the column “required” must be yes or no."],
        ),
        (
            ("text", "x", "X", "", "", "refused bored"),
            ["A missing value must be one of these: dont-know, refused, not-applicable."],
        ),
        (("text", "x", "X", "", "", "", "3"), ["Repeats are not supported."]),
        (("text", "x", "X", "", "", "", "", "${a}"), ["Triggers are not supported."]),
        (("select_one l", "x", "X"), ["The list “l” has no choices."]),
        (("text", "a", "X"), ["This name is used twice."]),
        (
            ("text", "x", "X", "${x} = 1"),
            ["The relevance “${x} = 1” refers to ${x}, which comes later in the questionnaire or has no answer."],
        ),
    ],
)
def test_what_is_not_supported_is_refused_by_row(row, problems):
    header = [*HEADER, "required", "missing", "repeat_count", "trigger"]
    loaded = load(["text", "a", "A"], row, header=header, pyxform_error="It says no." if problems else None)
    name = row[1] if len(row) > 1 else ""
    assert loaded.problems == tuple(Problem(problem, name=name, line=3) for problem in problems)
    assert loaded.is_valid is not bool(problems)


def test_the_own_problems_of_a_form_come_before_those_of_the_questionnaire():
    choices = [["list_name", "name", "label::Elvish", "number"], ["l", "a", "A", "many"]]
    settings_ = [["add_none_option", "default_language"], ["Yes", "nl"]]
    loaded = load(["geopoint"], header=["type", "name", "label::Klingon"], choices=choices, settings_=settings_)
    unknown = "The language “{}” is not known. Add its tag, for example “Dutch (nl)”."
    assert loaded.problems == (
        Problem(unknown.format("Klingon"), name="label", line=1, sheet="survey"),
        Problem(unknown.format("Elvish"), name="label", line=1, sheet="choices"),
        Problem("The value “many” in the column “number” must be a number.", name="a", line=2, sheet="choices"),
        Problem("The setting add_none_option is not supported.", sheet="settings"),
        Problem("The type “geopoint” is not supported.", line=2),
    )


def test_settings_name_the_title_and_the_language_of_plain_columns():
    settings_ = [["form_title", "default_language", "add_none_option"], ["Vormen", "Dutch (nl)", "no"]]
    loaded = load(
        ["select_one l", "x", "X?"],
        settings_=settings_,
        choices=[["list_name", "name", "label::en", "label"], ["l", "a", "A", "Aa"], ["m", "b", "B", "Bb"]],
    )
    assert loaded.is_valid
    definition = loaded.definition
    assert (definition.languages, definition.default_language, definition.titles) == (
        ("nl", "en"),
        "nl",
        {"nl": "Vormen"},
    )
    assert definition.lists == {"l": (ChoiceDef("a", {"en": "A", "nl": "Aa"}, line=2),)}
    assert load(["text", "x", "X"]).definition.titles == {}


def test_columns_that_are_not_used_are_reported_if_they_are_filled():
    header = [*HEADER, "appearance", "readonly", "parameters"]
    loaded = load(["text", "a", "A"], ["text", "b", "B", "", "multiline", "", "start=1"], header=header)
    assert loaded.is_valid
    assert loaded.notices == (
        "The column “appearance” is not used.",
        "The column “parameters” is not used.",
    )


def test_pyxform_has_the_last_word():
    loaded = load(["text", "a", "A"], pyxform_error="It says no: 100 %.")
    assert loaded.problems == (Problem("It says no: 100 %."),)
    assert not loaded.is_valid


def test_an_empty_form_asks_nothing():
    assert [str(problem) for problem in read_form({}).problems] == ["The questionnaire has no questions."]


def test_problems_and_notices_are_in_the_language_of_the_reader():
    with in_brackets():
        loaded = load(["geopoint"], ["start"], ["text", "a", "A", "", "x"], header=[*HEADER, "trigger"])
        assert [problem.message for problem in loaded.problems] == [
            "[The type “geopoint” is not supported.]",
            "[Triggers are not supported.]",
        ]
        assert loaded.notices == ("[Row 3: “start” is recorded as paradata of every response, not as an item.]",)


CELLS = st.sampled_from(
    [
        *("", "type", "name", "label", "label::nl", "text", "integer", "begin group", "end group", "select_one l"),
        *("${a} = 1", "a", "b", "yes", "1.5", "begin repeat", "calculate", "note", "list_name", "l", "missing"),
        "bind:relevant",
    ]
) | st.text(max_size=6)
SHEET = st.lists(st.lists(CELLS, max_size=6), max_size=8)


@settings(max_examples=150)
@given(SHEET, SHEET)
def test_any_sheet_is_read_or_refused(survey, choices):
    loaded = read_form({"survey": survey, "choices": choices})
    assert loaded.is_valid or all(str(problem) for problem in loaded.problems)
