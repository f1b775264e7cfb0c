"""Shares with a stated denominator."""

from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from math import sqrt
from statistics import NormalDist

from measures.measure import Measure, Result
from measures.tables import add_file, denominator_of, read


def share(part: int, whole: int) -> float | None:
    """part / whole, 0 to 1; None of a whole of 0: a share of nothing is undefined.

    Raises ValueError where a count is negative or the part is larger than the whole.
    """
    if not 0 <= part <= whole:
        raise ValueError("A part is a count from 0 to the whole.")
    return part / whole if whole else None


def share_interval(part: int, whole: int, level: float = 0.95) -> tuple[float, float] | None:
    """Lower and upper end of the interval of a share, 0 to 1, by Wilson's score; None of a whole of 0.

    It says how far the share of so many could be from that of all of their kind by chance, and holds for shares of 0
    and 1, and of few. Raises ValueError as `share` does, and for a level that is not between 0 and 1.

    Source: Wilson (1927), Journal of the American Statistical Association 22, 209-212.
    """
    found = share(part, whole)
    if found is None:
        return None
    z = NormalDist().inv_cdf((1 + level) / 2)
    centre = found + z * z / (2 * whole)
    reach = z * sqrt(found * (1 - found) / whole + z * z / (4 * whole * whole))
    scale = 1 + z * z / whole
    return 0.0 if part == 0 else (centre - reach) / scale, 1.0 if part == whole else (centre + reach) / scale


def shares(counts: Mapping[str, int], base: int | None = None) -> dict[str, float | None]:
    """The share of each count, 0 to 1, in `base`, or in the sum of all counts where no base is named.

    A base is named where one unit may be counted in several parts, such as answers with several choices.
    """
    whole = sum(counts.values()) if base is None else base
    return {name: share(count, whole) for name, count in counts.items()}


def value_counts(
    cells: Iterable[str], missing: Collection[str] = (), separator: str = ""
) -> tuple[dict[str, int], int]:
    """How often each value occurs, most frequent first, and how many cells were missing.

    With a separator a cell may hold several values, each counted once for the cell.
    """
    counts: Counter[str] = Counter()
    left_out = 0
    for cell in cells:
        if cell in missing:
            left_out += 1
        else:
            counts.update(set(cell.split(separator)) if separator else (cell,))
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))), left_out


def _add_options(parser: ArgumentParser) -> None:
    add_file(parser)
    parser.add_argument("--value", required=True, metavar="COLUMN", help="the column whose values are counted")
    parser.add_argument(
        "--missing",
        default="",
        metavar="A,B",
        help="cells that are not values and are left out of the denominator; an empty cell counts as one of the values"
        " unless --drop-empty is given",
    )
    parser.add_argument("--drop-empty", action="store_true", help="leave rows without a value out of the denominator")
    parser.add_argument("--separator", default="", metavar="TEXT", help="separates several values of one cell")


def _compute(options: Namespace) -> Result:
    table = read(options.file, [options.value], options.where)
    missing = {code for code in options.missing.split(",") if code} | ({""} if options.drop_empty else set())
    counts, left_out = value_counts(table[options.value], missing, options.separator)
    used = table.rows - left_out
    found = shares(counts, used)
    return Result(
        value=found,
        n_used=used,
        n_excluded=table.left_out + left_out,
        more={
            "denominator": denominator_of(options.where) + (" with a value" if missing else ""),
            "table": [{"value": value, "n": counts[value], "share": found[value]} for value in counts],
        },
    )


def _add_parts(parser: ArgumentParser) -> None:
    add_file(parser)
    parser.add_argument("--value", required=True, metavar="COLUMN", help="the column whose values are counted")
    parser.add_argument("--part", required=True, type=_values, metavar="A,B", help="values that are the part")
    parser.add_argument(
        "--rest", required=True, type=_values, metavar="C,D", help="values that are in the whole, but not in the part"
    )


def _values(text: str) -> list[str]:
    return [value for value in text.split(",") if value]


def _compute_part(options: Namespace) -> Result:
    table = read(options.file, [options.value], options.where)
    named = {*options.part, *options.rest}
    counts, left_out = value_counts(table[options.value], set(table[options.value]) - named)
    part, whole = sum(counts.get(value, 0) for value in set(options.part)), table.rows - left_out
    interval = share_interval(part, whole)
    return Result(
        value=share(part, whole),
        n_used=whole,
        n_excluded=table.left_out + left_out,
        more={
            "denominator": denominator_of(
                [*options.where, f"{options.value} is one of {', '.join([*options.part, *options.rest])}"]
            ),
            "part": part,
            "interval": None if interval is None else list(interval),
            "level": 0.95,
        },
    )


MEASURES = (
    Measure(
        name="share-with-interval",
        title="Share of rows with certain values, with its interval",
        formula="p = rows with a value of the part / rows with a value of the part or the rest;"
        " interval (p + z^2 / 2n +- z * sqrt(p * (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n), n rows used, z = 1.96",
        source="Wilson (1927), Journal of the American Statistical Association 22, 209-212",
        function=share_interval,
        usage="python -m measures share-with-interval FILE.csv --value COLUMN --part A,B --rest C,D"
        " [--where COLUMN=VALUE]",
        add_options=_add_parts,
        compute=_compute_part,
    ),
    Measure(
        name="shares",
        title="Share of each value of a column",
        formula="share of a value = rows with the value / rows used",
        source="Scottish Public Services Ombudsman, model complaints handling procedure:"
        " performance indicators 2 and 3",
        function=shares,
        usage="python -m measures shares FILE.csv --value COLUMN [--missing A,B] [--drop-empty] [--separator TEXT]"
        " [--where COLUMN=VALUE]",
        add_options=_add_options,
        compute=_compute,
    ),
)
