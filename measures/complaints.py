"""Measures of complaint handling."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from measures.measure import BadInput, Measure, Result
from measures.survival import product_limit
from measures.tables import add_file, dates, denominator_of, read, whole_number

INDICATORS = "Scottish Public Services Ombudsman, model complaints handling procedure: performance indicator"


def per_thousand_inhabitants(count: int, inhabitants: int) -> float | None:
    """Cases per 1,000 inhabitants: 1000 * count / inhabitants; None without inhabitants. Raises ValueError below 0."""
    if count < 0 or inhabitants < 0:
        raise ValueError("Cases and inhabitants are counts of at least 0.")
    return 1000 * count / inhabitants if inhabitants else None


@dataclass(frozen=True, slots=True)
class DaysToClose:
    """Days from receipt to closing.

    `median` is None when the estimated share still open stays above one half, and so are the quartiles `first` and
    `third` when it stays above three and one quarters. `closed` cases and `censored` ones, which
    are still open, went into it; `left_out` begin after the last day or close before they begin.
    """

    median: int | None
    closed: int
    censored: int
    left_out: int
    first: int | None = None
    third: int | None = None


def days_counted(*, closed: Mapping[int, int], censored: Mapping[int, int], left_out: int = 0) -> DaysToClose:
    """As `days_to_close`, from the number of cases by their days: those closed after so many, and those still open.

    Raises ValueError for days below 0 and numbers below 1.
    """
    days = np.array([*closed, *censored], dtype=np.int64)
    cases = np.array([*closed.values(), *censored.values()], dtype=np.int64)
    curve = product_limit(days, np.arange(days.size) < len(closed), cases)
    first, median, third = (None if (at := curve.quantile(p)) is None else int(at) for p in (0.25, 0.5, 0.75))
    return DaysToClose(median, sum(closed.values()), sum(censored.values()), left_out, first, third)


def days_to_close(spans: Sequence[tuple[date, date | None]], until: date) -> DaysToClose:
    """Kaplan-Meier median and quartiles of the days from receipt to closing, in calendar days.

    `spans`: for each case the day of receipt and of closing, None while it is open. A case that is open on the day
    `until` counts with the days it has been open by then (censored).

    Source: Kaplan and Meier (1958), product-limit estimate; the median is the first time at which it is 0.5 or less,
    the quartiles likewise at 0.75 and 0.25.
    """
    is_closed = [closed is not None and closed <= until for _, closed in spans]
    ends = [closed if done and closed else until for (_, closed), done in zip(spans, is_closed, strict=True)]
    days = np.array([(end - received).days for end, (received, _) in zip(ends, spans, strict=True)], dtype=np.int64)
    kept, done = days >= 0, np.array(is_closed, dtype=bool)
    closed, censored = (Counter(days[kept & part].tolist()) for part in (done, ~done))
    return days_counted(closed=closed, censored=censored, left_out=int((~kept).sum()))


def working_days(received: Sequence[date], closed: Sequence[date], holidays: Iterable[date] = ()) -> NDArray[np.int64]:
    """Working days from receipt to closing, shape (n,): Mondays to Fridays after the day of receipt up to the day of
    closing, without holidays.

    Raises ValueError where a case is closed before it is received, or the lists differ in length.
    """
    starts, ends = np.array(received, dtype="datetime64[D]"), np.array(closed, dtype="datetime64[D]")
    if starts.shape != ends.shape or (ends < starts).any():
        raise ValueError("Each case is closed on or after the day it is received.")
    return np.busday_count(starts + 1, ends + 1, holidays=np.array(list(holidays), dtype="datetime64[D]"))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}” is not a date such as 2026-01-31") from error


def _days(text: str) -> list[date]:
    return [_day(part.strip()) for part in text.split(",") if part.strip()]


def _add_days(parser: ArgumentParser) -> None:
    add_file(parser)
    parser.add_argument("--received", default="received_on", metavar="COLUMN", help="day of receipt (received_on)")
    parser.add_argument("--closed", default="closed_on", metavar="COLUMN", help="day of closing (closed_on)")


def _add_days_to_close(parser: ArgumentParser) -> None:
    _add_days(parser)
    parser.add_argument(
        "--status",
        default="",
        metavar="COLUMN",
        help="leave out rows that it says are “closed” without a day of closing",
    )
    parser.add_argument("--until", required=True, type=_day, metavar="DATE", help="the last day that was observed")


def _add_working_days(parser: ArgumentParser) -> None:
    _add_days(parser)
    parser.add_argument("--holidays", default=[], type=_days, metavar="DATES", help="days off, with commas between")
    parser.add_argument("--within", type=whole_number, metavar="DAYS", help="also the share closed within so many days")


def _add_per_thousand(parser: ArgumentParser) -> None:
    add_file(parser)
    parser.add_argument("--count", required=True, metavar="COLUMN", help="rows with a value in this column are counted")
    parser.add_argument("--inhabitants", required=True, type=whole_number, metavar="N")


def _spans(options: Namespace, status: str = "") -> tuple[list[tuple[date, date | None]], int, int]:
    """Spans of the cases with a day of receipt; how many rows `--where` left out, and how many lack that day, or are
    closed by their `status` and lack the day of closing."""
    table = read(options.file, [options.received, options.closed, *([status] if status else [])], options.where)
    received, closed = (dates(table[name], name) for name in (options.received, options.closed))
    states = table[status] if status else [""] * len(received)
    spans = [
        (start, end)
        for start, end, state in zip(received, closed, states, strict=True)
        if start is not None and (end is not None or state != "closed")
    ]
    return spans, table.left_out, table.rows - len(spans)


def _compute_days_to_close(options: Namespace) -> Result:
    spans, outside, undated = _spans(options, options.status)
    found = days_to_close(spans, options.until)
    return Result(
        value=found.median,
        n_used=found.closed + found.censored,
        n_excluded=outside + undated + found.left_out,
        more={
            "unit": "calendar days",
            "quartiles": [found.first, found.median, found.third],
            "closed": found.closed,
            "censored": found.censored,
            "until": options.until.isoformat(),
            "denominator": denominator_of(options.where),
        },
    )


def _compute_working_days(options: Namespace) -> Result:
    spans, outside, undated = _spans(options)
    ended = [(start, end) for start, end in spans if end is not None and end >= start]
    days = working_days([start for start, _ in ended], [end for _, end in ended], options.holidays)
    more = {
        "unit": "working days",
        "median": float(np.median(days)) if days.size else None,
        "denominator": denominator_of([*options.where, f"{options.closed} is known"]),
    }
    if options.within is not None:
        more["within"] = options.within
        more["share_within"] = float((days <= options.within).mean()) if days.size else None
    return Result(
        value=float(days.mean()) if days.size else None,
        n_used=len(ended),
        n_excluded=outside + undated + len(spans) - len(ended),
        more=more,
    )


def _compute_per_thousand(options: Namespace) -> Result:
    if not options.inhabitants:
        raise BadInput("A rate per inhabitant needs at least one inhabitant.")
    table = read(options.file, [options.count], options.where)
    counted = sum(cell != "" for cell in table[options.count])
    return Result(
        value=per_thousand_inhabitants(counted, options.inhabitants),
        n_used=counted,
        n_excluded=table.left_out + table.rows - counted,
        more={"unit": "cases per 1,000 inhabitants", "denominator": "inhabitants", "inhabitants": options.inhabitants},
    )


MEASURES = (
    Measure(
        name="days-to-close",
        title="Median days from receipt to closing, open cases censored",
        formula="first t with S(t) <= 0.5, where S(t) = product over t_i <= t of (1 - d_i / n_i);"
        " d_i cases closed after t_i days, n_i cases still open before",
        source="Kaplan and Meier (1958), Journal of the American Statistical Association 53, 457-481",
        function=days_to_close,
        usage="python -m measures days-to-close FILE.csv --until DATE [--received COLUMN] [--closed COLUMN]"
        " [--status COLUMN] [--where COLUMN=VALUE]",
        add_options=_add_days_to_close,
        compute=_compute_days_to_close,
    ),
    Measure(
        name="working-days",
        title="Mean working days from receipt to closing, of closed cases",
        formula="sum of working days / closed cases; working days are Mondays to Fridays after the day of receipt up to"
        " the day of closing, without holidays",
        source=f"{INDICATORS}s 4 and 5",
        function=working_days,
        usage="python -m measures working-days FILE.csv [--holidays DATE,DATE] [--within DAYS] [--received COLUMN]"
        " [--closed COLUMN] [--where COLUMN=VALUE]",
        add_options=_add_working_days,
        compute=_compute_working_days,
    ),
    Measure(
        name="per-thousand-inhabitants",
        title="Cases per 1,000 inhabitants",
        formula="1000 * cases / inhabitants",
        source=f"{INDICATORS} 1",
        function=per_thousand_inhabitants,
        usage="python -m measures per-thousand-inhabitants FILE.csv --count COLUMN --inhabitants N"
        " [--where COLUMN=VALUE]",
        add_options=_add_per_thousand,
        compute=_compute_per_thousand,
    ),
)
