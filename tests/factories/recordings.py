"""Small photos and recordings of telephones as files of boxes, made by hand, with what the device writes into them."""

import base64
import struct

from tests.factories.photos import NAME, PLACE, SECRETS, SERIAL, exif

__all__ = ["ALL", "PLAIN", "SECRETS"]
# 64 by 48 pixels, three quarters of them red, one quarter blue: encoded once, for these tests.
HEVC_SETTINGS = base64.b64decode(
    "AQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMC"
    "AAAAMDIAAAAwAhYgABAAZEAcFzwIk="
)
HEVC_PICTURE = base64.b64decode("AAAAMigBr1j5Et3/4PORzKn+z3LxzDULIpP3edd0mtqW/EFgmaVtlOv+MH+/QprQiZKWqmvY")
SECOND = b"second sample"


def box(kind, *parts):
    content = b"".join(parts)
    return struct.pack(">I4s", len(content) + 8, kind) + content


def full(kind, *parts, version=0):
    return box(kind, struct.pack(">I", version << 24), *parts)


def heic(*, detailed=True, brand=b"heic", idat=False):
    """A HEIC photo. Its Exif item has place, name and serial number; an XMP item and a box of the maker do too."""
    plain = not detailed
    items = [(1, b"hvc1", HEVC_PICTURE)]
    if detailed:
        items += [
            (2, b"Exif", struct.pack(">I", 6) + b"Exif\0\0" + exif(6)),
            (3, b"mime", b"<x:xmpmeta>" + PLACE + NAME),
        ]
    entries = [
        full(b"infe", struct.pack(">HH4s", n, 0, kind), b"\0", b"application/rdf+xml\0" * (kind == b"mime"), version=2)
        for n, kind, _content in items
    ]
    properties = box(b"ipco", box(b"hvcC", HEVC_SETTINGS), full(b"ispe", struct.pack(">II", 64, 64)))
    uses = full(b"ipma", struct.pack(">IHB", 1, 1, 2), bytes([0x81, 0x02]))

    def meta(start):
        places, at = b"", start
        for n, _kind, content in items:
            method = 1 if idat and n == 3 else 0
            place = 0 if method else at
            places += struct.pack(">HHHHII", n, method, 0, 1, place, len(content))
            at += 0 if method else len(content)
        return full(
            b"meta",
            full(b"hdlr", bytes(4), b"pict", bytes(13)),
            full(b"pitm", struct.pack(">H", 1)),
            full(b"iinf", struct.pack(">H", len(items)), *entries),
            box(b"iprp", properties, uses),
            full(b"iloc", b"\x44\x00", struct.pack(">H", len(items)), places, version=1),
            b"" if plain else box(b"udta", NAME),
            box(b"idat", items[2][2]) if idat else b"",
        )

    start = box(b"ftyp", brand, bytes(4), b"mif1", brand)
    maker = b"" if plain else box(b"uuid", SERIAL) + box(b"free", PLACE)
    data = b"".join(content for n, _kind, content in items if not (idat and n == 3))
    before = len(start) + len(meta(0)) + len(maker) + 8
    left_over = b"" if plain else NAME
    return start + meta(before) + maker + box(b"mdat", data, left_over)


def _track(handler, sample, at, *, detailed, wide=False, long_times=False):
    """A track of two samples: `sample` and `SECOND`, one in each chunk."""
    now = 3_800_000_000 if detailed else 0
    times = struct.pack(">QQ" if long_times else ">II", now, now)
    version = int(long_times)
    form = ">IQQ" if wide else ">III"
    table = box(
        b"stbl",
        full(b"stsd", struct.pack(">I", 0)),
        full(b"stts", struct.pack(">III", 1, 2, 1)),
        full(b"stsc", struct.pack(">IIII", 1, 1, 1, 1)),
        full(b"stsz", struct.pack(">IIII", 0, 2, len(sample), len(SECOND))),
        full(b"co64" if wide else b"stco", struct.pack(form, 2, at, at + len(sample))),
    )
    return box(
        b"trak",
        full(b"tkhd", times, bytes(60), version=version),
        box(
            b"mdia",
            full(b"mdhd", times, bytes(16), version=version),
            full(b"hdlr", bytes(4), handler, bytes(13)),
            box(b"minf", full(b"smhd", bytes(4)), box(b"dinf"), table),
        ),
        box(b"udta", NAME) if detailed else b"",
    )


def recording(brand=b"M4A ", *, detailed=True, wide=False, long_times=False, handler=b"soun"):
    """A recording with one track of sound; of a telephone also with a track of places."""
    start = box(b"ftyp", brand, bytes(4), brand)
    sound, place = b"sound sample" + SECOND, PLACE + SECOND
    data = sound + (place + SERIAL if detailed else b"")

    def moov(at):
        tracks = [_track(handler, b"sound sample", at, detailed=detailed, wide=wide, long_times=long_times)]
        if detailed:
            tracks.append(_track(b"meta", PLACE, at + len(sound), detailed=True))
        now = 3_800_000_000 if detailed else 0
        return box(
            b"moov",
            full(b"mvhd", struct.pack(">II", now, now), bytes(88)),
            *tracks,
            box(b"udta", box(b"\xa9xyz", PLACE), box(b"\xa9nam", NAME)) if detailed else b"",
            full(b"meta", NAME) if detailed else b"",
        )

    after = box(b"uuid", SERIAL) if detailed else b""
    at = len(start) + len(moov(0)) + 8
    return start + moov(at) + box(b"mdat", data) + after


def fragments(*, handler=b"soun"):
    """What a browser records as MP4: an empty index, then fragments."""
    track = _track(handler, b"", 0, detailed=False)
    moov = box(
        b"moov", full(b"mvhd", struct.pack(">II", 3, 3), bytes(88)), track, box(b"mvex", full(b"trex", bytes(20)))
    )
    fragment = box(b"moof", full(b"mfhd", bytes(4)), box(b"traf", full(b"tfhd", bytes(4)), full(b"trun", bytes(4))))
    return box(b"ftyp", b"iso5", bytes(4)) + moov + (fragment + box(b"mdat", b"sound")) * 2


ALL = {
    "heic": heic(),
    "heic with item data": heic(idat=True),
    "avif": heic(brand=b"avif"),
    "m4a": recording(),
    "mov": recording(b"qt  ", wide=True, handler=b"vide"),
    "3gp": recording(b"3gp4", long_times=True),
    "mp4": recording(b"mp42"),
}
PLAIN = {
    "heic": heic(detailed=False),
    "m4a": recording(detailed=False),
    "mov": recording(b"qt  ", detailed=False, wide=True, handler=b"vide"),
    "3gp": recording(b"3gp4", detailed=False, long_times=True),
}
