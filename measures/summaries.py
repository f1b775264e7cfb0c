"""Summaries of numbers."""

from decimal import Decimal


def mean(total: Decimal, n: int) -> Decimal | None:
    """The arithmetic mean, sum / n, in the unit of the values; None of no values. `n` counts the valid values."""
    return total / n if n else None
