"""Findings that follow from what was counted while the file was read. Pure."""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from imports.findings.finding import EXAMPLES, Example, Finding, plural, quoted
from imports.guess import header_words, names_a_key
from imports.sniff.profile import Column
from imports.sniff.traces import SHORT, Traces

# Lengths at which programs and databases cut texts.
_USUAL_LIMITS = frozenset(
    [127, 128, 254, 255, 256, 500, 511, 512, 1000, 1023, 1024, 1999, 2000, 2047, 2048, 3000, 4000, 4095, 4096, 5000,
     8000, 8191, 8192, 10_000, 16_383, 16_384, 32_000, 32_767, 32_768, 65_535]
)  # fmt: skip
_PILE = 5  # lengths below the greatest in which texts pile up where they were cut between words
_YEAR = re.compile(r"\b(year|jahr|jaar|ano|año|année|annee|anno|rok|vuosi|år)\b")
_NO_YEAR = re.compile(
    r"\b(day|week|month|quarter|tag|woche|monat|quartal|jour|semaine|mois|dia|semana|mes|mês|trimestre)\b"
)
_BIRTH = re.compile(r"\b(birth|born|geburts\w*|geboorte\w*|naissance|nacimiento|nascimento|nascita|føds\w*|födel\w*)\b")
_REPEATED = re.compile(r"^(.*) \((\d+)\)$")


def column_findings(columns: Sequence[Column], traces: Sequence[Traces], *, header: bool, today: date) -> list[Finding]:
    """All of them, in the order of the columns."""
    found = [*_names(columns)] if header else []
    if empty := [column.name for column in columns if not column.filled]:
        verb = "is" if len(empty) == 1 else "are"
        found.append(Finding("empty_column", f"{quoted(empty)} {verb} empty in every row.", empty, len(empty)))
    for column, trace in zip(columns, traces, strict=True):
        found += _cut_off(column, trace)
        found += _lonely_ends(column, trace)
        found += _mixed_types(column)
        found += _years(column, trace, today)
        found += _repeated_keys(column, trace)
        found += _spellings(column, trace)
    return found


def line_end_findings(line_ends: tuple[int, int]) -> list[Finding]:
    """Text whose lines do not all end alike; inside quoted cells too."""
    returns, feeds = line_ends
    if not returns or returns == feeds:
        return []
    bare = feeds - returns
    told = (
        f"{plural(returns, 'line ends', 'lines end')} in CR LF and {bare:,} in LF alone"
        if bare > 0
        else f"there are {returns:,} CR and {feeds:,} LF"
    )
    return [
        Finding("mixed_line_ends", f"Line ends are mixed: {told}. All rows were read.", [], min(returns, abs(bare)))
    ]


def missing_findings(columns: Sequence[Column], covered: dict[str, set[str]]) -> list[Finding]:
    """Words that usually stand for a missing value and that the mapping takes as they are."""
    found = []
    for column in columns:
        left = {word: n for word, n in column.missing.items() if word not in covered.get(column.name, ())}
        if left:
            said = ", ".join(f"“{word}” in {plural(n, 'row', 'rows')}" for word, n in list(left.items())[:EXAMPLES])
            found.append(Finding(
                "missing_words", f"“{column.name}” holds {said}: it usually means missing, but the mapping keeps it "
                "as a value.", [column.name], sum(left.values()), [Example(word, None, word) for word in left],
            ))  # fmt: skip
    return found


def _names(columns: Sequence[Column]) -> list[Finding]:
    found = []
    nameless = [c.name for place, c in enumerate(columns, start=1) if c.name == f"Column {place}"]
    if nameless:
        told = "is" if len(nameless) == 1 else "are"
        sentence = (
            f"{plural(len(nameless), 'column has', 'columns have')} no name and {told} called {quoted(nameless)}."
        )
        found.append(Finding("nameless_column", sentence, nameless, len(nameless)))
    names = {column.name for column in columns}
    again = [c.name for c in columns if (match := _REPEATED.match(c.name)) and match[1] in names]
    if again:
        sentence = f"The header repeats names; the later columns are called {quoted(again)}."
        found.append(Finding("repeated_header", sentence, again, len(again)))
    return found


