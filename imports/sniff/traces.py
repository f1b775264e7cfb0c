"""What a column leaves behind for findings about the file: how long its texts are, how they end, which values it has.

All of it is counted while the column is profiled; a file of a million long texts costs a few hundredths of a second.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

SHORT = 30  # texts shorter than this are words and codes, which nobody cuts off
EXAMPLES = 5
_WORDS_OF_ONE_LETTER = frozenset("aeiouykzvwxn")  # in some language of Europe
_MANY_LENGTHS = 5_000


@dataclass(slots=True)
class Traces:
    """`lengths` counts texts by length, different ones where `counts` holds all values; `dotted` are
    texts that end in “...”, `cut` those that end in a lonely letter that is no word."""

    lengths: Counter[int] = field(default_factory=Counter)
    dotted: int = 0
    cut: int = 0
    cut_examples: list[str] = field(default_factory=list)
    has_upper: bool = False
    has_lower: bool = False
    counts: dict[str, int] | None = None

    def add_texts(self, cells: Sequence[str]) -> None:
        """Texts, row by row."""
        self.lengths.update(map(len, cells))
        if len(self.lengths) > _MANY_LENGTHS:
            self.lengths = Counter({n: times for n, times in self.lengths.items() if n > max(self.lengths) - 100})
        ends = [cell[-3:] for cell in cells]
        self.dotted += ends.count("...")
        self._find_cut([cell for cell, end in zip(cells, ends, strict=True) if end[-2:-1] == " "])

    def add_values(self, cells: Sequence[str]) -> None:
        """Values of which most are different, as keys are."""
        if not (self.has_upper and self.has_lower):
            text = "".join(cells)
            self.has_upper = self.has_upper or text != text.lower()
            self.has_lower = self.has_lower or text != text.upper()

    def keep_counts(self, counts: dict[str, int]) -> None:
        """Few different values with the number of rows of each."""
        self.counts = counts
        self.lengths.update(map(len, counts))
        self.dotted += sum(value.endswith("...") for value in counts)
        self._find_cut([value for value in counts if len(value) >= SHORT and value[-2:-1] == " "])

    def _find_cut(self, texts: Sequence[str]) -> None:
        """Texts whose last word is one letter: where a word was cut, or a source lost its apostrophe."""
        for text in texts:
            letter = text[-1]
            if letter.islower() and letter.isascii() and letter not in _WORDS_OF_ONE_LETTER:
                self.cut += 1
                if len(self.cut_examples) < EXAMPLES:
                    self.cut_examples.append(text)
