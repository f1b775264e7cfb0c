"""A text cut where passages begin and end. That nothing of it is lost is a property in test_agreement_figures.py."""

import pytest

from coding.agreement.marked import Piece, Span, pieces_of


@pytest.mark.parametrize(
    ("spans", "pieces"),
    [
        ([], [Piece("delay", ())]),
        ([Span("A", 0, 5)], [Piece("delay", ("A",))]),
        ([Span("B", 1, 3), Span("A", 1, 3)], [Piece("d", ()), Piece("el", ("A", "B")), Piece("ay", ())]),
        ([Span("A", 1, 3), Span("A", 3, 4)], [Piece("d", ()), Piece("ela", ("A",)), Piece("y", ())]),
        ([Span("A", -9, 99)], [Piece("delay", ("A",))]),
        ([Span("A", 3, 3)], [Piece("delay", ())]),
        ([Span("A", 4, 2)], [Piece("delay", ())]),
    ],
)
def test_spans_cut_the_text_where_they_begin_and_end(spans, pieces):
    assert pieces_of("delay", spans) == pieces
