"""A brush over years is a form that keeps the other filters."""

from rest.brush import year_brush

YEARS = ["2018", "2019", "2020"]


def test_it_begins_with_all_years_and_keeps_other_filters():
    brush = year_brush("/list/", "received_on", YEARS, {"country": "NL", "cursor": "x", "page": "2", "search": ""})
    assert (brush.first_name, brush.last_name) == ("received_on__gte", "received_on__lte")
    assert brush.kept == [("country", "NL")]
    assert [(step.first, step.last) for step in brush.steps][1] == ("2019-01-01", "2019-12-31")
    assert [step.key for step in brush.steps if step.is_first] == ["2018"]
    assert [step.key for step in brush.steps if step.is_last] == ["2020"]


def test_what_is_chosen_is_shown_and_not_kept_twice():
    chosen = {"received_on__gte": "2019-02-03", "received_on__lte": "2020-12-31", "received_on__isnull": "true"}
    brush = year_brush("/list/", "received_on", YEARS, chosen)
    assert [step.key for step in brush.steps if step.is_first or step.is_last] == ["2019", "2020"]
    assert brush.kept == []


def test_years_outside_the_drawing_choose_all_and_one_year_has_no_brush():
    brush = year_brush("/list/", "received_on", YEARS, {"received_on__gte": "1990-01-01"})
    assert brush.steps[0].is_first
    assert year_brush("/list/", "received_on", ["2020"], {}) is None
