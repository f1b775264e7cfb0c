"""Short names that are unique, without telling of things that a person cannot see."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.slugs import LONGEST, beside_hidden, numbered

SLUGS = st.text("ab-", min_size=1, max_size=4).map(lambda text: f"a{text.strip('-')}")


@pytest.mark.parametrize(
    ("stem", "taken", "expected"),
    [
        ("case", [], "case"),
        ("case", ["other"], "case"),
        ("case", ["case"], "case-2"),
        ("case", ["case", "case-2"], "case-3"),
        ("case", ["case", "case-3"], "case-2"),
        ("case", ["case-2"], "case"),
        ("-case-", [], "case"),
        ("x" * 90, [], "x" * 70),
        (f"{'x' * 69}-y", [], "x" * 69),
        ("x" * 90, ["x" * 70], f"{'x' * 70}-2"),
    ],
)
def test_the_first_free_number_is_taken(stem, taken, expected):
    assert numbered(stem, taken) == expected


@given(SLUGS, st.sets(SLUGS))
def test_a_numbered_name_is_free_and_fits(stem, taken):
    everything = taken | {f"{stem}-{n}" for n in range(2, len(taken) + 2)} | {stem}
    assert numbered(stem, everything) not in everything
    assert len(numbered(stem * 40, everything)) <= LONGEST


@pytest.mark.parametrize(
    ("taken", "seen", "expected"),
    [
        (["case"], ["case"], "case"),  # refused as taken, as before
        (["case"], [], "case-2"),
        (["case", "case-2"], ["case-2"], "case-3"),
        (["other"], [], "case"),
        ([], [], "case"),
    ],
)
def test_a_hidden_thing_only_adds_a_number(taken, seen, expected):
    assert beside_hidden("case", taken=taken, seen=seen) == expected
