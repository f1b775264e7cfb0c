"""What a camera wrote into a photo is removed without touching the picture."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casestudies.photo_details import PHOTOS, UnreadablePhoto, without_details
from tests.factories import photos


def turned(exif_start, photo):
    """The orientation that the only Exif of a photo says, big-endian as it is written here."""
    at = photo.index(exif_start) + len(exif_start)
    return int.from_bytes(photo[at + 18 : at + 20], "big")


@pytest.mark.parametrize("media_type", PHOTOS)
@pytest.mark.parametrize("orientation", [1, 6])
def test_place_names_and_serial_numbers_are_gone_wherever_they_are(media_type, orientation):
    photo = photos.CAMERA[media_type](orientation)

    cleaned = without_details(photo, media_type)

    assert [secret for secret in photos.SECRETS if secret not in photo] == []
    assert [secret for secret in photos.SECRETS if secret in cleaned] == []


@pytest.mark.parametrize("media_type", PHOTOS)
def test_a_photo_without_them_stays_as_it_is(media_type):
    assert without_details(photos.PLAIN[media_type](), media_type) == photos.PLAIN[media_type]()


@pytest.mark.parametrize("media_type", PHOTOS)
def test_the_picture_is_the_same_without_its_details(media_type):
    expected = photos.PLAIN[media_type](**({"flags": 0x20} if media_type == "image/webp" else {}))
    assert without_details(photos.CAMERA[media_type](), media_type) == expected


@pytest.mark.parametrize("order", ["<", ">"])
def test_which_side_is_up_stays_in_either_order_of_bytes(order):
    cleaned = without_details(photos.camera_jpeg(8, order), "image/jpeg")
    assert turned(b"Exif\0\0", cleaned) == 8


@pytest.mark.parametrize(("media_type", "start"), [("image/png", b"eXIf"), ("image/webp", b"EXIF\x1a\0\0\0")])
def test_which_side_is_up_stays_in_other_formats(media_type, start):
    assert turned(start, without_details(photos.CAMERA[media_type](3), media_type)) == 3


@pytest.mark.parametrize("media_type", PHOTOS)
@pytest.mark.parametrize("orientation", [1, 3])
def test_removing_them_twice_changes_nothing_more(media_type, orientation):
    once = without_details(photos.CAMERA[media_type](orientation), media_type)
    assert without_details(once, media_type) == once


@pytest.mark.parametrize("bad", [b"", b"MM\0\x2a\0\0\0\x08", b"II\x2a\0\xff\xff\xff\xff", photos.exif(77), b"no"])
def test_exif_that_cannot_be_read_is_removed_whole(bad):
    photo = photos.jpeg(photos.segment(0xE1, b"Exif\0\0" + bad))
    assert without_details(photo, "image/jpeg") == photos.jpeg()


@pytest.mark.parametrize("media_type", PHOTOS)
@given(cut=st.integers(0, 600), noise=st.binary(max_size=40), at=st.integers(0, 600))
def test_a_broken_photo_is_cleaned_or_said_to_be_unreadable(media_type, cut, noise, at):
    photo = photos.CAMERA[media_type](6)
    broken = (photo[:at] + noise + photo[at + len(noise) :])[: max(cut, 1)]
    try:
        cleaned = without_details(broken, media_type)
    except UnreadablePhoto:
        return
    assert without_details(cleaned, media_type) == cleaned


def test_bytes_that_fill_the_space_before_a_marker_are_no_segment():
    before_a_segment = photos.jpeg(b"\xff\xff\xff" + photos.segment(0xFE, photos.NAME))
    assert without_details(before_a_segment, "image/jpeg") == photos.jpeg()
    before_the_end = photos.jpeg().replace(b"second scan", b"second scan\xff\xff")
    assert without_details(before_the_end, "image/jpeg") == before_the_end


def test_a_marker_without_a_length_may_stand_between_segments():
    restart = photos.jpeg(b"\xff\xd3")
    assert without_details(restart, "image/jpeg") == restart


@pytest.mark.parametrize("length", [0, 1])
def test_a_segment_shorter_than_its_own_length_is_unreadable(length):
    with pytest.raises(UnreadablePhoto):
        without_details(photos.jpeg(b"\xff\xfe" + length.to_bytes(2, "big")), "image/jpeg")


def test_a_segment_may_be_empty_or_longer_than_32767_bytes():
    assert without_details(photos.jpeg(photos.segment(0xFE, b"")), "image/jpeg") == photos.jpeg()
    assert without_details(photos.jpeg(photos.segment(0xFE, b"x" * 65533)), "image/jpeg") == photos.jpeg()


@pytest.mark.parametrize("orientation", [1, 8, 0, 9])
def test_only_the_eight_ways_that_there_are_stay(orientation):
    cleaned = without_details(photos.camera_jpeg(orientation), "image/jpeg")
    assert (b"Exif\0\0" in cleaned) is (orientation == 8)


def test_what_is_written_for_the_side_that_is_up_is_exif_of_one_entry():
    written = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    cleaned = without_details(photos.camera_jpeg(6), "image/jpeg")
    assert cleaned[2:].startswith(photos.segment(0xE1, b"Exif\0\0" + written))
    png = without_details(photos.camera_png(6), "image/png")
    assert png[33:].startswith(photos.chunk(b"eXIf", written))
