"""What a refusal says: its code, and a whole sentence that names what matters."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from imports.problems import Refused


@contextmanager
def refusal(code: str, *parts: str) -> Iterator[pytest.ExceptionInfo[Refused]]:
    """The block is refused with this code, in a sentence that holds these parts."""
    with pytest.raises(Refused) as caught:
        yield caught
    assert_refused(caught.value, code, *parts)


def assert_refused(refused: Refused, code: str, *parts: str) -> None:
    assert refused.code == code
    assert_sentence(refused.message, *parts)


def assert_sentence(text: str, *parts: str) -> None:
    """It begins with one capital letter, ends with a full stop, shouts no word and holds the parts in any order."""
    assert re.fullmatch(r"[A-Z“](?![A-Z])(?s:.*)\.", text)
    assert not re.search(r"\b[A-Z]{6,}\b", text)
    assert [part for part in parts if part not in text] == []
