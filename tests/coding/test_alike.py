"""Alike texts are found, and each is alike to the first of its group; checked against a comparison of all pairs."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coding.alike import LEAST, alike, normalised, shingles_of, similarity, words_of

LETTER = "Dear councillor, I object to the plan to fell the old lime trees along the canal for a car park."


def found_in(texts):
    found = alike(range(len(texts)), lambda keys: {key: texts[key] for key in keys})
    return {one.key: (one.first, one.similarity) for one in found}


def index(one, other):
    return similarity(shingles_of(words_of(one)), shingles_of(words_of(other)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dear  Sir,\n\tthe ROOF leaks.", "dear sir, the roof leaks."),
        ("The oﬃce", "the office"),
        ("Straße", "STRASSE"),
        ("caf\u0065\u0301 au lait", "café au lait"),
    ],
)
def test_case_space_and_compatibility_forms_make_no_difference(one, other):
    assert normalised(one) == normalised(other)
    assert found_in([one, other]) == {1: (0, 1.0)}


def test_a_greeting_is_a_difference():
    assert normalised(f"Hello. {LETTER}") != normalised(LETTER)


def test_letters_of_a_campaign_signed_by_different_people_are_alike():
    long = " ".join(f"{LETTER} Reason number {n}." for n in range(4))
    texts = [f"{long} {name}" for name in ("Anna from the north", "Bert", "Carla")]

    found = found_in([*texts, "Something else entirely, about a bus that never came."])

    assert {key: first for key, (first, _) in found.items()} == {1: 0, 2: 0}
    assert all(LEAST <= value < 1 for _, value in found.values())


def test_a_text_identical_to_a_near_copy_belongs_to_the_same_group():
    long = " ".join(f"{LETTER} Reason number {n}." for n in range(4))
    found = found_in([long, f"{long} Bert", f"{long} bert"])

    assert found[1] == found[2] == (0, index(long, f"{long} Bert"))


def test_a_chain_of_small_changes_is_not_one_group():
    """The first letter stands for the others, so each has to be like it."""
    words = [f"word{n}" for n in range(60)]
    steps = [" ".join([*words[n * 4 :], *(f"new{k}" for k in range(n * 4))]) for n in range(4)]

    found = found_in(steps)

    assert all(index(steps[key], steps[first]) >= LEAST for key, (first, _) in found.items())
    assert 3 not in found or found[3][0] != 0


def test_short_texts_are_alike_only_when_their_words_are_the_same():
    assert found_in(["Thank you", "thank you!", "Thank them", "…", "!?"]) == {1: (0, 1.0), 4: (3, 1.0)}


def test_no_text_has_no_groups():
    assert found_in([]) == {}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 40))
def test_what_is_found_is_what_a_comparison_of_all_pairs_finds(seed, number):
    draw = random.Random(seed)
    vocabulary = [f"w{n}" for n in range(400)]
    originals = [draw.choices(vocabulary, k=draw.randint(30, 80)) for _ in range(4)]
    texts = []
    for _ in range(number):
        words = list(draw.choice(originals))
        for _ in range(draw.choice([0, 0, 1, 1, 6, 20])):
            words[draw.randrange(len(words))] = draw.choice(vocabulary)
        texts.append(" ".join(words))

    found = found_in(texts)

    firsts = [key for key in range(number) if key not in found]
    for key, (first, value) in found.items():
        assert first in firsts
        assert first < key
        assert value == index(texts[key], texts[first]) >= LEAST
    for at, key in enumerate(firsts):
        # The bands can miss a pair at the threshold, not one that is well above it.
        assert all(index(texts[key], texts[first]) < 0.9 for first in firsts[:at])


def test_the_same_texts_give_the_same_groups_each_time():
    texts = [f"{LETTER} {n % 3}" * 3 for n in range(50)]
    assert found_in(texts) == found_in(texts)
