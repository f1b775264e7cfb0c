"""Encryption of what the database must not hold in the clear: secrets of second factors.

The key is derived from LIPSE_SECRET_KEY, which no backup holds, so neither the database nor an archive of it is enough
to compute a code. Fernet: AES-128-CBC with HMAC-SHA256.
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class CannotBeOpened(ValueError):
    """Encrypted with another LIPSE_SECRET_KEY, or damaged."""


def seal(text: str) -> str:
    return _cipher(settings.SECRET_KEY).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """The text again. Raises CannotBeOpened."""
    try:
        return _cipher(settings.SECRET_KEY).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise CannotBeOpened from error


@lru_cache(maxsize=4)
def _cipher(secret_key: str) -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"accounts.sealing").derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(key))
