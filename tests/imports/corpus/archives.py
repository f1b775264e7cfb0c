"""Archives gone wrong."""

import gzip
import io
import random
import struct
import zipfile
from pathlib import Path

from tests.imports.corpus import HEADER, Hostile, Loads, plain, raw
from tests.imports.corpus.documents import docx_bomb, pdf

BLOCK = b"1,2019-01-02,a,b\n" * 100_000


def gzip_bomb(path: Path) -> None:
    """A gigabyte made of one compressed member repeated, which takes no time to write."""
    member = gzip.compress(BLOCK, 9)
    with path.open("wb") as file:
        file.write(gzip.compress(HEADER.encode()))
        for _ in range(600):
            file.write(member)


def zip_bomb(path: Path) -> None:
    archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9)
    with archive, archive.open("a.csv", "w") as file:
        file.write(HEADER.encode())
        for _ in range(80):
            file.write(BLOCK)


def cut_gzip(path: Path) -> None:
    text = "".join(f"{n},2019-01-02,Title,{random.Random(n).random()}\n" for n in range(10_000))
    path.write_bytes(gzip.compress((HEADER + text).encode())[:-20_000])


def zipped(members: dict[str, bytes | str], compression: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in members.items():
            # Without the time of the run: a test is named after its content.
            archive.writestr(zipfile.ZipInfo(name), content, compression)
    return out.getvalue()


def hundred_thousand(path: Path) -> None:
    """A table in each of 100,000 members."""
    with zipfile.ZipFile(path, "w") as archive:
        for n in range(100_000):
            archive.writestr(zipfile.ZipInfo(f"{n}.csv"), "id,title\n1,a\n")


def bomb_of_a_letter(path: Path) -> None:
    path.write_bytes(zipped({"a.docx": docx_bomb()}))


def wrong_checksum() -> bytes:
    packed = bytearray(gzip.compress(plain().encode()))
    packed[-8] ^= 0xFF
    return bytes(packed)


def encrypted() -> bytes:
    """The flag of a password in both headers."""
    data = bytearray(zipped({"a.csv": plain()}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def lying_size() -> bytes:
    """The list says that a member is ten bytes long; it is longer."""
    data = bytearray(zipped({"a.csv": plain(500)}, zipfile.ZIP_DEFLATED))
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(data)


def unknown_method() -> bytes:
    data = bytearray(zipped({"a.csv": plain()}))
    data[8:10] = data[data.index(b"PK\x01\x02") + 10 : data.index(b"PK\x01\x02") + 12] = struct.pack("<H", 99)
    return bytes(data)


FILES = [
    Hostile("bomb.csv.gz", gzip_bomb, "archive_bomb"),
    Hostile("bomb.zip", zip_bomb, "archive_bomb"),
    Hostile("cut.csv.gz", cut_gzip, "broken_archive"),
    Hostile("checksum.csv.gz", raw(wrong_checksum()), "broken_archive"),
    Hostile("garbage_behind.csv.gz", raw(gzip.compress(plain().encode()) + b"garbage behind it"), "broken_archive"),
    Hostile("empty.csv.gz", raw(gzip.compress(b"")), "empty_file"),
    Hostile("twice.csv.gz", raw(gzip.compress(gzip.compress(plain().encode()))), "nested_archive"),
    Hostile("cut.zip", raw(zipped({"a.csv": plain()})[:-40]), "broken_archive"),
    Hostile("empty.zip", raw(zipped({})), "empty_archive"),
    Hostile("two.zip", raw(zipped({"a.csv": plain(), "b.csv": plain(30, 31)})), Loads(60)),
    Hostile("many.zip", raw(zipped({f"{n}.csv": "a" for n in range(3_000)})), "several_members"),
    Hostile("hundred_thousand.zip", hundred_thousand, "several_members"),
    Hostile("scan.zip", raw(zipped({"a.pdf": pdf("")})), "no_letters"),
    Hostile("docx_bomb.zip", bomb_of_a_letter, "no_letters"),
    Hostile("tricks.zip", raw(zipped({"../../../../tmp/escaped.csv": plain()})), Loads(30)),
    Hostile("absolute.zip", raw(zipped({"/etc/..\\..\\escaped.csv": plain()})), Loads(30)),
    Hostile("nested.zip", raw(zipped({"inner.zip": zipped({"a.csv": plain()})})), "nested_archive"),
    Hostile("locked.zip", raw(encrypted()), "encrypted_archive"),
    Hostile("lying_size.zip", raw(lying_size()), "broken_archive"),
    Hostile("unknown_method.zip", raw(unknown_method()), "broken_archive"),
    Hostile("mac.zip", raw(zipped({"a.csv": plain(), "__MACOSX/._a.csv": b"\0\5\x16\7"})), Loads(30)),
    Hostile("folder.zip", raw(zipped({"data/": b"", "data/a.csv": plain()})), Loads(30)),
]  # fmt: skip
