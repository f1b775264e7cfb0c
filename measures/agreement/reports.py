"""Results of agreement as plain values for JSON."""

from collections.abc import Mapping

from measures.agreement.bootstrap import Bootstrap, Interval
from measures.agreement.breakdowns import by_code, by_pair, by_window
from measures.agreement.diagnosis import by_unit, coincidences, confusions
from measures.agreement.estimates import Agreement
from measures.agreement.files import Read
from measures.agreement.patterns import patterns_of
from measures.agreement.ratings import named
from measures.agreement.reasons import NoInterval
from measures.measure import Json

# A table of more values is left out of the details: nobody reads it.
LARGEST_TABLE = 200


def described(found: Agreement) -> dict[str, Json]:
    """What a coefficient says beside its value, formula and source."""
    return {
        "coefficient": found.coefficient.value,
        "distance": found.distance.value,
        "undefined": found.undefined,
        "percent": found.percent,
        "observed_disagreement": found.observed_disagreement,
        "expected_disagreement": found.expected_disagreement,
        "units": found.units,
        "values": found.values,
        **described_interval(found.interval, found.no_interval),
    }


def described_interval(interval: Interval | None, no_interval: NoInterval | None) -> dict[str, Json]:
    """The interval with how it was made, or the reason for none; nothing where none was asked for."""
    if interval is None:
        return {} if no_interval is None else {"interval": None, "no_interval": no_interval.value}
    return {
        "interval": {
            "low": interval.low,
            "high": interval.high,
            "confidence": interval.bootstrap.confidence,
            "draws": interval.bootstrap.draws,
            "undefined_draws": interval.undefined,
            "seed": interval.bootstrap.seed,
        }
    }


def details(read: Read, found: Agreement, bootstrap: Bootstrap | None) -> dict[str, Json]:
    """The same coefficient per code, pair of coders and window of time, the table, and the units."""
    ratings, coefficient, distance = read.ratings, found.coefficient, found.distance
    patterns = patterns_of(ratings)
    names = [named(value) for value in ratings.values]
    more: dict[str, Json] = {
        "codes": [{"code": code, **_short(one)} for code, one in by_code(ratings, coefficient, bootstrap).items()],
        "pairs": [
            {"coders": [pair.first, pair.second], **_short(pair.agreement)}
            for pair in by_pair(ratings, coefficient, distance, bootstrap)
        ],
    }
    if read.windows is not None:
        windows = by_window(ratings, read.windows, coefficient, distance, bootstrap)
        more["windows"] = [{"from": start.isoformat(), **_short(one)} for start, one in windows.items()]
    if len(names) <= LARGEST_TABLE:
        more["table"] = {"values": list(names), "coincidences": coincidences(patterns).tolist()}
        more["confusions"] = [dict(pair._asdict()) for pair in confusions(patterns, distance)]
    more["per_unit"] = [dict(unit._asdict()) for unit in by_unit(ratings, distance)]
    return more


def _short(found: Agreement) -> Mapping[str, Json]:
    kept = ("undefined", "percent", "units", "values", "interval", "no_interval")
    return {"value": found.value, **{name: value for name, value in described(found).items() if name in kept}}
