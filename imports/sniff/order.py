"""Whether dates are in the order that the names of their columns suggest. Pure.

Dates written YYYY-MM-DD sort like text, so a batch is compared in microseconds. The rows are examined afterwards only
if something is wrong or dates are written in another way.
"""

import itertools
import re
from collections.abc import Sequence
from operator import lt

from imports.values import header_words
from imports.vocabulary import plain, words_for
from standards.json_values import JsonObject

# The position of a date in the course of a case, by the name of its column; the first pattern that matches decides.
_PLACES = tuple(
    (place, re.compile(rf"\b(?:{words})\b"))
    for place, words in (
        (4, r"clos\w*|decision|decided|resol\w*|settled|ended|end|complet\w*|finish\w*|abgeschlossen|erledigt"
            r"|entscheidung|afgesloten|besluit|cierre|clôture|cloture|fechamento|response|answer\w*|reply"),
        (3, r"sent|forward\w*|acknowledg\w*|weitergeleitet|doorgestuurd|enviad\w*"),
        (0, r"birth|born|dob|geburts\w*|geboorte\w*|naissance|nacimiento|nascimento"),
        (1, r"incident|occur\w*|event|happened|start\w*|begin\w*|vorfall|voorval|hechos"),
        (2, r"received|receipt|complain\w*|submitted|made|created|registered|reported|filed|opened|open|eingang\w*"
            r"|eingegangen|ontvangen|ontvangst|recib\w*|receb\w*|reçu|réception|entrada|posted"),
    )
)  # fmt: skip
_PLACES_OF_FIELDS = {"started_on": 1, "received_on": 2, "closed_on": 4, "ended_on": 4}
ISO = "%Y-%m-%d"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)")


def place_of(name: str) -> int | None:
    words = header_words(name)
    found = next((place for place, pattern in _PLACES if pattern.search(words)), None)
    if found is not None:
        return found
    return next((place for field, place in _PLACES_OF_FIELDS.items() if plain(name) in words_for(field)), None)


def pairs_of(places: Sequence[int | None]) -> list[tuple[int, int]]:
    """Pairs of positions; the date of the first must not be later than that of the second."""
    known = sorted((place, position) for position, place in enumerate(places) if place is not None)
    return [(a, b) for (first, a), (second, b) in itertools.combinations(known, 2) if first != second]


class DateOrder:
    """Takes batches of columns. suspects: pairs of positions that may be in the wrong order."""

    def __init__(self, names: Sequence[str], earliest: str, latest: str) -> None:
        self.pairs = pairs_of([place_of(name) for name in names])
        self.earliest, self.latest = earliest, latest
        self._tells: dict[int, bool] = {}
        self.suspects: set[tuple[int, int]] = set()
        self.far: set[int] = set()

    def add(self, columns: Sequence[Sequence[str]]) -> None:
        for position, cells in enumerate(columns):
            if position not in self._tells and (sample := next(filter(None, cells), "")):
                self._tells[position] = bool(_DATE.match(sample))
            if self._tells.get(position) and position not in self.far:
                filled = [cell for cell in cells if cell]
                if filled and (min(filled) < self.earliest or max(filled) > self.latest):
                    self.far.add(position)
        for pair in self.pairs:
            first, second = pair
            if self._tells.get(first) and self._tells.get(second) and pair not in self.suspects:
                early, late = columns[first], columns[second]
                if any(map(lt, late, early)) and any(b < a and b for a, b in zip(early, late, strict=True)):
                    self.suspects.add(pair)

    def as_json(self) -> JsonObject:
        """What was found in the batches."""
        return {"tells": list(self._tells.items()), "suspects": sorted(self.suspects), "far": sorted(self.far)}

    def restore(self, found: JsonObject) -> None:
        self._tells = dict(found["tells"])
        self.suspects = {(first, second) for first, second in found["suspects"]}
        self.far = set(found["far"])

    def may_be_far(self, position: int, format_: str) -> bool:
        """Whether dates of a column may be implausibly early or late."""
        return not self._is_sure(position, format_) or position in self.far

    def may_be_reversed(self, pair: tuple[int, int], formats: tuple[str, str]) -> bool:
        """Whether a row may have the second date before the first."""
        sure = all(self._is_sure(position, format_) for position, format_ in zip(pair, formats, strict=True))
        return not sure or pair in self.suspects

    def _is_sure(self, position: int, format_: str) -> bool:
        return format_ == ISO and bool(self._tells.get(position))
