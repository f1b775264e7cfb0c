"""Bars are as long as the numbers beside them say."""

from rest.drawings import Row, bars


def widths(drawing):
    return [[(s.x, s.width, s.colour) for s in row.segments] for row in drawing.rows]


def test_the_longest_row_fills_the_width_and_parts_stand_side_by_side():
    drawing = bars("Fate", "Kind", ["Yes", "No"], [Row("idea", [6, 2]), Row("vote", [0, 4])])

    assert widths(drawing) == [[(0, 75, 1), (75, 25, 2)], [(0, 50, 2)]]
    assert drawing.total == 12
    assert drawing.has_key


def test_a_suppressed_count_has_no_bar():
    drawing = bars("Findings", "Finding", ["Records"], [Row("upheld", [None]), Row("other", [10])])

    assert widths(drawing) == [[], [(0, 100, 1)]]
    assert not drawing.has_key


def test_of_two_directions_the_first_goes_left_and_both_have_one_scale():
    drawing = bars("Factors", "Level", ["Barriers", "Drivers"], [Row("a", [4, 2]), Row("b", [0, 1])], diverging=True)

    assert widths(drawing) == [[(0, 50, 1), (50, 25, 2)], [(50, 12.5, 2)]]


def test_nothing_counted_draws_nothing():
    assert widths(bars("x", "y", ["n"], [Row("a", [0])])) == [[]]
