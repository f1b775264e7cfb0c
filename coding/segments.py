"""Where a passage can start and end when a codebook asks for whole sentences or paragraphs. Pure: text in, offsets out.

Offsets are code points, start inclusive, end exclusive. Segments are in order, do not overlap, have no white space at
their edges, and together hold everything that is not white space. So a passage made of whole segments is the same for
every coder, and agreement about passages compares like with like. Rules (ours, ADR 0104):

- Paragraphs are separated by blank lines. In a text without a blank line each line is a paragraph.
- A sentence ends at . ! ? … or their Chinese, Arabic, Devanagari, Ethiopic and Armenian forms, with closing quotes and
  brackets, before white space (Chinese and Japanese need none), and at the end of its paragraph. A full stop after an
  initial, a number at the start of a line or a common abbreviation does not end one, nor a mark before a small letter.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

Segment = tuple[int, int]
LONGEST_WORD = 40

_BLANK = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
_LINE = re.compile(r"\n")
_CLOSING = "\"'”’»)\\]）」』›"
_MARKS = ".!?…؟۔।።։"
# A run of marks is tried once, from its first (ten thousand full stops in a row took seconds).
_END = re.compile(rf"(?<![{_MARKS}])[{_MARKS}]++[{_CLOSING}]*+(?=\s)|[。！？]+[{_CLOSING}]*")
_AFTER = re.compile(r"\s*(\S)")
_WORD_BEFORE = re.compile(r"[^\s(\"'“‘«]*$")
_ABBREVIATIONS = frozenset((
    "mr", "mrs", "ms", "dr", "prof", "st", "no", "nr", "art", "al", "vs", "approx", "ca", "bzw", "usw", "vgl",
    "abs", "str", "tel", "hr", "fr", "mw", "dhr", "dhr", "drs", "ir", "ing", "mme", "mlle", "m", "p", "pp", "bl",
    "fig", "ref", "c", "cf", "ed", "eds", "sig", "sr", "sra", "av", "inc", "ltd", "jan", "feb", "mar", "apr", "jun",
    "jul", "aug", "sep", "sept", "oct", "okt", "nov", "dec", "dez",
))  # fmt: skip


def paragraphs_of(text: str) -> list[Segment]:
    """The paragraphs of a text."""
    between = _BLANK if _BLANK.search(text.strip()) else _LINE
    return list(_cut(text, 0, len(text), (match.span() for match in between.finditer(text))))


def sentences_of(text: str) -> list[Segment]:
    """The sentences of a text, none across two paragraphs."""
    found: list[Segment] = []
    for start, end in paragraphs_of(text):
        ends = (match.end() for match in _END.finditer(text, start, end) if _ends_sentence(text, start, match))
        found += _cut(text, start, end, ((place, place) for place in ends))
    return found


SEGMENTS = {"sentences": sentences_of, "paragraphs": paragraphs_of}


def segments_of(text: str, passages: str) -> list[Segment]:
    """The segments of a text for a kind of passages; none where passages are free (`words`)."""
    return SEGMENTS[passages](text) if passages in SEGMENTS else []


def is_whole(segments: Sequence[Segment], start: int, end: int) -> bool:
    """Whether a passage starts where a segment starts and ends where the same or a later one ends."""
    first = bisect_left(segments, (start, -1))
    last = bisect_left([segment[1] for segment in segments], end)
    return first < len(segments) and segments[first][0] == start and last < len(segments) and segments[last][1] == end


def whole_around(segments: Sequence[Segment], start: int, end: int) -> Segment | None:
    """The whole segments that a passage touches; None where it touches none."""
    touched = [segment for segment in segments if segment[0] < end and segment[1] > start]
    return (touched[0][0], touched[-1][1]) if touched else None


def _cut(text: str, start: int, end: int, gaps: Iterator[Segment]) -> Iterator[Segment]:
    """What is between the gaps, without white space at the edges; pieces of nothing else are left out."""
    place = start
    for gap in [*gaps, (end, end)]:
        piece = text[place : gap[0]]
        inner = piece.strip()
        if inner:
            from_ = place + piece.index(inner[0])
            yield from_, from_ + len(inner)
        place = gap[1]


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    after = _AFTER.match(text, match.end())
    if after is not None and after.group(1).islower():
        return False
    if not match.group().startswith("."):
        return True
    word = _WORD_BEFORE.search(text, max(start, match.start() - LONGEST_WORD), match.start())
    before = word.group() if word else ""
    if len(match.group()) > 1:
        return True
    is_initial = len(before) == 1 and before.isalpha() and before.isupper()
    begins = match.start() - len(before)
    is_number = before.isdigit() and not text[text.rfind("\n", 0, begins) + 1 : begins].strip()
    return not (is_initial or is_number or before.lower().rpartition(".")[2] in _ABBREVIATIONS or "." in before[:-1])
