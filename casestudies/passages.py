"""Three-way comparison of prose by paragraph, then by sentence: what a person decides passage by passage."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import groupby, pairwise
from typing import NamedTuple

# Comparing takes the product of the numbers of units; longer texts are one passage to decide.
MOST_UNITS = 4000
CHOICES = ("theirs", "mine", "both")
_END_OF_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+|\n+")


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
    ends = [found.end() for found in _END_OF_SENTENCE.finditer(text)]
    return [text[begin:end] for begin, end in pairwise([0, *ends, len(text)]) if begin < end]


def _compared(base: str | None, theirs: str, mine: str, cut: Callable[[str], list[str]], between: str) -> list[Passage]:
    left, right = cut(theirs), cut(mine)
    old = left if base is None else cut(base)
    if max(len(old), len(left), len(right)) > MOST_UNITS:
        return [_passage(base, theirs, mine, between)]
    if base is None:
        return list(_of_two(left, right, between))
    return list(_merged([_passage(*texts, between) for texts in _of_three(old, left, right)], between))


def _of_two(left: list[str], right: list[str], between: str) -> Iterator[Passage]:
    for tag, i, j, k, m in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        theirs, mine = "".join(left[i:j]), "".join(right[k:m])
        yield Passage("neither", theirs, theirs, mine) if tag == "equal" else _passage(None, theirs, mine, between)


def _of_three(old: list[str], left: list[str], right: list[str]) -> Iterator[tuple[str, str, str]]:
    """Stretches of the three texts, cut wherever both others say which of their units stand before the place."""
    to_left, to_right = _places(old, left), _places(old, right)
    at, left_at, right_at = 0, 0, 0
    for place in sorted(to_left.keys() & to_right.keys()):
        # What was put in at this place is a stretch of its own: it begins at the first end and ends at the second.
        for in_left, in_right in zip(to_left[place], to_right[place], strict=True):
            stretch = "".join(old[at:place]), "".join(left[left_at:in_left]), "".join(right[right_at:in_right])
            at, left_at, right_at = place, in_left, in_right
            if any(stretch):
                yield stretch


def _places(old: list[str], side: list[str]) -> dict[int, tuple[int, int]]:
    """By place in `old`: how many units of `side` stand before it, and how many with those put in there.

    As many units that replace as many others are taken for edits of those, one by one.
    """
    found: dict[int, tuple[int, int]] = {0: (0, 0)}
    for tag, i, j, k, m in SequenceMatcher(None, old, side, autojunk=False).get_opcodes():
        if tag == "delete" or j - i == m - k:
            step = 0 if tag == "delete" else 1
            found |= {i + n: (k + n * step, k + n * step) for n in range(1, j - i + 1)}
        else:
            before = found[i][0] if i in found else k
            if i == j:
                found[i] = before, m
            else:
                found[j] = m, m
    return found


def _merged(found: list[Passage], between: str) -> Iterator[Passage]:
    """Neighbours that are changed on the same one side, or on none, as one."""
    for _kind, group in groupby(enumerate(found), lambda one: one[0] if one[1].changed == "both" else one[1].changed):
        texts = zip(*((one.base, one.theirs, one.mine) for _place, one in group), strict=True)
        base, theirs, mine = ("".join(text) for text in texts)
        yield _passage(base, theirs, mine, between)


def _passage(base: str | None, theirs: str, mine: str, between: str) -> Passage:
    if theirs == mine:
        return Passage("neither", base or "", theirs, mine)
    if base is not None and base in (theirs, mine):
        return Passage("mine" if base == theirs else "theirs", base, theirs, mine, _joined(theirs, mine, between))
    return Passage("both", base or "", theirs, mine, _joined(theirs, mine, between))


def _joined(theirs: str, mine: str, between: str) -> str:
    gap = "" if not theirs or not mine or theirs[-1].isspace() else between
    return f"{theirs}{gap}{mine}"
