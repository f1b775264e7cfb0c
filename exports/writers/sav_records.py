"""Records of an SPSS `.sav` file as bytes, by the layout that the PSPP manual describes. Little-endian, UTF-8. Pure."""

import math
import struct
import sys
from collections.abc import Mapping, Sequence

SYSTEM_MISSING = -sys.float_info.max
BIAS = 100
_SEGMENT = 255  # bytes of a text in one variable
_SEGMENT_COUNTED = 252  # bytes by which each variable of a longer text counts
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NOTE_LINE = 80
_IGNORED, _END, _LITERAL, _BLANKS, _MISSING = 0, 252, b"\xfd", b"\xfe", b"\xff"


def header(*, label: bytes, n: int, elements: int, day: str, time: str) -> bytes:
    """`elements` is the number of 8-byte units in a row."""
    return struct.pack(
        "<4s60siiiiid9s8s64s3x",
        b"$FL2", b"@(#) SPSS DATA FILE - LIPSE Casebook".ljust(60), 2, elements, 1, 0, n if n < 2**31 else -1, BIAS,
        day.encode(), time.encode(), label.ljust(64),
    )  # fmt: skip


def segments(width: int) -> list[int]:
    """Widths of the variables that a text of this width (bytes) is stored in: one up to 255, several above."""
    if width <= _SEGMENT:
        return [width]
    count = math.ceil(width / _SEGMENT_COUNTED)
    return [_SEGMENT] * (count - 1) + [width - (count - 1) * _SEGMENT_COUNTED]


def units(width: int) -> int:
    """8-byte units of a variable of this width; a number has the width 0."""
    return max(1, math.ceil(width / 8))


def short_name(place: int, segment: int = 0) -> str:
    """A name of at most 8 letters for the variable at a place (from 0); those of its further segments begin alike."""
    name = ""
    for _ in range(4):
        place, digit = divmod(place, len(_DIGITS))
        name = _DIGITS[digit] + name
    return f"V{name}" + (f"{segment:03d}" if segment else "")


def variable(
    name: str, width: int, shown: int, *, label: bytes = b"", missing: Sequence[bytes] = (), is_range: bool = False
) -> bytes:
    """A variable and the continuations of a text. `shown` is the format; `missing` are up to 3 values of 8 bytes."""
    count = -2 if is_range else len(missing)
    head = struct.pack("<iiiiii8s", 2, width, bool(label), count, shown, shown, name.encode().ljust(8))
    padded = struct.pack("<i", len(label)) + label + b" " * (-len(label) % 4) if label else b""
    rest = struct.pack("<iiiiii8s", 2, -1, 0, 0, 0, 0, b" " * 8) * (units(width) - 1)
    return head + padded + b"".join(missing) + rest


def value_labels(labels: Mapping[bytes, bytes], place: int) -> bytes:
    """Labels of values of 8 bytes, of the variable whose first unit is at a place (from 1)."""
    found = [struct.pack("<ii", 3, len(labels))]
    for value, label in labels.items():
        found.append(value + bytes([len(label)]) + label + b" " * (-(len(label) + 1) % 8))
    return b"".join(found) + struct.pack("<iii", 4, 1, place)


def long_value_labels(name: bytes, width: int, labels: Mapping[bytes, bytes]) -> bytes:
    """Labels of texts of more than 8 bytes, as a part of extension 21."""
    found = [_counted(name), struct.pack("<ii", width, len(labels))]
    found += [_counted(value.ljust(width)) + _counted(label) for value, label in labels.items()]
    return b"".join(found)


def long_missing(name: bytes, values: Sequence[bytes]) -> bytes:
    """Missing values of a text of more than 8 bytes, as a part of extension 22."""
    return _counted(name) + bytes([len(values)]) + struct.pack("<i", 8) + b"".join(value.ljust(8) for value in values)


def _counted(data: bytes) -> bytes:
    return struct.pack("<i", len(data)) + data


def notes(lines: Sequence[str]) -> bytes:
    """Notes of the file, in lines of 80 bytes. A line is broken at characters, not at words."""
    broken: list[bytes] = []
    for line in lines:
        held = b""
        for character in line.replace("\n", " "):
            data = character.encode()
            if len(held) + len(data) > _NOTE_LINE:
                broken.append(held)
                held = b""
            held += data
        broken.append(held)
    return struct.pack("<ii", 6, len(broken)) + b"".join(line.ljust(_NOTE_LINE) for line in broken)


def extension(subtype: int, size: int, data: bytes) -> bytes:
    """Data in elements of `size` bytes; nothing where there is no data."""
    return struct.pack("<iiii", 7, subtype, size, len(data) // size) + data if data else b""


def machine() -> bytes:
    """Bytes are little-endian, numbers IEEE 754, texts UTF-8; and the numbers that mean missing, highest, lowest."""
    whole = struct.pack("<8i", 1, 0, 0, -1, 1, 1, 2, 65_001)
    numbers = struct.pack("<3d", SYSTEM_MISSING, sys.float_info.max, math.nextafter(SYSTEM_MISSING, 0))
    return extension(3, 4, whole) + extension(4, 8, numbers)


END = struct.pack("<ii", 999, 0)


class Compressor:
    """Rows of 8-byte units, where small whole numbers, blanks and missing values take one byte.

    Every 8 codes are followed by the units that they stand for; `take` gives the bytes that are complete.
    """

    def __init__(self) -> None:
        self._codes = bytearray()
        self._units = bytearray()

    def number(self, value: float | None) -> None:
        if value is None:
            self._codes += _MISSING
        elif value == int(value) and 1 <= value + BIAS < _END and str(value) != "-0.0":
            self._codes.append(int(value) + BIAS)
        else:
            self._codes += _LITERAL
            self._units += struct.pack("<d", value)

    def text(self, data: bytes, size: int) -> None:
        """A text in `size` units; it is padded with blanks."""
        filled = units(len(data)) if data else 0
        self._codes += _LITERAL * filled + _BLANKS * (size - filled)
        self._units += data.ljust(8 * filled)

    def take(self, *, is_last: bool = False) -> bytes:
        if is_last:
            self._codes += bytes([_IGNORED]) * (-len(self._codes) % 8)
        whole, taken = len(self._codes) - len(self._codes) % 8, 0
        found = bytearray()
        place = 0
        while place < whole:
            following = self._codes.find(_LITERAL, place, whole)
            plain = whole if following < 0 else following - following % 8
            found += self._codes[place:plain]  # groups that nothing follows
            group = self._codes[plain : plain + 8] if plain < whole else b""
            size = 8 * group.count(_LITERAL)
            found += group + self._units[taken : taken + size]
            taken += size
            place = plain + 8
        del self._codes[:whole], self._units[:taken]
        return bytes(found)
