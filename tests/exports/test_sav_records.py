"""Records of SPSS files to the byte, and rows whose compressed form is read by rule."""

import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exports.writers import sav_records as records


@pytest.mark.parametrize(
    ("width", "segments"),
    [
        (1, [1]),
        (255, [255]),
        (256, [255, 4]),
        (504, [255, 252]),
        (505, [255, 255, 1]),
        (32_767, [255] * 130 + [7]),
    ],
)
def test_long_texts_are_several_variables(width, segments):
    assert records.segments(width) == segments


@pytest.mark.parametrize(("width", "units"), [(0, 1), (1, 1), (8, 1), (9, 2), (255, 32)])
def test_variables_are_stored_in_units_of_8_bytes(width, units):
    assert records.units(width) == units


def test_short_names_are_different():
    names = [records.short_name(place, segment) for place in range(1_300) for segment in (0, 1, 130)]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) == 8
    assert (records.short_name(0), records.short_name(37), records.short_name(37, 2)) == ("V0000", "V0011", "V0011002")


def test_a_number_with_a_label_and_a_range_of_missing_values():
    missing = [struct.pack("<d", value) for value in (-99, -97)]
    found = records.variable("V0000", 0, 5 << 16, label=b"Label", missing=missing, is_range=True)
    assert found[:32] == struct.pack("<iiiiii8s", 2, 0, 1, -2, 5 << 16, 5 << 16, b"V0000   ")
    assert found[32:] == struct.pack("<i", 5) + b"Label   " + b"".join(missing)


def test_a_text_without_a_label_has_continuations():
    found = records.variable("V0000", 17, 1)
    assert len(found) == 3 * 32
    assert found[:32] == struct.pack("<iiiiii8s", 2, 17, 0, 0, 1, 1, b"V0000   ")
    assert found[32:64] == found[64:] == struct.pack("<iiiiii8s", 2, -1, 0, 0, 0, 0, b" " * 8)


def test_labels_of_values_are_padded_to_8_bytes_with_their_length():
    found = records.value_labels({b"a       ": b"A", b"b       ": b"1234567", b"c       ": b"12345678"}, 4)
    assert found == (
        struct.pack("<ii", 3, 3) + b"a       \x01A      " + b"b       \x071234567" + b"c       \x0812345678       "
    ) + struct.pack("<iii", 4, 1, 4)


def test_labels_and_missing_values_of_long_texts():
    assert records.long_value_labels(b"name", 10, {b"code": b"Label"}) == (
        struct.pack("<i", 4) + b"name" + struct.pack("<ii", 10, 1)
        + struct.pack("<i", 10) + b"code      " + struct.pack("<i", 5) + b"Label"
    )  # fmt: skip
    assert records.long_missing(b"name", [b".r", b".s"]) == (
        struct.pack("<i", 4) + b"name\x02" + struct.pack("<i", 8) + b".r      .s      "
    )


def test_notes_are_lines_of_80_bytes_broken_at_characters():
    found = records.notes(["a\nb", "é" * 41, ""])
    assert found[:8] == struct.pack("<ii", 6, 4)
    lines = [found[start : start + 80].decode().rstrip() for start in range(8, len(found), 80)]
    assert lines == ["a b", "é" * 40, "é", ""]


def test_an_extension_has_its_size_and_none_where_there_is_nothing():
    assert records.extension(11, 4, bytes(12)) == struct.pack("<iiii", 7, 11, 4, 3) + bytes(12)
    assert records.extension(11, 4, b"") == b""


def test_the_header_has_the_number_of_rows_where_it_can_hold_it():
    found = records.header(label=b"Label", n=3, elements=7, day="28 Nov 26", time="10:00:59")
    assert len(found) == 176
    assert found[:4] == b"$FL2"
    assert struct.unpack("<iiiiid9s8s64s", found[64:173]) == (
        2, 7, 1, 0, 3, 100.0, b"28 Nov 26", b"10:00:59", b"Label".ljust(64),
    )  # fmt: skip
    assert struct.unpack("<i", records.header(label=b"", n=2**31, elements=1, day="", time="")[80:84]) == (-1,)


def expanded(data):
    """The units of compressed rows, by the rule of the format: 8 codes, then the units that they stand for."""
    found, place = [], 0
    while place < len(data):
        codes = data[place : place + 8]
        place += 8
        for code in codes:
            if code == 253:
                found.append(data[place : place + 8])
                place += 8
            elif code == 254:
                found.append(b" " * 8)
            elif code == 255:
                found.append(struct.pack("<d", records.SYSTEM_MISSING))
            elif code:
                found.append(struct.pack("<d", code - 100))
    return found


NUMBERS = st.one_of(st.none(), st.integers(-110, 160), st.floats(allow_nan=False, allow_infinity=False))
TEXTS = st.tuples(st.binary(min_size=0, max_size=40).filter(lambda data: b"\0" not in data), st.integers(5, 12))


@given(st.lists(st.lists(st.one_of(NUMBERS, TEXTS), max_size=12), max_size=6))
@example([[-0.0]])
def test_compressed_rows_are_read_back(rows):
    compressor, data, units = records.Compressor(), b"", []
    for row in rows:
        for value in row:
            if isinstance(value, tuple):
                text, size = value
                compressor.text(text, size)
                padded = text.ljust(8 * size)
                units += [padded[start : start + 8] for start in range(0, len(padded), 8)]
            else:
                compressor.number(value)
                units.append(struct.pack("<d", records.SYSTEM_MISSING if value is None else value))
        data += compressor.take()
    assert expanded(data + compressor.take(is_last=True)) == units


def test_small_numbers_and_blanks_take_one_byte():
    compressor = records.Compressor()
    for value in (-99, 151, None):
        compressor.number(value)
    compressor.text(b"", 5)
    assert compressor.take() == bytes([1, 251, 255, 254, 254, 254, 254, 254])
    compressor.number(-100)
    compressor.number(152)
    compressor.number(0.5)
    expected = struct.pack("<ddd", -100, 152, 0.5)
    assert compressor.take() == b""
    assert compressor.take(is_last=True) == bytes([253, 253, 253, 0, 0, 0, 0, 0]) + expected
    assert compressor.take(is_last=True) == b""
