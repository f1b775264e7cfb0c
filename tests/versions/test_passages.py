"""What replaces erased text, as pure rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from versions.passages import FILL, Eraser, Passage, Tombstone

TOMBSTONE = Tombstone("2026-11-28", "ada", "consent withdrawn")
WHOLE = Eraser(TOMBSTONE)


def of_passage(words):
    return Eraser(TOMBSTONE, Passage.of(words, salt="x"))


def test_a_whole_text_becomes_a_sentence_that_says_when_who_why_and_how_much():
    assert WHOLE.erased("Mrs Jansen came.") == (
        "[Erased 2026-11-28 by ada: consent withdrawn. 16 characters.]",
        16,
    )


def test_a_passage_is_replaced_wherever_it_is_and_nothing_else():
    text, characters = of_passage("Mrs Jansen").erased("Mrs Jansen came. So did mrs Jansen's dog, said Mrs Jansen.")
    mark = "[Erased 2026-11-28 by ada: consent withdrawn. 10 characters.]"
    assert text == f"{mark} came. So did mrs Jansen's dog, said {mark}."
    assert characters == 20


def test_a_passage_is_not_stored_in_words():
    assert "Jansen" not in repr(Passage.of("Mrs Jansen", salt="x"))


@given(st.text(), st.text(min_size=1, max_size=6), st.text())
def test_the_passage_is_never_left(before, words, after):
    text, characters = of_passage(words).erased(before + words + after, keeps_length=True)
    assert characters >= len(words)
    assert len(text) == len(before + words + after)
    assert words not in text or FILL in words


@given(st.text(min_size=1), st.integers(min_value=1, max_value=10**9))
def test_a_text_with_offsets_keeps_its_length(text, number):
    erased, characters = WHOLE.erased(text, number=number, keeps_length=True)
    assert len(erased) == len(text)
    assert characters in (0, len(text))


@given(st.text(min_size=1), st.integers(min_value=1, max_value=80))
def test_a_tombstone_fits_its_column_and_is_not_erased_twice(text, room):
    erased, _characters = WHOLE.erased(text, room=room)
    assert len(erased) <= max(room, len(text))
    assert WHOLE.erased(erased, room=room) == (erased, 0)


@pytest.mark.parametrize("text", ["", "[Erased 2026-11-28 by ada: consent withdrawn. 3 characters.]", FILL * 3])
def test_nothing_is_erased_where_nothing_is_left(text):
    assert WHOLE.erased(text) == (text, 0)


@pytest.mark.parametrize(
    "text",
    [
        "[Erased 2026-11-28 by ada: consent withdrawn. 3 characters.] Mrs Jansen came.",
        "[Erased 2026-11-28 by bob: consent withdrawn. 3 characters.]",
        "12",
    ],
)
def test_a_text_that_only_looks_like_a_tombstone_is_erased(text):
    assert WHOLE.erased(text)[1] == len(text)


def test_tombstones_of_unique_columns_differ():
    texts = {WHOLE.erased("R. Jansen", room=120, number=number)[0] for number in (1, 2)}
    assert len(texts) == 2


@given(st.text(alphabet="ab", max_size=30), st.text(alphabet="ab", min_size=1, max_size=3))
def test_a_passage_is_found_by_its_digest_where_it_is_found_by_its_words(text, words):
    known = Passage.of(words, salt="x")
    stored = Passage(known.length, known.salt, known.sha256)
    assert stored.starts_in(text) == known.starts_in(text)


SENTENCE = "[Erased 2026-11-28 by ada: consent withdrawn. {} characters.]"


@pytest.mark.parametrize("piece", ["came Mrs", "came Mrs J", "…Jansen came", "sen came", "and Mrs Janse… "])
def test_a_piece_that_begins_or_ends_with_a_part_of_the_passage_goes_as_a_whole(piece):
    assert of_passage("Mrs Jansen").erased_in_piece(piece) == (SENTENCE.format(len(piece)), len(piece))
    assert of_passage("Mrs Jansen").erased(piece) == (piece, 0)


@pytest.mark.parametrize("piece", ["came M", "came Mr", "en came", "Jan came", "a Mrs Jan came", ""])
def test_a_piece_without_a_part_of_the_passage_at_its_ends_stays(piece):
    assert of_passage("Mrs Jansen").erased_in_piece(piece) == (piece, 0)


def test_of_a_piece_with_the_whole_passage_only_the_passage_goes():
    assert of_passage("Mrs Jansen").erased_in_piece("Mrs Jansen came") == (f"{SENTENCE.format(10)} came", 10)
    assert WHOLE.erased_in_piece("Mrs") == (SENTENCE.format(3), 3)


def test_where_the_words_are_not_known_any_piece_may_hold_a_part_and_no_tombstone_is_erased_again():
    known = Passage.of("Mrs Jansen", salt="x")
    forgotten = Eraser(TOMBSTONE, Passage(known.length, known.salt, known.sha256))
    assert forgotten.erased_in_piece("Nobody") == (SENTENCE.format(6), 6)
    assert forgotten.erased_in_piece(SENTENCE.format(6)) == (SENTENCE.format(6), 0)
    assert forgotten.erased_in_piece("Nobody", room=4) == (FILL * 4, 6)


LONG = "Mrs Jansen came on Monday and again on Tuesday, and nobody had read her letter."


def test_a_text_with_offsets_keeps_its_sentence_and_number_and_is_not_erased_again():
    erased, characters = WHOLE.erased(LONG, number=7, keeps_length=True)
    assert erased.startswith(f"{SENTENCE.format(len(LONG))[:-1]} No. 7.]")
    assert (len(erased), characters) == (len(LONG), len(LONG))
    assert WHOLE.erased(erased, number=7, keeps_length=True) == (erased, 0)


def test_a_sentence_may_fill_its_column_to_the_last_character():
    sentence = SENTENCE.format(len(LONG))
    assert WHOLE.erased(LONG, room=len(sentence))[0] == sentence
    assert WHOLE.erased(LONG, room=len(sentence) - 1)[0] == "[Erased 2026-11-28.]"
    assert WHOLE.erased(LONG, room=20)[0] == "[Erased 2026-11-28.]"
    assert WHOLE.erased(LONG, room=19)[0] == FILL * 19


@pytest.mark.parametrize(("room", "number", "left"), [(4, 7, "███7"), (3, 1234, "█34"), (2, 7, "█7"), (1, 7, "█")])
def test_the_shortest_mark_ends_with_the_last_digits_of_its_number(room, number, left):
    assert WHOLE.erased("Mrs Jansen", room=room, number=number) == (left, 10)


def test_a_passage_gets_a_sentence_where_the_column_has_room_for_it_and_else_a_bar():
    text, mark = "Mrs Jansen x", SENTENCE.format(10)
    room = len(mark) + 2
    for erase in (of_passage("Mrs Jansen").erased, of_passage("Mrs Jansen").erased_in_piece):
        assert erase(text, room=room) == (f"{mark} x", 10)
        assert erase(text, room=room - 1) == (f"{FILL * 10} x", 10)
    twice = of_passage("Mrs Jansen").erased(f"{text} Mrs Jansen", room=room + len(mark))
    assert twice == (f"{FILL * 10} x {FILL * 10}", 20)


def test_the_part_of_a_passage_is_compared_without_the_space_where_it_was_cut():
    assert of_passage("ab cdef").erased_in_piece("x ab")[1] == 4
    assert of_passage("cdef ab").erased_in_piece("ab x")[1] == 4
    assert of_passage("Mrs Jansen").erased_in_piece("came Mrs JX") == ("came Mrs JX", 0)
