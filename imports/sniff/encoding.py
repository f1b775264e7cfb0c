"""The encoding of a text file, determined from all of its bytes."""

import codecs
import re
from dataclasses import dataclass
from typing import IO

from charset_normalizer import from_bytes

from imports.problems import Refused
from imports.readers.streams import count_of
from imports.sniff.letters import likely_encoding
from standards.translation import gettext as _

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"), (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
_LATIN = {"cp1252", "latin_1", "iso8859_1", "iso8859_15", "cp1250", "iso8859_9", "cp1254", "iso8859_3", "hp_roman8"}
_CANDIDATES = [
    "cp1252", "cp1250", "iso8859_2", "cp1251", "koi8_r", "iso8859_5", "cp1253", "iso8859_7", "cp1254", "cp1257",
    "iso8859_13", "cp850", "cp852", "mac_roman", "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr",
]  # fmt: skip
_CONTROLS = bytes([*range(9), *range(14, 27), *range(28, 32)])
_CHUNK = 1024 * 1024
_SAMPLE = 256 * 1024
_LETTERS = 64 * 1024
_SIGNS = "¡¢£¤¥¦§¨©«¬®¯±²³´¶¸¹»¼½¾¿€†‡•…‰‹›™"
_SIGN_IN_WORD = re.compile(rf"(?<=[^\W\d_])[{_SIGNS}](?=[^\W\d_])|(?<!\w)[{_SIGNS}](?=[^\W\d_]{{2}})")
_UNDEFINED_IN_CP1252 = b"\x81\x8d\x8f\x90\x9d"


@dataclass(frozen=True, slots=True)
class Encoding:
    """skip: length of the byte order mark. sure: False if statistics decided."""

    name: str
    skip: int = 0
    sure: bool = True


def byte_order_mark(head: bytes) -> Encoding | None:
    return next((Encoding(name, len(mark)) for mark, name in _BOMS if head.startswith(mark)), None)


def detect(stream: IO[bytes], *, is_quick: bool = False) -> Encoding:
    """Determine the encoding by byte order mark, by the NULs of UTF-16, by strict UTF-8 over the whole stream, then by
    statistics. Raises Refused for binary data and for mixed encodings. is_quick: its first part decides on UTF-8."""
    head = stream.read(_CHUNK)
    marked = byte_order_mark(head) or _wide(head)
    if marked:
        return marked
    if head.count(0) > len(head) / 100 or _controls(head) > len(head) / 20:
        raise Refused(
            "not_text", _("The file is binary data, not text. Export it as CSV, an Excel workbook or SQLite.")
        )
    if is_quick and _begins_as_utf8(head):
        return Encoding("utf-8")
    return _utf8_or_guess(head, stream)


def _begins_as_utf8(head: bytes) -> bool:
    """Whether it is UTF-8; a character may be cut at its end."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def checked(name: str) -> str:
    """The Python name of an encoding that a person typed."""
    try:
        return codecs.lookup(name).name
    except LookupError as error:
        raise Refused(
            "unknown_encoding",
            _("There is no encoding %(name)s. Write utf-8, windows-1252, ...") % {"name": repr(name)},
        ) from error


def _controls(head: bytes) -> int:
    """Number of control characters that do not occur in text."""
    return len(head) - len(head.translate(None, delete=_CONTROLS))


def _wide(head: bytes) -> Encoding | None:
    sample = head[:4096]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) < len(sample) / 6:
        return None
    name = "utf-16-le" if odd > even else "utf-16-be"
    text = sample[: len(sample) // 2 * 2].decode(name, "replace")
    odd_ones = sum(not character.isprintable() and character not in "\t\r\n" for character in text)
    return Encoding(name, sure=False) if odd_ones < len(text) / 100 else None


def _utf8_or_guess(head: bytes, stream: IO[bytes]) -> Encoding:
    decoder = codecs.getincrementaldecoder("utf-8")()
    chunk, lines, wide, sample = head, 0, 0, bytearray()
    while True:
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            before = error.object[: error.start]
            wide += sum(byte >= 0xC2 for byte in before)
            line = lines + before.count(b"\n") + 1
            return _other_than_utf8(bytes(sample) + chunk, stream, wide=wide, line=line)
        if not chunk:
            return Encoding("utf-8")
        if not text.isascii():
            wide += len(chunk) - len(text)
            sample += chunk[: max(0, _SAMPLE - len(sample))]
        lines += count_of(b"\n", chunk)
        chunk = stream.read(_CHUNK)


def _other_than_utf8(known: bytes, stream: IO[bytes], *, wide: int, line: int) -> Encoding:
    if wide >= 20:
        raise Refused(
            "mixed_encoding",
            _(
                "The file is UTF-8 up to line %(line)s, which holds bytes that are not. Two files were "
                "probably joined. Have it exported in one encoding, or choose the encoding yourself and "
                "check the accents in the preview."
            )
            % {"line": f"{line:,}"},
        )
    sample = _telling(known + stream.read(_CHUNK))
    if latin := likely_encoding(sample[:_LETTERS]):
        return Encoding(latin, sure=False)
    best = from_bytes(sample, cp_isolation=_CANDIDATES, threshold=0.5).best()
    if best is None or best.encoding in _LATIN:
        return Encoding(_which_latin(sample), sure=False)
    return Encoding(best.encoding, sure=False)


def _which_latin(sample: bytes) -> str:
    """The Latin encoding in which the fewest signs, such as ® or ¾, are inside words."""
    if any(byte in sample for byte in _UNDEFINED_IN_CP1252):
        candidates = ["cp1250", "iso8859-2", "iso8859-1"]
    else:
        candidates = ["cp1252", "cp1250", "iso8859-2", "cp1254", "cp1257"]
    return min(candidates, key=lambda name: len(_SIGN_IN_WORD.findall(sample.decode(name, "replace"))))


def _telling(data: bytes) -> bytes:
    """The lines that are not plain ASCII: only these distinguish encodings."""
    lines = [line for line in data.split(b"\n") if not line.isascii()]
    return b"\n".join(lines)[:_SAMPLE]
