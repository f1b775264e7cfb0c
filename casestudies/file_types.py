"""What a file is by its first bytes. Pure: no Django."""

import re

# Enough of a file to know its type.
START_BYTES = 16
_STARTS = {
    "image/jpeg": rb"\xff\xd8\xff",
    "image/png": rb"\x89PNG\r\n\x1a\n",
    "image/webp": rb"RIFF....WEBP",
    # An ID3 tag, or a frame of layer III: eleven bits of sync, then MPEG 1, 2 or 2.5.
    "audio/mpeg": rb"ID3|\xff[\xfa\xfb\xf2\xf3\xe2\xe3]",
    "audio/mp4": rb"....ftyp",
    "audio/ogg": rb"OggS",
    "audio/webm": rb"\x1aE\xdf\xa3",
    "audio/wav": rb"RIFF....WAVE",
    "application/pdf": rb"%PDF-",
}
ALLOWED_TYPES = tuple(_STARTS)


def is_of_type(start: bytes, media_type: str) -> bool:
    """Whether a file whose first `START_BYTES` bytes these are can be of one of `ALLOWED_TYPES`."""
    return re.match(_STARTS[media_type], start, re.DOTALL) is not None
