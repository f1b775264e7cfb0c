"""SPSS and Stata files, made byte by byte after their published descriptions, sound and gone wrong."""

import random
import struct

from tests.imports.corpus import ROWS, Hostile, Loads, raw

_DAY = 86_400
_SECONDS_TO_2019 = 13_765_766_400.0  # from 14 October 1582 to 1 January 2019
STATUS = {1.0: "Closed", 2.0: "Open", 9.0: "No answer"}


def _variable(name: bytes, width: int, format_: int, question: bytes = b"") -> bytes:
    head = struct.pack("<6i", 2, width, bool(question), 0, format_, format_) + name.ljust(8)
    padded = question.ljust((len(question) + 3) // 4 * 4)
    return head + (struct.pack("<i", len(question)) + padded if question else b"")


def _labels() -> bytes:
    found = struct.pack("<2i", 3, len(STATUS))
    for value, label in STATUS.items():
        text = bytes([len(label)]) + label.encode()
        found += struct.pack("<d", value) + text.ljust((len(text) + 7) // 8 * 8)
    return found + struct.pack("<3i", 4, 1, 4)


def spss(rows: int = ROWS, *, cases: int | None = None, variables: int = 4, question: bytes = b"") -> bytes:
    """A system file of four variables: a number, a day, eight letters, and a number with value labels, which answers
    the question."""
    head = b"$FL2" + b"@(#) SPSS DATA FILE".ljust(60)
    head += struct.pack("<5id", 2, variables, 0, 0, rows if cases is None else cases, 100.0)
    head += b"01 Jan 1912:00:00" + b" " * 64 + b"\0" * 3
    number, day, letters = 5 << 16 | 8 << 8, 20 << 16 | 11 << 8, 1 << 16 | 8 << 8
    head += _variable(b"ID", 0, number) + _variable(b"RECEIVED", 0, day) + _variable(b"TITLE", 8, letters)
    head += _variable(b"STATUS", 0, number, question) + _labels() + struct.pack("<2i", 999, 0)
    statuses = list(STATUS)
    return head + b"".join(
        struct.pack("<2d", n, _SECONDS_TO_2019 + n * _DAY) + f"Title {n}".encode().ljust(8)[:8]
        + struct.pack("<d", statuses[n % 3])
        for n in range(1, rows + 1)
    )  # fmt: skip


def stata(
    rows: int = ROWS, *, observations: int | None = None, variables: int = 3, question: bytes = b""
) -> bytes:  # fmt: skip
    """A file of version 114: a number, text, and a number with value labels, which answers the question."""
    head = struct.pack("<4BhI", 0x72, 2, 1, 0, variables, rows if observations is None else observations)
    head += b"\0" * 81 + b"01 Jan 2019 12:00\0"
    head += bytes([253, 20, 251])
    head += b"".join(name.ljust(33, b"\0") for name in (b"id", b"title", b"status")) + b"\0" * 8
    head += b"".join(name.ljust(49, b"\0") for name in (b"%12.0g", b"%20s", b"%8.0g"))
    head += b"".join(name.ljust(33, b"\0") for name in (b"", b"", b"words")) + b"\0" * 81 * 2
    head += question.ljust(81, b"\0") + b"\0" * 5
    data = b"".join(
        struct.pack("<i", n) + f"Title {n}".encode().ljust(20, b"\0") + bytes([n % 2 + 1]) for n in range(1, rows + 1)
    )
    return head + data + _stata_labels({1: b"Closed", 2: b"Open"})


def _stata_labels(words: dict[int, bytes]) -> bytes:
    texts = b"".join(word + b"\0" for word in words.values())
    offsets, at = [], 0
    for word in words.values():
        offsets.append(at)
        at += len(word) + 1
    body = struct.pack("<2i", len(words), len(texts)) + struct.pack(f"<{len(words)}i", *offsets)
    body += struct.pack(f"<{len(words)}i", *words) + texts
    return struct.pack("<i", len(body)) + b"words".ljust(33, b"\0") + b"\0" * 3 + body


def _noise(count: int) -> bytes:
    return random.Random(count).randbytes(count)


_PORTABLE = b"\xc1" * 40 + b"ASCII SPSS PORT FILE".ljust(20) + b"0" * 140

FILES = [
    Hostile("sound.sav", raw(spss()), Loads(30)),
    Hostile("cut.sav", raw(spss()[:-500]), "broken_statistics_file"),
    Hostile("only_head.sav", raw(spss()[:100]), "broken_statistics_file"),
    Hostile("noise.sav", raw(spss()[:176] + _noise(3_000)), "broken_statistics_file"),
    Hostile("claims_cases.sav", raw(spss(cases=2_000_000_000)), Loads(30)),
    Hostile("claims_labels.sav", raw(spss().replace(struct.pack("<2i", 3, 3), struct.pack("<2i", 3, 2**31 - 1), 1)),
            "broken_statistics_file"),
    Hostile("no_rows.sav", raw(spss(0)), "no_rows"),
    Hostile("sound.dta", raw(stata()), Loads(30)),
    Hostile("cut.dta", raw(stata()[:1_000]), "broken_statistics_file"),
    Hostile("claims_variables.dta", raw(stata(variables=32_000)), "broken_statistics_file"),
    Hostile("claims_observations.dta", raw(stata(observations=2_000_000_000)), "broken_statistics_file"),
    Hostile("noise.dta", raw(b"<stata_dta><header><release>118</release>" + _noise(5_000)), "broken_statistics_file"),
    Hostile("noise.por", raw(_PORTABLE + _noise(5_000)), "broken_statistics_file"),
]  # fmt: skip
