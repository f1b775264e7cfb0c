"""Why a coefficient is undefined or has no interval, and why a row was not used."""

from enum import StrEnum


class Undefined(StrEnum):
    """Why a coefficient has no value."""

    NO_SHARED_UNIT = "not computable: no unit was coded by two coders"
    NO_VARIATION = "not computable: no variation, because all values are the same"
    NOT_TWO_CODERS = "not computable: this coefficient is for two coders who coded the same units"
    NO_PASSAGE = "not computable: nobody marked a passage"


class NoInterval(StrEnum):
    """Why a coefficient that has a value has no interval."""

    ONE_UNIT = "no interval: one unit cannot be resampled"
    TOO_LITTLE_VARIATION = "no interval: the coefficient is undefined in more than one of twenty resamples"


class Excluded(StrEnum):
    """Why a row was not used."""

    MISSING = "missing value"
    REPEATED = "same unit, coder and value as an earlier row"
    ONE_CODER = "unit with a value of one coder only"
