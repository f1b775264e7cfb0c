"""Offsets of passages: code points, start inclusive, end exclusive, on text with LF line ends and no BOM.

Python strings are indexed by code point: a passage is `text[start:end]`. A browser counts UTF-16 units;
`static/coding/offsets.js` converts them, tested on cases that are checked against this rule.
"""

import hashlib

BOM = "\ufeff"


def frozen(text: str) -> str:
    """The text as it is coded: line ends become LF, a leading byte order mark and NULs are removed.

    Combining accents are not composed with their letters, which would move every offset after them.
    """
    return text.removeprefix(BOM).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def sha256_of(text: str) -> str:
    """Hexadecimal SHA-256 of the UTF-8 bytes."""
    return hashlib.sha256(text.encode()).hexdigest()
