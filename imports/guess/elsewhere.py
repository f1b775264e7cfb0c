"""What the columns of a file are that are no records: answers, a network, indicators, data in fixed columns. Pure."""

import re
from collections.abc import Sequence

from imports.guess.scores import names_a_key, real_values
from imports.keys import may_identify
from imports.sniff.periods import period_columns
from imports.sniff.profile import Column
from imports.values import header_words
from standards.translation import Sentence, gettext_noop
from standards.translation import gettext as _

_FEW = 12  # answers to a question with given answers
_LEAST_QUESTIONS = 8  # with coded answers
_LEAST_IN_WORDS = 6  # with answers in words too, of a file in which nothing else is known
_PLACE = re.compile(r"\b(geo|country|region|nuts|land|pays|país|place|area)\b")
_LONG_LINE = 40  # characters of a line of data in fixed columns
_MOST_OF_TIES = 8  # columns
_ENDS = tuple(map(frozenset, (("source", "target"), ("from", "to"), ("sender", "receiver"), ("ego", "alter"))))
_NODES = frozenset(["node", "vertex", "actor", "ego"])
_CENTRALITY = re.compile(r"\b(degree|betweenness|closeness|eigenvector|pagerank)\b")
_TIME = re.compile(r"\b(time|year|period|quarter|month|jahr|année|año|anno|jaar)\b")
ANSWERS = gettext_noop(
    "This is a survey data file: a row for each respondent, a column for each question. Answers belong to a "
    "questionnaire: enter it under Questionnaires, then send the answers to /api/v1/responses/."
)
_FIXED = gettext_noop(
    "These are data in fixed columns: lines of digits without signs between them, as surveys were once stored. Read "
    "them in a statistics program with the file that describes their columns, and save them as SPSS or Stata file."
)
_NETWORK = gettext_noop(
    "This is a table of a network: a row for each tie or node, not records. The Casebook stores no networks yet; keep "
    "the file, and cite it in the case studies that use it."
)
_INDICATORS = gettext_noop(
    "This is an indicator table: numbers by place and time, not records. The Casebook stores no indicators yet; keep "
    "the file, and cite it in the case studies that use it."
)


def what_they_hold(columns: Sequence[Column]) -> Sentence | None:
    """What the columns hold instead of records, with the way to go; None where nothing shows it."""
    kinds = (
        (_is_in_fixed_columns, _FIXED), (_is_of_answers, ANSWERS), (_is_of_ties, _NETWORK),
        (_is_of_indicators, _INDICATORS),
    )  # fmt: skip
    return next((_(sentence) for is_it, sentence in kinds if is_it(columns)), None)


def _is_in_fixed_columns(columns: Sequence[Column]) -> bool:
    """One column of lines that are equally long and mostly digits."""
    if len(columns) != 1 or len({len(example) for example in columns[0].examples}) != 1:
        return False
    line = columns[0].examples[0]
    return len(line) >= _LONG_LINE and 2 * sum(sign.isdigit() for sign in line) > len(line)


def _is_of_answers(columns: Sequence[Column]) -> bool:
    """Most columns hold few different whole numbers, the codes of answers, or few different words and no row has a
    number."""
    given = [c for c in columns if not c.is_long and 1 < len(real_values(c)) <= _FEW and c.rows > 2 * _FEW]
    coded = [c for c in given if c.type == "integer"]
    if len(coded) >= _LEAST_QUESTIONS and 2 * len(coded) > len(columns):
        return True
    return len(given) >= _LEAST_IN_WORDS and 2 * len(given) > len(columns) and not any(map(names_a_key, columns))


def _is_of_ties(columns: Sequence[Column]) -> bool:
    """Few columns, of which two name the ends of a tie, or the first a node and another its place in a network; no row
    has a number."""
    names = [header_words(column.name) for column in columns]
    if len(names) > _MOST_OF_TIES or any(c.type == "date" or _numbers_rows(c) for c in columns):
        return False
    is_of_nodes = names[0] in _NODES and any(_CENTRALITY.search(name) for name in names[1:])
    return is_of_nodes or any(ends <= set(names) for ends in _ENDS)


def _is_of_indicators(columns: Sequence[Column]) -> bool:
    """Numbers by place or kind in columns of periods, or beside a column of times or places; no row has a number."""
    if any(map(_numbers_rows, columns)):
        return False
    if period_columns([column.name for column in columns]) is not None:
        return True
    words = [header_words(column.name) for column in columns]
    has_time, has_place = (any(pattern.search(name) for name in words) for pattern in (_TIME, _PLACE))
    has_measure = any(column.type == "decimal" or header_words(column.name) == "value" for column in columns)
    return has_measure and (has_time or has_place)


def _numbers_rows(column: Column) -> bool:
    return names_a_key(column) and may_identify(column)
