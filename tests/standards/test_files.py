"""A file is the old one or the new one, and nobody else's."""

import stat

import pytest

from standards.files import private_file


def test_a_private_file_is_its_owners_from_the_first_byte(tmp_path):
    with private_file(tmp_path / "list") as file:
        file.write(b"one")
        [partial] = tmp_path.iterdir()
        assert stat.S_IMODE(partial.stat().st_mode) == 0o600
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"list": b"one"}
    assert stat.S_IMODE((tmp_path / "list").stat().st_mode) == 0o600


def test_what_breaks_off_leaves_the_earlier_file(tmp_path):
    path = tmp_path / "list"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), private_file(path) as file:
        file.write(b"half")
        raise ZeroDivisionError
    assert {found.name: found.read_bytes() for found in tmp_path.iterdir()} == {"list": b"old"}


def test_what_a_killed_process_left_is_replaced(tmp_path):
    (tmp_path / "list.partial").write_bytes(b"left")
    with private_file(tmp_path / "list") as file:
        file.write(b"new")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"list": b"new"}
