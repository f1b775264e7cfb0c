"""Three-way comparison of prose by paragraph, then by sentence: what a person decides passage by passage."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

# Comparing takes the product of the numbers of units; longer texts are one passage to decide.
MOST_UNITS = 4000
CHOICES = ("theirs", "mine", "both")
_SENTENCE = re.compile(r".+?(?:[.!?…]+[\"'”’)\]]*(?:\s+|$)|\n+|$)", re.DOTALL)


class Passage(NamedTuple):
    """A stretch of the three texts. `changed` says on which side: "neither", "theirs", "mine" or "both"."""

    changed: str
    base: str
    theirs: str
    mine: str
    both: str = ""

    @property
    def usual(self) -> str:
        """The choice that drops nothing that a person wrote."""
        return self.changed if self.changed in CHOICES else "theirs"


def passages_of(base: str | None, theirs: str, mine: str) -> list[Passage]:
    """The passages in order: each text is all its passages joined. Without a base every difference is on both sides."""
    found = _compared(base, theirs, mine, _paragraphs, "\n")
    by_sentence = (
        _compared(base and one.base, one.theirs, one.mine, _sentences, " ") if one.changed == "both" else [one]
        for one in found
    )
    return [one for some in by_sentence for one in some]


def composed(passages: Sequence[Passage], choices: Mapping[int, str]) -> str:
    """The text of the choices, by the place of the passage; where there is none, what drops nothing."""
    return "".join(_chosen(one, choices.get(place, one.usual)) for place, one in enumerate(passages))


def _chosen(passage: Passage, choice: str) -> str:
    texts = {"theirs": passage.theirs, "mine": passage.mine, "both": passage.both or passage.theirs}
    return texts.get(choice, texts[passage.usual])


def _paragraphs(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n+|[^\n]+", text)


def _sentences(text: str) -> list[str]:
    return _SENTENCE.findall(text)


def _compared(base: str | None, theirs: str, mine: str, cut: Callable[[str], list[str]], between: str) -> list[Passage]:
    left, right = cut(theirs), cut(mine)
    old = left if base is None else cut(base)
    if max(len(old), len(left), len(right)) > MOST_UNITS:
        return [_passage(base, theirs, mine, between)]
    if base is None:
        return list(_of_two(left, right, between))
    return [_passage(*texts, between) for texts in _of_three(old, left, right)]


def _of_two(left: list[str], right: list[str], between: str) -> Iterator[Passage]:
    for tag, i, j, k, m in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        theirs, mine = "".join(left[i:j]), "".join(right[k:m])
        yield Passage("neither", theirs, theirs, mine) if tag == "equal" else _passage(None, theirs, mine, between)


def _of_three(old: list[str], left: list[str], right: list[str]) -> Iterator[tuple[str, str, str]]:
    """Stretches in which all three are equal, and those between them."""
    at = to_left = to_right = 0
    for start, end, in_left, in_right in _shared(old, left, right):
        if (start, in_left, in_right) != (at, to_left, to_right):
            yield "".join(old[at:start]), "".join(left[to_left:in_left]), "".join(right[to_right:in_right])
        if end > start:
            same = "".join(old[start:end])
            yield same, same, same
        at, to_left, to_right = end, in_left + end - start, in_right + end - start


def _shared(old: list[str], left: list[str], right: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """Stretches of `old` that both others have: start, end, and where they start there. The last one is empty."""
    ones, others = (
        SequenceMatcher(None, old, side, autojunk=False).get_matching_blocks()[:-1] for side in (left, right)
    )
    i = j = 0
    while i < len(ones) and j < len(others):
        one, other = ones[i], others[j]
        start = max(one.a, other.a)
        end = min(one.a + one.size, other.a + other.size)
        if start < end:
            yield start, end, one.b + start - one.a, other.b + start - other.a
        if one.a + one.size < other.a + other.size:
            i += 1
        else:
            j += 1
    yield len(old), len(old), len(left), len(right)


def _passage(base: str | None, theirs: str, mine: str, between: str) -> Passage:
    if theirs == mine:
        return Passage("neither", base or "", theirs, mine)
    if base is not None and base in (theirs, mine):
        return Passage("mine" if base == theirs else "theirs", base, theirs, mine, _joined(theirs, mine, between))
    return Passage("both", base or "", theirs, mine, _joined(theirs, mine, between))


def _joined(theirs: str, mine: str, between: str) -> str:
    gap = "" if not theirs or not mine or theirs[-1].isspace() else between
    return f"{theirs}{gap}{mine}"
