"""Small photos of each format, made by hand, with what a camera writes into them."""

import struct
import zlib

PLACE = b"GPS 52.0116N 4.3571E"
NAME = b"Owner Planted Person"
SERIAL = b"SN-000-PLANTED"
SECRETS = (PLACE, NAME, SERIAL)


def exif(orientation=1, order="<"):
    """Exif with which side is up, the name of the owner, and whatever follows the directory."""
    entries = [
        struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0),
        struct.pack(f"{order}HHII", 0xA430, 2, len(NAME), 38),
    ]
    start = (b"II\x2a\0" if order == "<" else b"MM\0\x2a") + struct.pack(f"{order}I", 8)
    directory = struct.pack(f"{order}H", len(entries)) + b"".join(entries) + struct.pack(f"{order}I", 0)
    return start + directory + NAME + PLACE + SERIAL


def segment(marker, content):
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


JFIF = b"JFIF\0\1\2\0\0\1\0\1"


def jpeg(*segments, small_copy=b"", after=b""):
    """A JPEG of two scans: these segments, then what a decoder needs. `small_copy` is three bytes of a pixel."""
    size = bytes([len(small_copy) // 3, 1 if small_copy else 0])
    return b"".join(
        [
            b"\xff\xd8", segment(0xE0, JFIF + size + small_copy), *segments, segment(0xE2, b"ICC_PROFILE\0\1\1colours"),
            segment(0xEE, b"Adobe\0d\0\0\0\0\1"), segment(0xDB, b"\0" + bytes(64)),
            segment(0xC2, b"\x08\0\1\0\1\1\1\x11\0"), segment(0xDA, b"\1\1\0\0\0\0"),
            b"picture \xff\x00 \xff\xd3 data", segment(0xDA, b"\1\1\0\0\0\0"), b"second scan", b"\xff\xd9", after,
        ]
    )  # fmt: skip


def camera_jpeg(orientation=1, order="<"):
    """What a telephone writes."""
    return jpeg(
        segment(0xE1, b"Exif\0\0" + exif(orientation, order)),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + PLACE),
        segment(0xED, b"Photoshop 3.0\0" + NAME),
        segment(0xE2, b"MPF\0" + SERIAL),
        segment(0xFE, NAME),
        small_copy=b"abc",
        after=b"video " + PLACE,
    )


def chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(*chunks, after=b""):
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    picture = chunk(b"gAMA", struct.pack(">I", 45455)) + chunk(b"IDAT", zlib.compress(bytes(4)))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + picture + chunk(b"IEND", b"") + after


def camera_png(orientation=1):
    return png(
        chunk(b"eXIf", exif(orientation)),
        chunk(b"tEXt", b"Author\0" + NAME),
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + PLACE),
        chunk(b"vpAg", SERIAL),
        after=PLACE,
    )


def riff_chunk(name, content):
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def webp(*chunks, flags=0, after=b""):
    extended = riff_chunk(b"VP8X", bytes([flags, 0, 0, 0, 0, 0, 0, 0, 0, 0]))
    content = b"WEBP" + extended + riff_chunk(b"VP8L", b"\x2f12345678") + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(content)) + content + after


def camera_webp(orientation=1):
    return webp(
        riff_chunk(b"EXIF", exif(orientation)),
        riff_chunk(b"XMP ", PLACE),
        riff_chunk(b"MINE", SERIAL),
        flags=0x2C,
        after=PLACE,
    )


CAMERA = {"image/jpeg": camera_jpeg, "image/png": camera_png, "image/webp": camera_webp}
PLAIN = {"image/jpeg": jpeg, "image/png": png, "image/webp": webp}
