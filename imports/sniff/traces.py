"""Figures of a column for findings: lengths of texts, their ends, their values.

They are counted while the column is profiled, which costs a few hundredths of a second for a million long texts.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Self

from standards.json_values import JsonObject

SHORT = 30  # shorter texts are words and codes, which are not cut off
EXAMPLES = 5
_WORDS_OF_ONE_LETTER = frozenset("aeiouykzvwxn")  # in at least one European language
_MANY_LENGTHS = 5_000


@dataclass(slots=True)
class Traces:
    """lengths: number of texts by length, of different texts if `counts` has all values. dotted: texts that end in
    “...”. cut: texts that end in a single letter that is not a word."""

    lengths: Counter[int] = field(default_factory=Counter)
    dotted: int = 0
    cut: int = 0
    cut_examples: list[str] = field(default_factory=list)
    has_upper: bool = False
    has_lower: bool = False
    counts: dict[str, int] | None = None

    def add_texts(self, cells: Sequence[str]) -> None:
        """Count texts, row by row."""
        self.lengths.update(map(len, cells))
        if len(self.lengths) > _MANY_LENGTHS:
            self.lengths = Counter({n: times for n, times in self.lengths.items() if n > max(self.lengths) - 100})
        ends = [cell[-3:] for cell in cells]
        self.dotted += ends.count("...")
        self._find_cut([cell for cell, end in zip(cells, ends, strict=True) if end[-2:-1] == " "])

    def add_values(self, cells: Sequence[str]) -> None:
        """Count values most of which are different, such as keys."""
        if not (self.has_upper and self.has_lower):
            text = "".join(cells)
            self.has_upper = self.has_upper or text != text.lower()
            self.has_lower = self.has_lower or text != text.upper()

    def keep_counts(self, counts: dict[str, int]) -> None:
        """Store few different values with their numbers of rows."""
        self.counts = counts
        self.lengths.update(map(len, counts))
        self.dotted += sum(value.endswith("...") for value in counts)
        self._find_cut([value for value in counts if len(value) >= SHORT and value[-2:-1] == " "])

    @classmethod
    def of(cls, found: JsonObject) -> Self:
        return cls(**found | {"lengths": Counter({int(n): times for n, times in found["lengths"].items()})})

    def as_json(self) -> JsonObject:
        return {one.name: getattr(self, one.name) for one in fields(self)}

    def _find_cut(self, texts: Sequence[str]) -> None:
        """Find texts whose last word is one letter: the text was cut within a word, or the source lost an
        apostrophe."""
        for text in texts:
            letter = text[-1]
            if letter.islower() and letter.isascii() and letter not in _WORDS_OF_ONE_LETTER:
                self.cut += 1
                if len(self.cut_examples) < EXAMPLES:
                    self.cut_examples.append(text)
