"""What replaces erased text, and how a passage is found again without being stored. Pure: no database, no Django."""

import hashlib
import re
from dataclasses import dataclass, field

FILL = "█"
_LEAST_PART = 3
_FILLED = re.compile(rf"{FILL}+\d*")


@dataclass(frozen=True)
class Passage:
    """A passage to erase, known by its length in code points and a salted SHA-256: the words are not stored.

    words: the passage itself while somebody erases it. Finding it by words takes far less time than by digest.
    """

    length: int
    salt: str
    sha256: str
    words: str = field(default="", repr=False, compare=False)

    @classmethod
    def of(cls, text: str, *, salt: str) -> "Passage":
        return cls(len(text), salt, _digest(salt, text), text)

    def starts_in(self, text: str) -> list[int]:
        """Offsets in code points where the passage begins, from left to right, none inside another."""
        if self.words:
            return [match.start() for match in re.finditer(re.escape(self.words), text)]
        found: list[int] = []
        at = 0
        while at + self.length <= len(text):
            if _digest(self.salt, text[at : at + self.length]) == self.sha256:
                found.append(at)
                at += self.length
            else:
                at += 1
        return found

    def may_be_cut_in(self, text: str) -> bool:
        """Whether a text that was cut out of another one may begin or end with a part of the passage.

        A part of less than three characters tells nothing. Where the words are not known, any text may.
        """
        if not self.words:
            return True
        bare = text.strip("… ")
        parts = range(_LEAST_PART, self.length)
        return any(bare.endswith(self.words[:n].rstrip()) or bare.startswith(self.words[-n:].lstrip()) for n in parts)


@dataclass(frozen=True)
class Tombstone:
    """What is written instead of erased text: when, by whom, why, and the number of characters that were there."""

    day: str
    by: str
    ground: str

    def instead_of(self, text: str, *, room: int | None = None, number: int | None = None) -> str:
        """The sentence, or a shorter one where a column has less room. `number` tells equal ones apart."""
        end = "" if number is None else f" No. {number}."
        long = f"[Erased {self.day} by {self.by}: {self.ground}. {len(text)} characters.{end}]"
        for sentence in (long, f"[Erased {self.day}.{end}]"):
            if room is None or len(sentence) <= room:
                return sentence
        return _filled(min(len(text), room or len(text)), number)

    def as_long_as(self, text: str, *, number: int | None = None) -> str:
        """The same, with as many code points as the text: offsets after it and inside it stay valid."""
        sentence = self.instead_of(text, room=len(text), number=number)
        return sentence + FILL * (len(text) - len(sentence))

    def covers(self, text: str) -> bool:
        """Whether a text is nothing but this tombstone."""
        bare = text.rstrip(FILL)
        named = re.escape(f"[Erased {self.day}")
        sentence = (
            rf"{named}(?: by {re.escape(self.by)}: {re.escape(self.ground)}\. \d+ characters)?\.(?: No\. \d+\.)?\]"
        )
        return bool(_FILLED.fullmatch(text)) or bool(re.fullmatch(sentence, bare))


@dataclass(frozen=True)
class Eraser:
    """Replaces a whole text, or each occurrence of a passage in it."""

    tombstone: Tombstone
    passage: Passage | None = None

    def erased(
        self, text: str, *, room: int | None = None, number: int | None = None, keeps_length: bool = False
    ) -> tuple[str, int]:
        """The text that remains, and how many characters were replaced: 0 where there was nothing to erase.

        room: the most characters that the result may have. number: tells tombstones in unique columns apart.
        keeps_length: offsets refer to the text, so the result has as many code points.
        """
        if self.passage is not None:
            return self._without_passage(text, self.passage, room=room, keeps_length=keeps_length)
        if not text or self.tombstone.covers(text):
            return text, 0
        if keeps_length:
            return self.tombstone.as_long_as(text, number=number), len(text)
        return self.tombstone.instead_of(text, room=room, number=number), len(text)

    def erased_in_piece(self, text: str, *, room: int | None = None) -> tuple[str, int]:
        """The same for a text that was cut out of another one, as an example is: where it may hold a part of the
        passage, all of it is replaced."""
        if self.passage is None or self.passage.starts_in(text) or not self.passage.may_be_cut_in(text):
            return self.erased(text, room=room)
        return Eraser(self.tombstone).erased(text, room=room)

    def _without_passage(self, text: str, passage: Passage, *, room: int | None, keeps_length: bool) -> tuple[str, int]:
        starts = passage.starts_in(text)
        removed = passage.length * len(starts)
        mark = self.tombstone.instead_of(FILL * passage.length)
        longer = (len(mark) - passage.length) * len(starts)
        if keeps_length or (room is not None and len(text) + longer > room):
            mark = FILL * passage.length
        for start in reversed(starts):
            text = text[:start] + mark + text[start + passage.length :]
        return text, removed


def _digest(salt: str, text: str) -> str:
    return hashlib.sha256(f"{salt}\0{text}".encode()).hexdigest()


def _filled(length: int, number: int | None) -> str:
    digits = "" if number is None else str(number)[-max(length - 1, 0) :] if length > 1 else ""
    return FILL * (length - len(digits)) + digits
