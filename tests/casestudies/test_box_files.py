"""What a telephone wrote into HEIC photos, recordings and videos is removed without moving anything else."""

import io
import mmap

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from casestudies.box_files import blank_details
from casestudies.photo_details import UnreadablePhoto
from tests.factories import recordings


def blanked(file):
    copy = bytearray(file)
    return blank_details(copy), bytes(copy)


@pytest.mark.parametrize("kind", recordings.ALL)
def test_place_names_and_serial_numbers_are_gone_wherever_they_are(kind):
    file = recordings.ALL[kind]

    changed, cleaned = blanked(file)

    assert changed
    assert [secret for secret in recordings.SECRETS if secret not in file] == []
    assert [secret for secret in recordings.SECRETS if secret in cleaned] == []
    assert len(cleaned) == len(file)


@pytest.mark.parametrize("kind", recordings.PLAIN)
def test_a_file_without_them_stays_as_it_is(kind):
    file = recordings.PLAIN[kind]
    assert blanked(file) == (False, file)


@pytest.mark.parametrize("kind", recordings.ALL)
def test_picture_and_sound_stay_where_they_are(kind):
    file = recordings.ALL[kind]
    content = recordings.HEVC_PICTURE if b"hvc1" in file else b"sound sample" + recordings.SECOND

    cleaned = blanked(file)[1]

    at = file.index(content)
    assert cleaned[at : at + len(content)] == content


@pytest.mark.parametrize("kind", recordings.ALL)
def test_removing_them_twice_changes_nothing_more(kind):
    once = blanked(recordings.ALL[kind])[1]
    assert blanked(once) == (False, once)


@pytest.mark.parametrize("kind", ["m4a", "mov", "3gp", "mp4"])
def test_times_of_a_recording_are_gone(kind):
    time = (3_800_000_000).to_bytes(4, "big")
    assert time in recordings.ALL[kind]
    assert time not in blanked(recordings.ALL[kind])[1]


def test_an_exif_that_another_program_can_read_stays_in_the_place_of_the_one_that_was():
    cleaned = blanked(recordings.heic())[1]
    assert cleaned.count(b"\0\0\0\0MM\0\x2a\0\0\0\x08\0\0") == 1


def test_a_recording_of_a_browser_stays_in_its_fragments():
    changed, cleaned = blanked(recordings.fragments())
    assert changed  # the times in its header
    assert cleaned.count(b"mdatsound") == 2


def test_places_between_the_fragments_of_a_recording_cannot_be_removed():
    with pytest.raises(UnreadablePhoto):
        blanked(recordings.fragments(handler=b"meta"))


def test_a_real_picture_of_another_program_is_the_same_picture_afterwards():
    made = io.BytesIO()
    picture = Image.effect_noise((90, 60), 40).convert("RGB")
    details = Image.Exif()
    details[0x010E] = "Owner Planted Person"
    picture.save(made, "AVIF", exif=details, xmp=b"<x:xmpmeta>GPS 52.0116N 4.3571E</x:xmpmeta>")
    before = made.getvalue()

    changed, cleaned = blanked(before)

    assert changed
    assert b"Planted" in before
    assert b"Planted" not in cleaned
    assert b"52.0116" not in cleaned
    assert Image.open(io.BytesIO(cleaned)).tobytes() == Image.open(io.BytesIO(before)).tobytes()


def test_a_file_is_changed_where_it_is_on_disk(tmp_path):
    path = tmp_path / "long.m4a"
    path.write_bytes(recordings.recording())
    with path.open("r+b") as opened, mmap.mmap(opened.fileno(), 0) as content:
        assert blank_details(content)
    assert path.read_bytes() == blanked(recordings.recording())[1]


@pytest.mark.parametrize("kind", recordings.ALL)
@given(cut=st.integers(0, 1500), noise=st.binary(max_size=30), at=st.integers(0, 1500))
def test_a_broken_file_is_cleaned_or_said_to_be_unreadable(kind, cut, noise, at):
    file = recordings.ALL[kind]
    broken = bytearray((file[:at] + noise + file[at + len(noise) :])[: max(cut, 1)])
    before = bytes(broken)
    try:
        blank_details(broken)
    except UnreadablePhoto:
        return
    assert len(broken) == len(before)
    assert blank_details(broken) is False


@pytest.mark.parametrize("bad", [b"", b"ftyp", b"\0\0\0\x08free", b"\0\0\0\0", recordings.heic() + b"tail"])
def test_what_is_no_file_of_boxes_is_unreadable(bad):
    with pytest.raises(UnreadablePhoto):
        blanked(bad)
