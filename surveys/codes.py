"""Codes that a respondent takes along to go on later; nothing is kept in a cookie.

The code is derived from the response, so that it can be shown again; what is stored is only its digest.
"""

import hashlib
import hmac
import re

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LENGTH = 12


def code_for(identity: str, secret: str) -> str:
    """Twelve letters in three groups, the same for the same response and secret."""
    digest = hmac.new(secret.encode(), f"surveys.code:{identity}".encode(), hashlib.sha256).digest()
    number = int.from_bytes(digest, "big")
    letters = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(LETTERS))
        letters.append(LETTERS[place])
    text = "".join(letters)
    return "-".join(text[start : start + 4] for start in range(0, LENGTH, 4))


def normalised(typed: str) -> str:
    """What someone typed, in the form that codes have; empty when it cannot be one."""
    text = re.sub(r"[\s\-–—.]", "", typed).upper()
    return text if len(text) == LENGTH and all(letter in LETTERS for letter in text) else ""


def digest_of(code: str) -> str:
    return hashlib.sha256(f"surveys.code:{normalised(code)}".encode()).hexdigest()
