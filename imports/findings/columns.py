"""Findings from what was counted while the file was read. Pure."""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from imports.findings.finding import EXAMPLES, Example, Finding, quoted
from imports.guess import names_a_key
from imports.sniff.profile import Column
from imports.sniff.traces import SHORT, Traces
from imports.values import header_words
from standards.translation import gettext as _
from standards.translation import ngettext

# Lengths at which programs and databases cut texts.
_USUAL_LIMITS = frozenset(
    [127, 128, 254, 255, 256, 500, 511, 512, 1000, 1023, 1024, 1999, 2000, 2047, 2048, 3000, 4000, 4095, 4096, 5000,
     8000, 8191, 8192, 10_000, 16_383, 16_384, 32_000, 32_767, 32_768, 65_535]
)  # fmt: skip
_PILE = 5  # number of lengths below the greatest among which texts pile up if they were cut between words
_YEAR = re.compile(r"\b(year|jahr|jaar|ano|año|année|annee|anno|rok|vuosi|år)\b")
_NO_YEAR = re.compile(
    r"\b(day|week|month|quarter|tag|woche|monat|quartal|jour|semaine|mois|dia|semana|mes|mês|trimestre)\b"
)
_BIRTH = re.compile(r"\b(birth|born|geburts\w*|geboorte\w*|naissance|nacimiento|nascimento|nascita|føds\w*|födel\w*)\b")
_REPEATED = re.compile(r"^(.*) \((\d+)\)$")
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")  # a text of thousands of digits is no year, and no number to Python


def column_findings(columns: Sequence[Column], traces: Sequence[Traces], *, header: bool, today: date) -> list[Finding]:
    """All findings about columns, in the order of the columns."""
    found = [*_names(columns)] if header else []
    if empty := [column.name for column in columns if not column.filled]:
        text = ngettext("%(names)s is empty in every row.", "%(names)s are empty in every row.", len(empty))
        found.append(Finding("empty_column", text % {"names": quoted(empty)}, empty, len(empty)))
    for column, trace in zip(columns, traces, strict=True):
        found += _cut_off(column, trace)
        found += _lonely_ends(column, trace)
        found += _mixed_types(column)
        found += _years(column, trace, today)
        found += _repeated_keys(column, trace)
        found += _spellings(column, trace)
    return found


def line_end_findings(line_ends: tuple[int, int]) -> list[Finding]:
    """Text with different line ends, also inside quoted cells."""
    returns, feeds = line_ends
    if not returns or returns == feeds:
        return []
    bare = feeds - returns
    if bare > 0:
        text = ngettext(
            "Line ends are mixed: %(returns)s line ends in CR LF and %(feeds)s in LF alone. All rows were read.",
            "Line ends are mixed: %(returns)s lines end in CR LF and %(feeds)s in LF alone. All rows were read.",
            returns,
        )
    else:
        text = _("Line ends are mixed: there are %(returns)s CR and %(feeds)s LF. All rows were read.")
    sentence = text % {"returns": f"{returns:,}", "feeds": f"{bare if bare > 0 else feeds:,}"}
    return [Finding("mixed_line_ends", sentence, [], min(returns, abs(bare)))]


def missing_findings(columns: Sequence[Column], covered: dict[str, set[str]]) -> list[Finding]:
    """Values that usually mean missing, but that the mapping keeps as they are."""
    found = []
    for column in columns:
        left = {word: n for word, n in column.missing.items() if word not in covered.get(column.name, ())}
        if left:
            words = [_times(word, n) for word, n in list(left.items())[:EXAMPLES]]
            text = _("“%(column)s” holds %(words)s: it usually means missing, but the mapping keeps it as a value.")
            sentence = text % {"column": column.name, "words": words}
            examples = [Example(word, None, word) for word in left]
            found.append(Finding("missing_words", sentence, [column.name], sum(left.values()), examples))
    return found


def _times(word: str, rows: int) -> str:
    text = ngettext("“%(word)s” in %(rows)s row", "“%(word)s” in %(rows)s rows", rows)
    return text % {"word": word, "rows": f"{rows:,}"}


def _names(columns: Sequence[Column]) -> list[Finding]:
    found = []
    nameless = [c.name for place, c in enumerate(columns, start=1) if c.name == f"Column {place}"]
    if nameless:
        text = ngettext(
            "%(count)s column has no name and is called %(names)s.",
            "%(count)s columns have no name and are called %(names)s.",
            len(nameless),
        )
        sentence = text % {"count": f"{len(nameless):,}", "names": quoted(nameless)}
        found.append(Finding("nameless_column", sentence, nameless, len(nameless)))
    names = {column.name for column in columns}
    again = [c.name for c in columns if (match := _REPEATED.match(c.name)) and match[1] in names]
    if again:
        sentence = _("The header repeats names; the later columns are called %(names)s.") % {"names": quoted(again)}
        found.append(Finding("repeated_header", sentence, again, len(again)))
    return found


