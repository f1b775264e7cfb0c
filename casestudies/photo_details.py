"""Removes from a photo what its camera or a program wrote beside the picture. Pure: no Django.

Place, names, serial numbers, times, comments and small copies of the picture are in segments of their own, so that they
are left out without encoding the picture again. Which side is up and the colour profile stay, since the picture is
shown wrongly without them. Formats: ITU T.81 (JPEG), PNG third edition, RFC 9649 (WebP), Exif 3.0 (orientation).
"""

import struct
import zlib
from collections.abc import Iterator

_JPEG, _PNG, _WEBP = "image/jpeg", "image/png", "image/webp"
PHOTOS = (_JPEG, _PNG, _WEBP)
_PNG_START = b"\x89PNG\r\n\x1a\n"
_ORIENTATION = 0x0112
_UPRIGHT = 1
# What a decoder needs of a PNG besides its critical chunks: colours, transparency, size of a pixel, animation.
_PNG_CHUNKS = frozenset(
    [b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"cLLI", b"sBIT", b"bKGD", b"pHYs", b"sPLT",
     b"hIST", b"acTL", b"fcTL", b"fdAT"]
)  # fmt: skip
_WEBP_CHUNKS = frozenset([b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"])
_WEBP_HAS_EXIF, _WEBP_HAS_XMP = 0x08, 0x04
_SOI, _EOI, _SOS, _COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
_ALONE = frozenset([0x01, *range(0xD0, 0xD8)])  # markers without a length
_APPLICATION = range(0xE0, 0xF0)
_EXIF, _JFIF = b"Exif\0\0", b"JFIF\0"
_JFIF_LENGTH = 14  # without a small copy of the picture


class UnreadablePhoto(ValueError):
    """The parts of the file cannot be told apart, so nothing can be removed from it."""


def without_details(photo: bytes, media_type: str) -> bytes:
    """The photo without them; equal bytes where it has none. Raises UnreadablePhoto."""
    try:
        return {_JPEG: _jpeg, _PNG: _png, _WEBP: _webp}[media_type](photo)
    except (struct.error, IndexError) as error:
        raise UnreadablePhoto from error


def _jpeg(photo: bytes) -> bytes:
    kept, turned = [photo[:2]], b""
    for marker, whole in _jpeg_segments(photo):
        content = whole[4:]
        if marker == 0xE1 and content.startswith(_EXIF):
            turned = turned or _exif_of(_orientation(content[len(_EXIF) :]))
        elif marker == 0xE0 and content.startswith(_JFIF) and len(content) > _JFIF_LENGTH:
            # With a small copy of the picture, which may show what was cut off it.
            kept.append(whole[:2] + struct.pack(">H", _JFIF_LENGTH + 2) + content[: _JFIF_LENGTH - 2] + b"\0\0")
        elif _is_picture(marker, content):
            kept.append(whole)
    if turned:
        segment = _EXIF + turned
        kept.insert(1, b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment)
    return b"".join(kept)


def _is_picture(marker: int, content: bytes) -> bool:
    """Of the segments of applications: JFIF, the colour profile, and the colour space of Adobe's encoder."""
    if marker == _COMMENT:
        return False
    if marker not in _APPLICATION:
        return True
    starts = {0xE0: _JFIF, 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
    return marker in starts and content.startswith(starts[marker])


def _jpeg_segments(photo: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and bytes of each segment after the first marker; with a scan comes its data. Ends with the picture."""
    if photo[:2] != bytes([0xFF, _SOI]):
        raise UnreadablePhoto
    at = 2
    while True:
        if photo[at] != 0xFF:
            raise UnreadablePhoto
        # Any number of 0xFF can come before a marker.
        while photo[at + 1] == 0xFF:
            at += 1
        marker = photo[at + 1]
        if marker == _EOI:
            yield marker, photo[at : at + 2]
            return
        end = at + 2 if marker in _ALONE else _end_of_segment(photo, at)
        if marker == _SOS:
            end = _end_of_scan(photo, end)
        yield marker, photo[at:end]
        at = end


def _end_of_segment(photo: bytes, at: int) -> int:
    [length] = struct.unpack_from(">H", photo, at + 2)
    end: int = at + 2 + length
    if length < 2 or end > len(photo):
        raise UnreadablePhoto
    return end


def _end_of_scan(photo: bytes, at: int) -> int:
    """Where the next marker is: 0xFF followed by neither a zero, which stands for 0xFF itself, nor a restart."""
    while True:
        at = photo.find(b"\xff", at)
        if at < 0:
            raise UnreadablePhoto
        if photo[at + 1] not in (0x00, 0xFF) and photo[at + 1] not in _ALONE:
            return at
        at += 1 if photo[at + 1] == 0xFF else 2


def _png(photo: bytes) -> bytes:
    kept, turned = [_PNG_START], b""
    for name, whole in _png_chunks(photo):
        if name == b"eXIf":
            turned = turned or _exif_of(_orientation(whole[8:-4]))
        elif not name[0] & 0x20 or name in _PNG_CHUNKS:
            kept.append(whole)
    if turned:
        checksum = zlib.crc32(b"eXIf" + turned)
        # After the header, which is first.
        kept.insert(2, struct.pack(">I", len(turned)) + b"eXIf" + turned + struct.pack(">I", checksum))
    return b"".join(kept)


def _png_chunks(photo: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not photo.startswith(_PNG_START):
        raise UnreadablePhoto
    at, name = len(_PNG_START), b""
    while name != b"IEND":
        length, name = struct.unpack_from(">I4s", photo, at)
        end = at + 12 + length
        if end > len(photo):
            raise UnreadablePhoto
        yield name, photo[at:end]
        at = end


def _webp(photo: bytes) -> bytes:
    kept, turned = [], b""
    for name, whole in _webp_chunks(photo):
        if name == b"EXIF":
            turned = turned or _exif_of(_orientation(whole[8:].removeprefix(_EXIF)))
        elif name in _WEBP_CHUNKS:
            kept.append(whole)
    if kept and kept[0].startswith(b"VP8X"):
        flags = kept[0][8] & ~(_WEBP_HAS_EXIF | _WEBP_HAS_XMP) | (_WEBP_HAS_EXIF if turned else 0)
        kept[0] = kept[0][:8] + bytes([flags]) + kept[0][9:]
        if turned:
            kept.append(b"EXIF" + struct.pack("<I", len(turned)) + turned)
    content = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(content)) + content


def _webp_chunks(photo: bytes) -> Iterator[tuple[bytes, bytes]]:
    start, size, kind = struct.unpack_from("<4sI4s", photo)
    if (start, kind) != (b"RIFF", b"WEBP") or size + 8 > len(photo):
        raise UnreadablePhoto
    at = 12
    while at < size + 8:
        name, length = struct.unpack_from("<4sI", photo, at)
        # Chunks have an even length; the last byte of an odd one is not counted.
        end = at + 8 + length + length % 2
        if end > len(photo):
            raise UnreadablePhoto
        yield name, photo[at:end]
        at = end


def _orientation(exif: bytes) -> int:
    """Which side is up, 1 to 8, as the first directory of Exif says; 1 where it says nothing that can be read."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None:
        return _UPRIGHT
    try:
        [at] = struct.unpack_from(f"{order}I", exif, 4)
        [entries] = struct.unpack_from(f"{order}H", exif, at)
        for entry in range(entries):
            tag, _kind, _count, value = struct.unpack_from(f"{order}HHIH", exif, at + 2 + 12 * entry)
            if tag == _ORIENTATION:
                return value if 1 <= value <= 8 else _UPRIGHT
    except struct.error:
        return _UPRIGHT
    return _UPRIGHT


def _exif_of(orientation: int) -> bytes:
    """Exif that says which side is up and nothing else; empty for a photo that is upright."""
    if orientation == _UPRIGHT:
        return b""
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, orientation, 0)
    return b"MM\0\x2a" + struct.pack(">I", 8) + struct.pack(">H", 1) + entry + struct.pack(">I", 0)
