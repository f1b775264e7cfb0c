"""What `python -m measures` offers of agreement: `agreement` on values, `passage-agreement` on marked passages."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence

from measures.agreement.bootstrap import Bootstrap
from measures.agreement.coefficients import DEFINITIONS, OBSERVED, Coefficient
from measures.agreement.distances import SETS, Distance
from measures.agreement.estimates import Agreement, agreement
from measures.agreement.files import Read, add_columns, names_of, read_passages, read_ratings
from measures.agreement.passages import FORMULA, SOURCE, passage_agreement
from measures.agreement.reports import described, described_interval, details
from measures.measure import BadInput, Json, Measure, Result
from measures.tables import add_file, denominator_of, whole_number

LEVELS = (Distance.NOMINAL, Distance.ORDINAL, Distance.INTERVAL, Distance.RATIO, *SETS)
WEIGHTS = {"identity": Distance.NOMINAL, "linear": Distance.LINEAR, "quadratic": Distance.QUADRATIC}


def _add_bootstrap(parser: ArgumentParser) -> None:
    parser.add_argument("--bootstrap", type=whole_number, metavar="N", help="also a 95 %% interval from N resamples")
    parser.add_argument("--seed", type=whole_number, default=0, metavar="S", help="of the resamples (0)")


def _add_options(parser: ArgumentParser) -> None:
    add_file(parser)
    add_columns(parser)
    parser.add_argument("--measure", required=True, choices=names_of(Coefficient), help="the coefficient")
    parser.add_argument(
        "--level",
        choices=names_of(LEVELS),
        help="distances of krippendorff-alpha; jaccard and masi are for sets (nominal)",
    )
    parser.add_argument("--weights", choices=[*WEIGHTS], help="of the other coefficients (identity)")
    _add_bootstrap(parser)
    parser.add_argument("--details", action="store_true", help="also per code, pair of coders and unit, and the table")


def _add_passage_options(parser: ArgumentParser) -> None:
    add_file(parser)
    for name, words in (
        ("unit", "the text"),
        ("coder", "who read it"),
        ("value", "the code of the passage; empty where the coder marked nothing in the text"),
        ("start", "first character of the passage, counted from 0"),
        ("end", "the character behind the passage"),
        ("length", "characters of the text"),
    ):
        parser.add_argument(f"--{name}", required=True, metavar="COLUMN", help=words)
    _add_bootstrap(parser)


def _bootstrap(options: Namespace) -> Bootstrap | None:
    return None if options.bootstrap is None else Bootstrap(options.bootstrap, options.seed)


def _distance(options: Namespace) -> Distance:
    """The distance that `--level` and `--weights` choose. Raises BadInput where they do not fit the coefficient."""
    is_alpha = options.measure == Coefficient.ALPHA
    if is_alpha and options.weights:
        raise BadInput("--weights are for the other coefficients; krippendorff-alpha has --level.")
    if not is_alpha and options.level not in {None, Distance.NOMINAL}:
        raise BadInput("--level is for krippendorff-alpha; the other coefficients have --weights.")
    return Distance(options.level or Distance.NOMINAL) if is_alpha else WEIGHTS[options.weights or "identity"]


def _compute(options: Namespace) -> Result:
    distance, coefficient = _distance(options), Coefficient(options.measure)
    try:
        bootstrap = _bootstrap(options)
        read = read_ratings(options, distance)
        found = agreement(read.ratings, coefficient, distance, bootstrap)
        more = details(read, found, bootstrap) if options.details else {}
    except ValueError as error:
        raise BadInput(str(error)) from error
    return _result(read, found, more, options.where)


def _result(read: Read, found: Agreement, more: Mapping[str, Json], where: Sequence[str]) -> Result:
    used = read.rows_used()
    return Result(
        value=found.value,
        n_used=used,
        n_excluded=read.left_out + read.rows - used,
        formula=found.formula,
        source=found.source,
        more={
            **described(found),
            "excluded": dict(read.excluded()),
            "coders": list(read.ratings.coders),
            "denominator": f"values of units that two coders or more coded, {denominator_of(where)}",
            **more,
        },
    )


def _compute_passages(options: Namespace) -> Result:
    read = read_passages(options)
    try:
        bootstrap = _bootstrap(options)
        whole = passage_agreement(read.lengths, read.readings, read.passages, bootstrap=bootstrap)
        codes = sorted({one.code for one in read.passages})
        each = {code: passage_agreement(read.lengths, read.readings, read.passages, codes=[code]) for code in codes}
    except ValueError as error:
        raise BadInput(str(error)) from error
    return Result(
        value=whole.value,
        n_used=whole.texts,
        n_excluded=whole.excluded,
        more={
            "unit": "texts",
            "undefined": whole.undefined,
            "observed_disagreement": whole.observed_disagreement,
            "expected_disagreement": whole.expected_disagreement,
            "passages": whole.passages,
            "joined": whole.joined,
            **described_interval(whole.interval, whole.no_interval),
            "codes": {
                code: {"value": one.value, "undefined": one.undefined, "passages": one.passages}
                for code, one in each.items()
            },
            "denominator": f"texts that two coders or more read, {denominator_of(options.where)}",
        },
    )


MEASURES = (
    Measure(
        name="agreement",
        title="Agreement between coders on the values of units",
        formula=f"1 - D_o / D_e; {OBSERVED}; "
        + "; ".join(
            f"{name}: {one.chance if one.observed == OBSERVED else f'{one.observed}; {one.chance}'}"
            for name, one in DEFINITIONS.items()
        ),
        source="; ".join(dict.fromkeys(one.source for one in DEFINITIONS.values())),
        function=agreement,
        usage="python -m measures agreement FILE.csv --unit COLUMN --coder COLUMN --value COLUMN"
        f" --measure {'|'.join(Coefficient)} [--level {'|'.join(LEVELS)}] [--weights {'|'.join(WEIGHTS)}]"
        " [--order A,B] [--missing A,B] [--separator TEXT] [--none VALUE] [--parents FILE.csv --tree leaf|parent|top]"
        " [--time COLUMN --window DAYS] [--bootstrap N --seed S] [--details] [--where COLUMN=VALUE]",
        add_options=_add_options,
        compute=_compute,
    ),
    Measure(
        name="passage-agreement",
        title="Agreement between coders on marked passages: Krippendorff's alpha for unitizing",
        formula=FORMULA,
        source=SOURCE,
        function=passage_agreement,
        usage="python -m measures passage-agreement FILE.csv --unit COLUMN --coder COLUMN --value COLUMN"
        " --start COLUMN --end COLUMN --length COLUMN [--bootstrap N --seed S] [--where COLUMN=VALUE]",
        add_options=_add_passage_options,
        compute=_compute_passages,
    ),
)
