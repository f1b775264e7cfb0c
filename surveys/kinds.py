"""Types of item, missing values and modes of collection. Their codes are stored, so they never change."""

from enum import StrEnum

from standards.translation import gettext_noop


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
    ItemType.TEXT: gettext_noop("Text"),
    ItemType.INTEGER: gettext_noop("Whole number"),
    ItemType.DECIMAL: gettext_noop("Number with decimals"),
    ItemType.DATE: gettext_noop("Date"),
    ItemType.SELECT_ONE: gettext_noop("One choice of a list"),
    ItemType.SELECT_MULTIPLE: gettext_noop("Several choices of a list"),
    ItemType.NOTE: gettext_noop("Note (no answer)"),
    ItemType.CALCULATE: gettext_noop("Calculated (not shown)"),
}
SELECTS = frozenset({ItemType.SELECT_ONE, ItemType.SELECT_MULTIPLE})
NUMBERS = frozenset({ItemType.INTEGER, ItemType.DECIMAL})
ASKED = frozenset(ItemType) - {ItemType.NOTE, ItemType.CALCULATE}


class Missing(StrEnum):
    """Why there is no value. A respondent can choose the first three; the program records the last two."""

    REFUSED = "refused"
    DONT_KNOW = "dont-know"
    NOT_APPLICABLE = "not-applicable"
    NOT_ASKED = "not-asked"
    NO_ANSWER = "no-answer"


MISSING_LABELS = {
    Missing.REFUSED: gettext_noop("Refused"),
    Missing.DONT_KNOW: gettext_noop("Don't know"),
    Missing.NOT_APPLICABLE: gettext_noop("Not applicable"),
    Missing.NOT_ASKED: gettext_noop("Not asked"),
    Missing.NO_ANSWER: gettext_noop("No answer given"),
}
RESPONDENT_MISSING = (Missing.DONT_KNOW, Missing.REFUSED, Missing.NOT_APPLICABLE)

# Missing values in a file of codes: a dot and a letter, as in statistical programs, which is never a number.
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
    Mode.WEB: gettext_noop("Self-administered, web"),
    Mode.FACE_TO_FACE: gettext_noop("Face-to-face interview"),
    Mode.TELEPHONE: gettext_noop("Telephone interview"),
    Mode.PAPER: gettext_noop("Self-administered, paper"),
    Mode.MIXED: gettext_noop("Mixed"),
}