def _cut_off(column: Column, trace: Traces) -> list[Finding]:
    """Texts that end in dots, texts whose lengths pile up below a round number, or a longest text as long as a usual
    limit."""
    longest = max(trace.lengths, default=0)
    if longest < SHORT or column.type != "text" or not _is_free(column):
        return []
    total, at_end = trace.lengths.total(), trace.lengths[longest]
    pile = sum(trace.lengths[longest - step] for step in range(_PILE))
    enough = max(20, total // 10)
    facts = {"column": column.name, "longest": f"{longest:,}"}
    if trace.dotted >= enough:
        text = _("%(count)s texts in “%(column)s” end in “...”: the source probably cut them off.")
        sentence = text % (facts | {"count": f"{trace.dotted:,}"})
        return [Finding("cut_off", sentence, [column.name], trace.dotted)]
    if pile >= enough and (longest in _USUAL_LIMITS or longest % 10 == 0):
        text = _(
            "%(count)s texts in “%(column)s” are %(shortest)s to %(longest)s characters long and none is longer: the "
            "source probably cut them off."
        )
        sentence = text % (facts | {"count": f"{pile:,}", "shortest": f"{longest - _PILE + 1:,}"})
        return [Finding("cut_off", sentence, [column.name], pile)]
    if longest not in _USUAL_LIMITS:
        return []
    text = ngettext(
        "The longest text in “%(column)s” has exactly %(longest)s characters, a usual limit: what followed may be "
        "lost.",
        "The longest %(count)s texts in “%(column)s” have exactly %(longest)s characters, a usual limit: what followed "
        "may be lost.",
        at_end,
    )
    sentence = text % (facts | {"count": f"{at_end:,}"})
    return [Finding("cut_off", sentence, [column.name], at_end)]


def _is_free(column: Column) -> bool:
    """Text that people wrote, not addresses, codes or values of a list."""
    blanks = sum(" " in example for example in column.examples)
    return blanks * 2 >= len(column.examples) and (column.values is None or len(column.values) * 3 >= column.filled)


def _lonely_ends(column: Column, trace: Traces) -> list[Finding]:
    if trace.cut < 3 or trace.cut > 0.05 * max(column.filled, 1):
        return []
    text = ngettext(
        "%(count)s text in “%(column)s” ends in a single letter that is not a word: a text was probably cut within "
        "a word.",
        "%(count)s texts in “%(column)s” end in a single letter that is not a word: a text was probably cut within "
        "a word.",
        trace.cut,
    )
    sentence = text % {"count": f"{trace.cut:,}", "column": column.name}
    examples = [Example("… " + text.rstrip()[-14:], None, text) for text in trace.cut_examples]
    return [Finding("cut_word", sentence, [column.name], trace.cut, examples)]


def _mixed_types(column: Column) -> list[Finding]:
    if column.type in ("integer", "decimal", "date") and column.fails:
        text = {
            "integer": ngettext(
                "“%(column)s” holds whole numbers, but %(count)s value is not.",
                "“%(column)s” holds whole numbers, but %(count)s values are not.",
                column.fails,
            ),
            "decimal": ngettext(
                "“%(column)s” holds numbers, but %(count)s value is not.",
                "“%(column)s” holds numbers, but %(count)s values are not.",
                column.fails,
            ),
            "date": ngettext(
                "“%(column)s” holds dates, but %(count)s value is not.",
                "“%(column)s” holds dates, but %(count)s values are not.",
                column.fails,
            ),
        }[column.type]
        sentence = text % {"column": column.name, "count": f"{column.fails:,}"}
        examples = [Example(text, None, text) for text in column.fail_examples]
        return [Finding("mixed_types", sentence, [column.name], column.fails, examples)]
    if column.partly:
        text = {
            "integer": _("“%(column)s” holds whole numbers in most rows, but other text in %(count)s."),
            "decimal": _("“%(column)s” holds numbers in most rows, but other text in %(count)s."),
            "date": _("“%(column)s” holds dates in most rows, but other text in %(count)s."),
        }[column.partly]
        sentence = text % {"column": column.name, "count": f"{column.partly_not:,}"}
        return [Finding("mixed_types", sentence, [column.name], column.partly_not)]
    return []


def _years(column: Column, trace: Traces, today: date) -> list[Finding]:
    """Years of birth that are impossible, and years outside of any plausible period."""
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
    if birth:
        text = ngettext(
            "“%(column)s” has %(count)s row with an impossible year of birth: %(values)s.",
            "“%(column)s” has %(count)s rows with an impossible year of birth: %(values)s.",
            count,
        )
    else:
        text = ngettext(
            "“%(column)s” has %(count)s row with an impossible year: %(values)s.",
            "“%(column)s” has %(count)s rows with an impossible year: %(values)s.",
            count,
        )
    sentence = text % {"column": column.name, "count": f"{count:,}", "values": shown}
    return [Finding("impossible_year", sentence, [column.name], count, [Example(v, None, v) for v in wrong])]


def _whole(text: str) -> int | None:
    found = _WHOLE.fullmatch(text.partition(".")[0])
    return int(found.group()) if found else None


def _repeated_keys(column: Column, trace: Traces) -> list[Finding]:
    """Columns whose name suggests a key and whose values repeat."""
    repeats = column.repeats or 0
    if not repeats or repeats > 0.25 * column.filled or column.filled < 10 or not names_a_key(column):
        return []
    again = [value for value, times in (trace.counts or {}).items() if times > 1][:EXAMPLES]
    text = ngettext(
        "“%(column)s” looks like a key, but %(count)s row repeats an earlier value.",
        "“%(column)s” looks like a key, but %(count)s rows repeat an earlier value.",
        repeats,
    )
    sentence = text % {"column": column.name, "count": f"{repeats:,}"}
    return [Finding("repeated_key", sentence, [column.name], repeats, [Example(v, None, v) for v in again])]


def _spellings(column: Column, trace: Traces) -> list[Finding]:
    """Values that differ only in capitals or blanks."""
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
    if is_key:
        text = ngettext(
            "In “%(column)s” %(count)s key differs from another one only in capitals or blanks.",
            "In “%(column)s” %(count)s keys differ from another one only in capitals or blanks.",
            count,
        )
    else:
        text = ngettext(
            "In “%(column)s” %(count)s value differs from another one only in capitals or blanks.",
            "In “%(column)s” %(count)s values differ from another one only in capitals or blanks.",
            count,
        )
    sentence = text % {"column": column.name, "count": f"{count:,}"}
    return [Finding("keys_differ_by_case" if is_key else "spellings", sentence, [column.name], count, examples)]
