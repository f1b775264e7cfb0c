"""Decoded text of a byte stream, by line or in blocks of whole records, with positions in bytes."""

import codecs
from typing import Protocol

_READ = 256 * 1024
_BLOCK = 512 * 1024  # characters
_LONGEST_RECORD = 4 * 1024 * 1024
_TRIES = 50
_ONE_BYTE = ("cp125", "iso8859", "latin", "koi8", "mac", "cp85", "ascii")
_EXACT = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")


class Bytes(Protocol):
    def read(self, size: int, /) -> bytes: ...


class TextSource:
    """Raises UnicodeDecodeError for bytes that are not valid in the encoding."""

    def __init__(self, stream: Bytes, encoding: str, offset: int) -> None:
        self._stream, self._encoding, self._at = stream, encoding, offset
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._text, self._begin, self._ended = "", 0, False

    @property
    def offset(self) -> int | None:
        """The position in bytes of the next record; None for encodings in which it is not known."""
        return self._at if self._encoding in _EXACT or self._encoding.startswith(_ONE_BYTE) else None

    def read_line(self) -> str:
        """The next physical line with its line end; "" at the end."""
        while True:
            at = self._line_end()
            if at >= 0:
                return self._take(at)
            if not self._more():
                return self._take(len(self._text))

    def look_at_block(self, quote: str) -> str:
        """Whole lines that end outside of quotation marks; "" if there are none within reach. They are not consumed."""
        while len(self._text) - self._begin < _BLOCK and self._more():
            pass
        while True:
            end = self._block_end(quote)
            if end >= 0:
                return self._text[self._begin : end]
            if self._ended or len(self._text) - self._begin > _LONGEST_RECORD:
                return ""
            self._more()

    def take(self, block: str) -> None:
        """Move behind a block that was looked at."""
        self._take(self._begin + len(block))

    @property
    def lines_left(self) -> int:
        """Physical lines that are decoded and not consumed; used to report where decoding failed."""
        return self._text.count("\n", self._begin)

    def _take(self, end: int) -> str:
        taken = self._text[self._begin : end]
        self._begin = end
        self._at += len(taken) if taken.isascii() and self._encoding == "utf-8" else self._bytes_of(taken)
        return taken

    def _bytes_of(self, text: str) -> int:
        if self._encoding.startswith(_ONE_BYTE):
            return len(text)
        return len(text.encode(self._encoding)) if self._encoding in _EXACT else 0

    def _more(self) -> bool:
        if self._ended:
            return False
        data = self._stream.read(_READ)
        self._ended = not data
        self._text = self._text[self._begin :] + self._decoder.decode(data, final=self._ended)
        self._begin = 0
        return not self._ended

    def _line_end(self) -> int:
        """The position behind the end of the next line; -1 if it is not decoded yet."""
        text, begin = self._text, self._begin
        feed = back = -1
        for near in (begin + _READ, len(text)):
            feed = text.find("\n", begin, near)
            back = text.find("\r", begin, feed if feed >= 0 else near)
            if max(feed, back) >= 0:
                break
        if back < 0:
            return feed + 1 if feed >= 0 else -1
        if back + 1 == len(text) and not self._ended:
            return -1
        return back + 2 if text.startswith("\n", back + 1) else back + 1

    def _block_end(self, quote: str) -> int:
        """The position behind the last line end with an even number of quotation marks before it."""
        text, begin = self._text, self._begin
        end = text.rfind("\n", begin)
        if not quote or end < 0 or text.find(quote, begin, end) < 0:
            return end + 1 if end >= 0 else -1
        marks = text.count(quote, begin, end)
        for _ in range(_TRIES):
            if marks % 2 == 0:
                return end + 1
            previous = text.rfind("\n", begin, end)
            if previous < 0:
                return -1
            marks -= text.count(quote, previous, end)
            end = previous
        return -1
