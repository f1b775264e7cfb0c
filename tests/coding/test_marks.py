"""Passages in a text, cut where marks begin and end."""

from hypothesis import given
from hypothesis import strategies as st

from coding.marks import numbered, pieces

spans = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12)).map(lambda one: (one[0], one[0] + one[1])))


@given(st.text(max_size=40), spans)
def test_the_pieces_joined_are_the_text(text, found):
    assert "".join(piece.text for piece in pieces(text, found)) == text


@given(st.text(min_size=45, max_size=60), spans)
def test_each_passage_is_made_of_the_pieces_that_name_it(text, found):
    cut = pieces(text, found)

    for (start, end), number in numbered(found).items():
        assert "".join(piece.text for piece in cut if number in piece.numbers) == text[start:end]
        assert [piece.begins.count(number) for piece in cut if piece.begins].count(1) == 1


def test_passages_are_numbered_in_the_order_of_the_text_the_longest_first():
    assert numbered([(4, 6), (0, 3), (4, 9), (0, 3)]) == {(0, 3): 1, (4, 9): 2, (4, 6): 3}


def test_overlapping_passages_share_a_piece():
    cut = pieces("abcdefgh", [(1, 5), (3, 7)])

    assert [(piece.text, piece.numbers, piece.begins) for piece in cut] == [
        ("a", (), ()), ("bc", (1,), (1,)), ("de", (1, 2), (2,)), ("fg", (2,), ()), ("h", (), ()),
    ]  # fmt: skip


def test_a_text_without_passages_is_one_piece():
    assert [piece.text for piece in pieces("One letter.", [])] == ["One letter."]