def _cut_off(column: Column, trace: Traces) -> list[Finding]:
    """Texts that end in dots, that pile up below a round length, or of which the longest is just as long as a limit."""
    longest = max(trace.lengths, default=0)
    if longest < SHORT or column.type != "text" or not _is_free(column):
        return []
    total, at_end = trace.lengths.total(), trace.lengths[longest]
    pile = sum(trace.lengths[longest - step] for step in range(_PILE))
    enough = max(20, total // 10)
    name = f"“{column.name}”"
    if trace.dotted >= enough:
        sentence = f"{trace.dotted:,} texts in {name} end in “...”: the source probably cut them off."
        return [Finding("cut_off", sentence, [column.name], trace.dotted)]
    if pile >= enough and (longest in _USUAL_LIMITS or longest % 10 == 0):
        sentence = (
            f"{pile:,} texts in {name} are {longest - _PILE + 1:,} to {longest:,} characters long and none is longer: "
            "the source probably cut them off."
        )
        return [Finding("cut_off", sentence, [column.name], pile)]
    if longest not in _USUAL_LIMITS:
        return []
    one = at_end == 1
    sentence = (
        f"The longest {'text' if one else f'{at_end:,} texts'} in {name} {'has' if one else 'have'} exactly "
        f"{longest:,} characters, a usual limit: what followed may be lost."
    )
    return [Finding("cut_off", sentence, [column.name], at_end)]


def _is_free(column: Column) -> bool:
    """Text that people wrote, not addresses, codes or words from a list."""
    blanks = sum(" " in example for example in column.examples)
    return blanks * 2 >= len(column.examples) and (column.values is None or len(column.values) * 3 >= column.filled)


def _lonely_ends(column: Column, trace: Traces) -> list[Finding]:
    if trace.cut < 3 or trace.cut > 0.05 * max(column.filled, 1):
        return []
    sentence = (
        f"{plural(trace.cut, 'text', 'texts')} in “{column.name}” end in a single letter that is no word, as where a "
        "text was cut within a word."
    )
    examples = [Example("… " + text.rstrip()[-14:], None, text) for text in trace.cut_examples]
    return [Finding("cut_word", sentence, [column.name], trace.cut, examples)]


def _mixed_types(column: Column) -> list[Finding]:
    name = f"“{column.name}”"
    if column.type in ("integer", "decimal", "date") and column.fails:
        kind = {"integer": "whole numbers", "decimal": "numbers", "date": "dates"}[column.type]
        values = "value is" if column.fails == 1 else "values are"
        sentence = f"{name} holds {kind}, but {column.fails:,} {values} not."
        examples = [Example(text, None, text) for text in column.fail_examples]
        return [Finding("mixed_types", sentence, [column.name], column.fails, examples)]
    if column.partly:
        kind = {"integer": "whole numbers", "decimal": "numbers", "date": "dates"}[column.partly]
        sentence = f"{name} holds {kind} in most rows, but other text in {column.partly_not:,}."
        return [Finding("mixed_types", sentence, [column.name], column.partly_not)]
    return []


def _years(column: Column, trace: Traces, today: date) -> list[Finding]:
    """Years that nobody was born in, or that no file can speak of."""
    words = header_words(column.name)
    if column.type != "integer" or trace.counts is None or not _YEAR.search(words) or _NO_YEAR.search(words):
        return []
    birth = bool(_BIRTH.search(words))
    low, high = (today.year - 125, today.year) if birth else (1800, today.year + 10)
    years = [(year, value) for value in trace.counts if (year := _whole(value)) is not None]
    wrong = {value: trace.counts[value] for year, value in sorted(years) if not low <= year <= high}
    count = sum(wrong.values())
    if not wrong or count * 2 > column.filled:
        return []
    shown = ", ".join(f"“{value}”" for value in list(wrong)[:EXAMPLES])
    what = "year of birth" if birth else "year"
    sentence = f"“{column.name}” has {plural(count, 'row', 'rows')} with an impossible {what}: {shown}."
    return [Finding("impossible_year", sentence, [column.name], count, [Example(v, None, v) for v in wrong])]


def _whole(text: str) -> int | None:
    bare = text.partition(".")[0]
    return int(bare) if bare.isascii() and bare.lstrip("-").isdigit() else None


def _repeated_keys(column: Column, trace: Traces) -> list[Finding]:
    """A number that looks like a key, and is not different in every row."""
    repeats = column.repeats or 0
    if not repeats or repeats > 0.25 * column.filled or column.filled < 10 or not names_a_key(column):
        return []
    again = [value for value, times in (trace.counts or {}).items() if times > 1][:EXAMPLES]
    sentence = (
        f"“{column.name}” looks like a key, but {plural(repeats, 'row repeats', 'rows repeat')} an earlier value."
    )
    return [Finding("repeated_key", sentence, [column.name], repeats, [Example(v, None, v) for v in again])]


def _spellings(column: Column, trace: Traces) -> list[Finding]:
    """Values that are the same word in other letters: capitals, or several blanks."""
    is_key = names_a_key(column)
    if trace.counts is None or column.type != "text" or not (is_key or (column.repeats or 0) * 2 >= column.filled):
        return []
    groups: dict[str, list[str]] = defaultdict(list)
    for value in trace.counts:
        groups[" ".join(value.casefold().split())].append(value)
    variants = [group for group in groups.values() if len(group) > 1]
    if not variants:
        return []
    count = sum(len(group) - 1 for group in variants)
    examples = [Example(" / ".join(group[:3])[:100], None, group[1]) for group in variants[:EXAMPLES]]
    noun = "key" if is_key else "value"
    told = plural(count, f"{noun} differs", f"{noun}s differ")
    sentence = f"In “{column.name}” {told} from another one only in capitals or blanks."
    return [Finding("keys_differ_by_case" if is_key else "spellings", sentence, [column.name], count, examples)]
