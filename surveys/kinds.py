"""The words of a questionnaire: types of item, kinds of missing, states. Codes are stored, so they never change."""

from enum import StrEnum


class ItemType(StrEnum):
    """What an item asks for. The first seven take an answer from the respondent."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    SELECT_ONE = "select-one"
    SELECT_MULTIPLE = "select-multiple"
    NOTE = "note"
    CALCULATE = "calculate"


ITEM_TYPE_LABELS = {
    ItemType.TEXT: "Text",
    ItemType.INTEGER: "Whole number",
    ItemType.DECIMAL: "Number with decimals",
    ItemType.DATE: "Date",
    ItemType.SELECT_ONE: "One of a list",
    ItemType.SELECT_MULTIPLE: "Several of a list",
    ItemType.NOTE: "Note (no answer)",
    ItemType.CALCULATE: "Calculated (not shown)",
}
SELECTS = frozenset({ItemType.SELECT_ONE, ItemType.SELECT_MULTIPLE})
NUMBERS = frozenset({ItemType.INTEGER, ItemType.DECIMAL})
ASKED = frozenset(ItemType) - {ItemType.NOTE, ItemType.CALCULATE}


class Missing(StrEnum):
    """Why there is no value. The respondent says the first three; the last two are seen by the program."""

    REFUSED = "refused"
    DONT_KNOW = "dont-know"
    NOT_APPLICABLE = "not-applicable"
    NOT_ASKED = "not-asked"
    NO_ANSWER = "no-answer"


MISSING_LABELS = {
    Missing.REFUSED: "Refused",
    Missing.DONT_KNOW: "Don't know",
    Missing.NOT_APPLICABLE: "Not applicable",
    Missing.NOT_ASKED: "Not asked",
    Missing.NO_ANSWER: "No answer given",
}
RESPONDENT_MISSING = (Missing.DONT_KNOW, Missing.REFUSED, Missing.NOT_APPLICABLE)

# How a missing value is written in a file of codes: statistical programs know letters behind a dot, no number collides.
MISSING_CODES = {
    Missing.REFUSED: ".r",
    Missing.DONT_KNOW: ".d",
    Missing.NOT_APPLICABLE: ".n",
    Missing.NOT_ASKED: ".s",
    Missing.NO_ANSWER: ".e",
}


class Mode(StrEnum):
    """How respondents are reached, after the mode of collection in DDI."""

    WEB = "web"
    FACE_TO_FACE = "face-to-face"
    TELEPHONE = "telephone"
    PAPER = "paper"
    MIXED = "mixed"


MODE_LABELS = {
    Mode.WEB: "Self-administered, web",
    Mode.FACE_TO_FACE: "Face-to-face interview",
    Mode.TELEPHONE: "Telephone interview",
    Mode.PAPER: "Self-administered, paper",
    Mode.MIXED: "Mixed",
}
