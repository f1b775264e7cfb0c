"""An import and a list of datasets as drawings: what became of the rows of a file, where in it rows have problems, how
many cells of its columns have a value, and the years of datasets."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db.models import Count, F
from django.utils.translation import gettext as _

from imports import along
from imports.models import Dataset, Import
from imports.problems import title
from imports.selectors.along import results_along
from imports.selectors.report import open_problems
from rest.drawings import UNITS, Drawing, Row, Segment, bars, sourced, strips
from standards.json_values import JsonObject

SHOWN_PROBLEMS = 8
# Years that are drawn beside each other; one that was typed wrongly does not press the others together.
MOST_YEARS = 60


def of_import(run: Import, results: Sequence[tuple[str, int]]) -> list[Drawing]:
    """What became of the rows, where in the file, and where rows have problems. Three queries.

    results: label and number of rows of each result; empty where there are none yet.
    """
    rows = [Row(label, [number]) for label, number in results]
    of_rows = bars(_("Rows of the file"), _("Result"), [_("Rows")], rows) if rows else None
    return sourced([of_rows, _results(run), _problems(run)], _("the rows of this file"))


def _results(run: Import) -> Drawing | None:
    """What became of the rows, in equal parts of the file, each result drawn to the number of rows of a part."""
    found = results_along(run)
    if not found or not run.rows:
        return None
    would = run.state == Import.State.CHECKED
    labels = {
        "created": _("Would be created") if would else _("Created"),
        "updated": _("Would be updated") if would else _("Updated"),
        "unchanged": _("Unchanged"),
        "quarantined": _("Would be quarantined") if would else _("Quarantined"),
        "skipped": _("Would be skipped") if would else _("Skipped"),
    }
    return strips(
        _("Rows along the file"),
        _("Result"),
        [_("Rows")],
        _labels(run.rows),
        [Row(labels[name], [sum(numbers)], along=numbers) for name, numbers in found.items()],
        note=_("From the first row of the file to the last. A bar as high as its row is all rows of that part."),
        full=max(along.sizes(run.rows)),
    )


def _labels(rows: int) -> list[str]:
    return [_("rows from %(first)s") % {"first": f"{first:,}"} for first in along.firsts(rows)]


def _problems(run: Import) -> Drawing | None:
    """The problems with most rows, along the file in equal parts."""
    last = run.rows or 0
    if not last:
        return None
    parts = along.parts_of(last)
    places: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    found = open_problems(run).annotate(place=F("record") * parts / (last + 1)).values_list("code", "column", "place")
    for code, column, place, rows in found.annotate(Count("record", distinct=True)).order_by():
        places[code, column][place] = rows
    if not places:
        return None
    most = sorted(places, key=lambda problem: (-sum(places[problem].values()), problem))[:SHOWN_PROBLEMS]
    return strips(
        _("Problems along the file"),
        _("Problem"),
        [_("Rows")],
        _labels(last),
        [_along(problem, places[problem], parts) for problem in most],
        note=_("From the first row of the file to the last. The highest bar of each problem is as high as its row."),
    )


def _along(problem: tuple[str, str], places: Mapping[int, int], parts: int) -> Row:
    code, column = problem
    label = _("%(problem)s: %(column)s") % {"problem": title(code), "column": column} if column else title(code)
    return Row(label, [sum(places.values())], along=[places.get(place, 0) for place in range(parts)])


def filled(column: JsonObject, rows: int) -> Sequence[Segment]:
    """Cells of a column: those with a value that fits its type, those that do not, and no bar for empty ones."""
    wrong = column.get("fails") or 0
    value = max(rows - (column.get("empty") or 0) - wrong, 0)
    empty = max(rows - value - wrong, 0)
    [drawn] = bars("", "", [], [Row("", [value, 0, wrong, 0, empty])]).rows
    return drawn.segments


def years(datasets: Sequence[Dataset]) -> dict[int, Sequence[Segment]]:
    """For each of these datasets its years on one axis from the first to the last of all, where they differ."""
    spans = {
        dataset.pk: (dataset.first_year, dataset.last_year or dataset.first_year)
        for dataset in datasets
        if dataset.first_year
    }
    if len(set(spans.values())) < 2:
        return {}
    end = max(last for _first, last in spans.values())
    begin = max(min(first for first, _last in spans.values()), end - MOST_YEARS + 1)
    year = UNITS / (end - begin + 1)
    return {
        pk: [Segment(round((first - begin) * year, 2), round((last - first + 1) * year, 2), 1)]
        for pk, (first, last) in spans.items()
        if first >= begin
    }
