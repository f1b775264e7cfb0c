"""Continuation codes: a respondent continues later with a code, without a cookie.

The code is derived from the response, so that it can be shown again. Only its digest is stored.
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
    """What was typed, in the form of a code; empty if it cannot be a code."""
    text = re.sub(r"[\s\-–—.]", "", typed).upper()
    return text if len(text) == LENGTH and all(letter in LETTERS for letter in text) else ""


def digest_of(code: str) -> str:
    return hashlib.sha256(f"surveys.code:{normalised(code)}".encode()).hexdigest()
