"""Offsets of passages: code points, start inclusive, end exclusive, on text with LF line ends and no BOM.

Python counts strings in code points already; a browser counts UTF-16 units. `static/coding/offsets.js` is the same
arithmetic in the browser, tested on the same cases.
"""

import hashlib

BOM = "\ufeff"
_ASTRAL = 0x10000


def frozen(text: str) -> str:
    """The text as it is coded: CRLF and CR become LF, a leading byte order mark and NUL go; nothing else changes.

    Combining accents stay apart from their letters: composing them would move every offset behind them.
    """
    return text.removeprefix(BOM).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def sha256_of(text: str) -> str:
    """Hexadecimal SHA-256 of the UTF-8 bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def to_utf16(text: str, offset: int) -> int:
    """Code points to UTF-16 units: what a browser's selection would say."""
    return offset + sum(1 for letter in text[:offset] if ord(letter) >= _ASTRAL)


def from_utf16(text: str, offset: int) -> int:
    """UTF-16 units to code points. An offset inside a surrogate pair counts as before it."""
    units = 0
    for place, letter in enumerate(text):
        width = 2 if ord(letter) >= _ASTRAL else 1
        if units + width > offset:
            return place
        units += width
    return len(text)
