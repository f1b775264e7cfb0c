"""The secrets of API tokens: how they are made and recognised. Standard library only."""

import hashlib
import re
import secrets

PREFIX = "lipse_"
_SHAPE = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")


def new_secret() -> str:
    """256 random bits behind a prefix by which scanners of leaked keys know what they found."""
    return PREFIX + secrets.token_urlsafe(32)


def has_shape(secret: str) -> bool:
    return _SHAPE.fullmatch(secret) is not None


def digest_of(secret: str) -> str:
    """What is stored. A plain hash is enough for 256 random bits; slow hashes are for passwords people choose."""
    return hashlib.sha256(secret.encode()).hexdigest()
