"""A brush: rows of a drawing from one to another are chosen, and lead to the list of what they count.

It is a form of two choices, which any keyboard and screen reader can fill in. `static/js/brush.js` lets a person pull
over the rows instead.
"""

from collections.abc import Mapping, Sequence

from rest.drawings import Brush, Step
from rest.lists import is_given


def year_brush(action: str, field: str, years: Sequence[str], params: Mapping[str, str]) -> Brush | None:
    """The brush over years of a date; None where there are fewer than two. params: the filters that are kept."""
    if len(years) < 2:
        return None
    names = f"{field}__gte", f"{field}__lte"
    begin, end = (params.get(name, "")[:4] for name in names)
    begin, end = begin if begin in years else years[0], end if end in years else years[-1]
    steps = [
        Step(year, year, f"{year}-01-01", f"{year}-12-31", is_first=year == begin, is_last=year == end)
        for year in years
    ]
    kept = [
        (name, value)
        for name, value in params.items()
        if is_given(name, value) and name not in ("cursor", "page") and not name.startswith(f"{field}__")
    ]
    return Brush(action, *names, steps, kept)
