"""What a file is by its first bytes. Pure: no Django."""

import re

# Enough of a file to know its type: of a file of boxes the brands that it names.
START_BYTES = 64
_HEIF = rb"....ftyp(?:mif1|msf1)"
_STARTS = {
    "image/jpeg": rb"\xff\xd8\xff",
    "image/png": rb"\x89PNG\r\n\x1a\n",
    "image/webp": rb"RIFF....WEBP",
    # A general brand of pictures is AVIF where it names that as well.
    "image/avif": rb"....ftypavi[fs]|" + _HEIF + rb"....(?:....)*?avi[fs]",
    "image/heic": rb"....ftyphe(?:ic|ix|im|is|vc|vx|vm|vs)|" + _HEIF + rb"(?!....(?:....)*?avi[fs])",
    # An ID3 tag, or a frame of layer III: eleven bits of sync, then MPEG 1, 2 or 2.5.
    "audio/mpeg": rb"ID3|\xff[\xfa\xfb\xf2\xf3\xe2\xe3]",
    "audio/3gpp": rb"....ftyp3g",
    "audio/mp4": rb"....ftyp(?!avi[fs]|he[iv]|mif1|msf1|3g|qt  )",
    "audio/ogg": rb"OggS",
    "audio/webm": rb"\x1aE\xdf\xa3",
    "audio/wav": rb"RIFF....WAVE",
    "audio/amr": rb"#!AMR(?:-WB)?\n",
    "audio/x-caf": rb"caff\0\x01",
    "video/quicktime": rb"....ftypqt  ",
    "application/pdf": rb"%PDF-",
}
# The same containers with moving pictures, which the first bytes do not tell apart.
_STARTS |= {f"video/{kind}": _STARTS[f"audio/{kind}"] for kind in ("mp4", "3gpp", "webm")}
ALLOWED_TYPES = tuple(_STARTS)


def is_of_type(start: bytes, media_type: str) -> bool:
    """Whether a file whose first `START_BYTES` bytes these are can be of one of `ALLOWED_TYPES`."""
    return re.match(_STARTS[media_type], start, re.DOTALL) is not None


def type_of(start: bytes, stated: str = "") -> str:
    """The type of a file by its first bytes; the stated one where it can be that. Empty where it is none of them.

    Telephones state no type or a wrong one of what they record, and names end as people like.
    """
    possible = [media_type for media_type in ALLOWED_TYPES if is_of_type(start, media_type)]
    return stated if stated in possible else next(iter(possible), "")
