"""Bars are as long as the numbers beside them say."""

from rest.drawings import Row, bars, sourced, spans, strips


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


def test_along_an_axis_the_highest_bar_of_each_row_fills_its_height():
    rows = [Row("People", [60], along=[20, 0, 40, 0]), Row("Events", [2], along=[1, None, 1, 0])]
    drawing = strips("When", "What", ["Number"], ["2014", "2015", "2016", "2017"], rows)
    people, events = drawing.rows

    assert [(bar.x, bar.y, bar.height) for bar in people.segments] == [(8.5, 5, 5), (58.5, 0, 10)]
    assert [(bar.x, bar.y, bar.height) for bar in events.segments] == [(8.5, 0, 10), (58.5, 0, 10)]
    assert people.steps == [("2014", 20), ("2016", 40)]
    assert drawing.axis == ("2014", "2017")
    assert drawing.is_broad
    assert not drawing.has_key


def test_a_row_of_nothing_along_an_axis_has_no_bar():
    assert widths(strips("x", "y", ["n"], ["a", "b"], [Row("a", [0], along=[0, 0])])) == [[]]


def test_parts_of_one_whole_have_one_scale():
    rows = [Row("Created", [3], along=[1, 2]), Row("Left", [1], along=[1, 0])]
    created, left = strips("x", "y", ["n"], ["a", "b"], rows, full=2).rows
    assert [bar.height for bar in created.segments] == [5, 10]
    assert [bar.height for bar in left.segments] == [5]


def test_a_share_is_a_mark_on_the_line_of_its_interval_and_never_leaves_the_row():
    rows = [(Row("half", [9], texts=("50%", "20 to 80%")), 0.5, (0.2, 0.8)), (Row("all", [9]), 1.0, (0.7, 1.0))]
    drawing = spans("Upheld", "Year", ["Share", "Interval", "Of"], rows)
    assert widths(drawing) == [[(20, 60, 2), (49.4, 1.2, 1)], [(70, 30, 2), (98.8, 1.2, 1)]]
    assert drawing.axis == ("0%", "100%")
    assert not drawing.has_key


def test_drawings_with_rows_say_what_they_count():
    full, own = bars("a", "b", ["n"], [Row("x", [1])]), bars("c", "d", ["n"], [Row("x", [1])])
    named = sourced([full, None, bars("e", "f", ["n"], [])], "3 case studies", "/case-studies/")
    assert [(each.title, each.source, each.source_url) for each in named] == [("a", "3 case studies", "/case-studies/")]
    [kept] = sourced(sourced([own], "its own"), "another")
    assert kept.source == "its own"
