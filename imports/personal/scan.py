"""Search a column for personal data, batch by batch, over the whole file.

Most text contains none, so the search for candidates must cost very little: cells are joined, all digits and all
capitals become one sign each, and patterns and checksums are tried only where six digits are close together.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from imports.personal.headers import is_company_number, is_postcode, kind_of
from imports.personal.kinds import EMAIL, RULES, Rule, signs
from imports.personal.masks import masked
from standards.json_values import JsonObject

EXAMPLES = 3
AT_ONCE = 100_000  # characters searched at a time: as many as fit in the cache of a processor
_FEWEST_DIGITS = 6
_VALUES_AT_ONCE = 1_000
_SAMPLE = 60
_TRIED = 2_000  # matches after which a rule is dropped if it succeeds no more often than by chance
_BEFORE = 40
_LOOK_BACK = 8
_END = "\x1f"
_CLUSTER = re.compile(rb"9[9 .\-/()A]{4,}")
_FORMS = [rule.form for rule in RULES]
_WORD = b"AAA"
_MOST_KNOWN = 20_000


@dataclass(slots=True)
class Found:
    """Personal data of one kind in one column. cells: examples from the file, which must never be stored."""

    column: str
    kind: str
    rows: int = 0
    cells: list[tuple[str, str]] = field(default_factory=list)

    def as_json(self, lines: Sequence[int | None]) -> JsonObject:
        """The form that is stored, with masked examples and their lines."""
        shown = [
            {"line": line, "masked": masked(self.kind, text)} for (_, text), line in zip(self.cells, lines, strict=True)
        ]
        return {"column": self.column, "kind": self.kind, "rows": self.rows, "examples": shown}


@dataclass(slots=True)
class _Tally:
    tried: int = 0
    held: int = 0
    rows: int = 0
    last: int = -1
    cells: list[tuple[str, str]] = field(default_factory=list)


class ColumnScan:
    """Takes the cells of a column; `finish` returns the personal data that they seem to contain."""

    def __init__(self, name: str, country: str = "") -> None:
        self.name = name
        self._country = country
        self._tallies: dict[int, _Tally] = {}
        self._emails = _Tally()
        self._left: set[int] = set()
        self._known: dict[str, bool] = {}
        self._fitting: dict[bytes, list[int]] = {}
        self._seen = 0
        self._weights: list[int] = []
        self.sample: list[str] = []

    def add(self, cells: Sequence[str]) -> None:
        """Search cells, one for each row."""
        if len(self.sample) < _SAMPLE:
            self.sample += [cell[:100] for cell in cells[: _SAMPLE * 2] if cell][: _SAMPLE - len(self.sample)]
        step = max(1, AT_ONCE * len(cells) // (sum(map(len, cells)) + 1))
        for start in range(0, len(cells), step):
            self._look(cells[start : start + step])

    def add_counted(self, counts: Mapping[str, int]) -> None:
        """Search different values, each with the number of its rows."""
        values = list(counts)
        for start in range(0, len(values), _VALUES_AT_ONCE):
            some = values[start : start + _VALUES_AT_ONCE]
            self._weights = [counts[value] for value in some]
            self._look(some)
        self._weights = []
        self.sample += [value[:100] for value in islice(counts, _SAMPLE) if value]

    def may_hold(self, shape: str) -> bool:
        """Whether cells of a shape, such as 9999-99-99, can contain any kind; if not, the column is skipped."""
        known = self._known.get(shape)
        if known is None:
            form = signs(shape.upper())
            known = "@" in shape or any(
                _FORMS[number].search(form) for number in range(len(RULES)) if self._is_open(number, form)
            )
            self._known[shape] = known
        return known

    def finish(self, filled: int) -> list[Found]:
        """Each kind once. Matches that chance explains are ignored: of nine-digit numbers, one in eleven passes one
        check."""
        found: dict[str, Found] = {}
        is_company = is_company_number(self.name)
        if self._emails.rows:
            found["email"] = Found(self.name, "email", self._emails.rows, self._emails.cells)
        for number, tally in self._tallies.items():
            rule = RULES[number]
            if is_company and rule.kind != "iban":
                continue
            if not tally.rows or (rule.chance < 0.3 and tally.held < 3 * rule.chance * tally.tried):
                continue
            entry = found.setdefault(rule.kind, Found(self.name, rule.kind))
            entry.rows += tally.rows
            entry.cells = [*entry.cells, *tally.cells][:EXAMPLES]
        by_name = kind_of(self.name, self.sample)
        if by_name and filled:
            texts = [text for text in self.sample if text][:EXAMPLES]
            found[by_name] = Found(self.name, by_name, filled, [(text, text) for text in texts])
        return list(found.values())

    def _look(self, cells: Sequence[str]) -> None:
        text = _END.join(cells)
        if "@" in text:
            self._look_for_addresses(text)
        form = signs(text)
        for cluster in _CLUSTER.finditer(form):
            if cluster.group().count(b"9") >= _FEWEST_DIGITS:
                self._judge(text, form, cluster.start(), cluster.end())
        self._seen += len(text) + 1

    def _look_for_addresses(self, text: str) -> None:
        at = text.find("@")
        while at >= 0:
            start = max(0, at - 64)
            hit = next((m for m in EMAIL.finditer(text[start : at + 260]) if m.start() <= at - start < m.end()), None)
            if hit:
                self._count(self._emails, text, at, hit.group())
            at = text.find("@", at + 1)

    def _is_open(self, number: int, form: bytes) -> bool:
        """Whether a rule applies here: always, because of country or column, or if one of its words can precede the
        match."""
        rule = RULES[number]
        return rule.words is None or self._country in rule.countries or self._named(rule) or _WORD in form

    def _named(self, rule: Rule) -> bool:
        return rule.words is not None and bool(rule.words.search(self.name.replace("_", " ")))

    def _judge(self, text: str, form: bytes, start: int, end: int) -> None:
        left = max(text.rfind(_END, 0, start) + 1, start - _LOOK_BACK)
        window = form[left : end + 2]
        rules = self._fitting.get(window)
        if rules is None:
            rules = [number for number, pattern in enumerate(_FORMS) if pattern.search(window)]
            if len(self._fitting) < _MOST_KNOWN:
                self._fitting[window] = rules
        for number in rules:
            if number not in self._left:
                for match in RULES[number].pattern.finditer(text[left : end + 2]):
                    self._try(number, match.group(), text, start)

    def _try(self, number: int, hit: str, text: str, start: int) -> None:
        rule, is_told = RULES[number], False
        if rule.words is not None and self._country not in rule.countries:
            before = text[max(text.rfind(_END, 0, start) + 1, start - _BEFORE) : start]
            is_told = self._named(rule) or bool(rule.words.search(before))
            if not is_told:
                return
        tally = self._tallies.setdefault(number, _Tally())
        holds = rule.check(hit)
        if not is_told:
            tally.tried += 1
            tally.held += holds
            if tally.tried >= _TRIED and tally.held < 3 * rule.chance * tally.tried and rule.chance < 0.3:
                self._left.add(number)
        if holds:
            self._count(tally, text, start, hit)

    def _count(self, tally: _Tally, text: str, at: int, hit: str) -> None:
        """Count a row once, however often it contains this kind."""
        first = text.rfind(_END, 0, at) + 1
        if tally.last == self._seen + first:
            return
        tally.last = self._seen + first
        tally.rows += self._weights[text.count(_END, 0, first)] if self._weights else 1
        if len(tally.cells) < EXAMPLES:
            end = text.find(_END, at)
            tally.cells.append((text[first : end if end >= 0 else None], hit))


def with_postcodes(scans: Sequence[ColumnScan], filled: Sequence[int], found: list[tuple[int, Found]]) -> None:
    """Add the postcodes of people, as addresses: beside a date of birth they tell who somebody is. scans, filled: of
    each column. found: of all columns, with their positions."""
    if not any(entry.kind == "birth_date" for _position, entry in found):
        return
    known = {position for position, _entry in found}
    for position, scan in enumerate(scans):
        if filled[position] and position not in known and is_postcode(scan.name):
            texts = [text for text in scan.sample if text][:EXAMPLES]
            cells = [(text, text) for text in texts]
            found.append((position, Found(scan.name, "address", filled[position], cells)))
