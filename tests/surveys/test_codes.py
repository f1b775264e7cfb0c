"""Continuation codes: the same for ever, and found however they are typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.codes import LETTERS, code_for, digest_of, normalised

# Codes are in the hands of respondents and digests in databases: neither may ever change.
CODE = "DBGR-UVDQ-YEWG"
DIGEST = "12008791952ad7fabdfddab383968c77ed761e47e58de3eb1bc37204c8006e8e"


def test_a_code_and_its_digest_stay_what_they_were():
    assert code_for("wave 1, response 7", "a secret") == CODE
    assert digest_of(CODE) == DIGEST


@given(st.binary(max_size=16), st.text(min_size=1, max_size=20))
def test_a_code_is_found_again_however_it_is_typed(identity, secret):
    code = code_for(identity.hex(), secret)
    assert len(code) == 14
    assert digest_of(code) == digest_of(f" {code.lower().replace('-', ' ')} ")
    assert set(normalised(code)) <= set(LETTERS)


def test_codes_differ_by_response_and_by_secret():
    codes = {code_for(identity, secret) for identity in ("1", "2") for secret in ("a", "b")}
    assert len(codes) == 4


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("abcd-efgh-jkmn", "ABCDEFGHJKMN"),
        ("ABCD–EFGH—JKMN.", "ABCDEFGHJKMN"),
        ("\tab cd ef gh\u00a0jk mn\n", "ABCDEFGHJKMN"),
        ("ABCD-EFGH-JKM", ""),
        ("ABCD-EFGH-JKMNP", ""),
        ("IIII-IIII-IIII", ""),
        ("ABCD-EFGH-JKM0", ""),
        ("ABCD/EFGH/JK", ""),
        ("", ""),
    ],
)
def test_what_was_typed_is_a_code_or_nothing(typed, code):
    assert normalised(typed) == code
