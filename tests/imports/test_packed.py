"""Files of each compression are read as what they hold. No database."""

import bz2
import gzip
import lzma
import sys

import pytest

from imports.readers.opening import open_table
from imports.readers.table import ReadOptions
from tests.imports.refusals import refusal

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TEXT = b"id;title\n1;a\n2;b\n"
PACK = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zst": zstd.compress}


def read(path, **options):
    table = open_table(path, path.name, ReadOptions(**options))
    try:
        return table.understood, [row for batch in table.batches() for row in batch.rows]
    finally:
        table.close()


@pytest.mark.parametrize("ending", PACK)
@pytest.mark.parametrize("content", [TEXT, b'[{"id": 1, "title": "a"}, {"id": 2, "title": "b"}]'])
def test_a_packed_file_is_read_whatever_its_name(ending, content, tmp_path):
    for name in (f"letters.csv.{ending}", "letters"):
        path = tmp_path / name
        path.write_bytes(PACK[ending](content))
        understood, rows = read(path)
        assert (understood.columns, rows) == (["id", "title"], [["1", "a"], ["2", "b"]])
        assert understood.notes == []


@pytest.mark.parametrize("ending", PACK)
def test_a_cut_archive_is_refused(ending, tmp_path):
    path = tmp_path / f"letters.csv.{ending}"
    path.write_bytes(PACK[ending](TEXT * 5_000)[:-30])

    with refusal("broken_archive"):
        read(path)


@pytest.mark.parametrize("ending", ["bz2", "xz", "zst"])
def test_a_bomb_is_refused(ending, tmp_path):
    path = tmp_path / f"letters.csv.{ending}"
    path.write_bytes(PACK[ending](b"id;title\n" + b"1;" + (b"a" * 1_000 + b"\n1;") * 120_000))

    with refusal("archive_bomb"):
        read(path)


def test_utf16_has_no_mixed_line_ends(tmp_path):
    """The letter \u010a holds the byte of a line feed."""
    path = tmp_path / "letters.csv"
    path.write_bytes("id;title\r\n1;\u010aala\r\n2;\u0d0a\r\n".encode("utf-16"))

    understood, rows = read(path)
    assert rows == [["1", "\u010aala"], ["2", "\u0d0a"]]
    assert understood.line_ends == (0, 0)
