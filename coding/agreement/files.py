"""The files from which anybody computes the figures again: ratings, passages, and the figures themselves. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from coding.agreement.coded import Coded, Compared, passages, readings, written
from coding.agreement.figures import Figure
from coding.agreement.questions import Question
from exports.tables import Column, ColumnType, Table, Value

NOT_SUBMITTED = "not submitted"
RATINGS = (
    Column("unit", "Number of the unit", type=ColumnType.WHOLE_NUMBER),
    Column("sha256", "SHA-256 of the text of the unit"),
    Column("coder", "Letter of the coder"),
    Column("outcome", "Outcome of the submission"),
    Column("submitted", "Day of the submission", type=ColumnType.DAY),
    Column("codes", "Keys of the codes that the coder applied"),
    Column("value", "What is compared: keys of codes at the level of the tree; empty where it does not count"),
    Column("used", "Whether the value was used", type=ColumnType.TRUTH),
    Column("reason", "Why it was not used"),
)
PASSAGES = (
    Column("unit", "Number of the unit", type=ColumnType.WHOLE_NUMBER),
    Column("sha256", "SHA-256 of the text of the unit"),
    Column("coder", "Letter of the coder"),
    Column("code", "Key of the code at the level of the tree; empty where the coder marked nothing"),
    Column("start", "First character, counted from 0", type=ColumnType.WHOLE_NUMBER),
    Column("end", "The character behind the passage", type=ColumnType.WHOLE_NUMBER),
    Column("length", "Characters of the text", type=ColumnType.WHOLE_NUMBER),
)
_DECIMALS = ("value", "low", "high", "percent")
_NUMBERS = ("units", "n_used", "n_excluded", "seed", "draws", "codebook_version", "round")
FIGURES = tuple(
    Column(
        name,
        type=ColumnType.DECIMAL
        if name in _DECIMALS
        else ColumnType.WHOLE_NUMBER
        if name in _NUMBERS
        else ColumnType.TEXT,
    )
    for name in (
        *("measure", "distance", "level", "code", "pair", "window", "value", "low", "high", "undefined", "no_interval"),
        *("percent", "units", "n_used", "n_excluded", "reasons", "formula", "source", "seed", "draws", "codebook"),
        *("codebook_version", "round", "data_version", "computed_at"),
    )
)


def ratings_table(whole: Compared) -> Table:
    """The diagnosis: what each coder of each unit chose, what was compared, and why it was not.

    Units that nobody has submitted have a row without a coder.
    """
    coded = whole.coded
    submitted = set(coded.unit.tolist())
    bare = [one for place, one in enumerate(coded.units) if place not in submitted]
    return Table(RATINGS, _rating_rows(whole, bare), n=len(whole.values) + len(bare))


def _rating_rows(whole: Compared, bare: Sequence[tuple[int, int, str, int]]) -> Iterator[Sequence[Value]]:
    coded = whole.coded
    rows = zip(coded.unit.tolist(), coded.coder_names, coded.outcome_names, coded.day.tolist(), strict=True)
    for (place, coder, outcome, day), codes, value, why in zip(
        rows, coded.chosen, whole.values, whole.why, strict=True
    ):
        unit = coded.units[place]
        chosen = " ".join(sorted(codes))
        submitted = date.fromordinal(day)
        yield unit.unit, unit.sha256, coder, outcome, submitted, chosen, written(value), not why, why
    for _round_unit, number, sha256, _length in bare:
        yield number, sha256, "", "", None, "", "", False, NOT_SUBMITTED


def passages_table(coded: Coded, question: Question) -> Table:
    """The marked passages of the submissions that count, and a row without a code for each without a passage."""
    return Table(PASSAGES, _passage_rows(coded, question))


def _passage_rows(coded: Coded, question: Question) -> Iterator[Sequence[Value]]:
    facts = {str(one.unit): one for one in coded.units}
    marked = passages(coded, question)
    for one in marked:
        unit = facts[one.text]
        yield unit.unit, unit.sha256, one.coder, one.code, one.start, one.end, unit.length
    with_passage = {(one.text, one.coder) for one in marked}
    for name, coder in readings(coded, question):
        if (name, coder) not in with_passage:
            unit = facts[name]
            yield unit.unit, unit.sha256, coder, "", None, None, unit.length


def figures_table(figures: Sequence[Figure], facts: Mapping[str, Value]) -> Table:
    """One row a figure. `facts` are the columns that are the same in all: seed, draws, codebook, round and so on."""
    names = [column.name for column in FIGURES]
    rows = ([{**_cells(one), **facts}[name] for name in names] for one in figures)
    return Table(FIGURES, rows, n=len(figures))


def _cells(figure: Figure) -> dict[str, Value]:
    values: dict[str, Value] = {name: getattr(figure, name, None) for name in figure.__slots__}
    reasons = "; ".join(f"{reason}: {count}" for reason, count in figure.excluded.items())
    pair = f"{figure.first} {figure.second}".strip()
    return {**values, "pair": pair, "reasons": reasons, "n_excluded": figure.n_excluded}
