"""Texts that two rounds have in common, and the agreement of their coders on these.

Each organisation has its own unit of a record: units of the same source with the same SHA-256 are the same text. Only
texts that coders of both rounds read count, not those that another unit stood for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from coding.models import Code, Coding, Round, RoundUnit, Submission
from measures.agreement.breakdowns import by_code
from measures.agreement.coefficients import Coefficient
from measures.agreement.distances import Distance
from measures.agreement.estimates import Agreement, agreement
from measures.agreement.ratings import ratings_of
from measures.agreement.reasons import Undefined

Pair = tuple[int, int]
# Outcomes that say which codes apply; the others are missing values.
COUNTED = (Submission.Outcome.CODED, Submission.Outcome.NONE_APPLIES)


NOT_COMPUTED = {
    Undefined.NO_SHARED_UNIT: _("not computable: no unit was coded by two coders"),
    Undefined.NO_VARIATION: _("not computable: no variation, because all values are the same"),
}


@dataclass(frozen=True)
class Figure:
    """Alpha with the percent agreement, as the page shows them; `code` is None for all codes together."""

    code: Code | None
    agreement: Agreement

    @property
    def percent(self) -> str:
        """Such as “83 %”; empty where no unit was coded by two."""
        share = self.agreement.percent
        return "" if share is None else _("%(number)s %%") % {"number": round(share * 100)}

    @property
    def alpha(self) -> str:
        """Three decimals, or why there is none."""
        reason = self.agreement.undefined
        if self.agreement.value is not None:
            return number_format(self.agreement.value, 3)
        return str(NOT_COMPUTED.get(reason, reason)) if reason is not None else ""


@dataclass(frozen=True)
class InCommon:
    """The agreement of the coders of two closed rounds on their units in common.

    units: how many they have in common. repeated: submissions left out because the same person had coded the text in
    the first round. overall: alpha on the codes of a unit as a set (MASI), with the percent agreement. codes: alpha of
    each code alone.
    """

    units: int
    repeated: int
    overall: Figure
    codes: Sequence[Figure]


def in_common(one: Round, other: Round) -> list[Pair]:
    """The round units of the same text in two rounds, as pairs of ids in the order of the first round's units."""
    theirs = {tuple(text): pk for pk, *text in _texts_of(other)}
    return [(pk, theirs[tuple(text)]) for pk, *text in _texts_of(one) if tuple(text) in theirs]


def _texts_of(coding_round: Round) -> Iterable[tuple[int, str, str, str]]:
    units = RoundUnit.objects.filter(round=coding_round).order_by("unit")
    return units.values_list("pk", "unit__source_kind", "unit__source_key", "unit__sha256")


def agreement_in_common(one: Round, other: Round) -> InCommon:
    """Agreement over the units in common, of the codes that both codebook versions have.

    The coders of both rounds count as coders of the same units. A person who coded a text in both counts once, as in
    the first round. Unsure and skipped units are missing values.
    """
    pairs = in_common(one, other)
    codes = _codes_of_both(one, other)
    first = {pk: number for number, (pk, _) in enumerate(pairs)}
    second = {pk: number for number, (_, pk) in enumerate(pairs)}
    values = _values_of(one, first, codes)
    again = _values_of(other, second, codes)
    repeated = len(values.keys() & again.keys())
    rows = {**again, **values}
    ratings = ratings_of([f"{unit:09}" for unit, _ in rows], [str(coder) for _, coder in rows], list(rows.values()))
    per_code = by_code(ratings, Coefficient.ALPHA, codes=list(codes))
    return InCommon(
        units=len(pairs),
        repeated=repeated,
        overall=Figure(None, agreement(ratings, Coefficient.ALPHA, Distance.MASI)),
        codes=[Figure(codes[key], found) for key, found in per_code.items()],
    )


def _codes_of_both(one: Round, other: Round) -> Mapping[str, Code]:
    """The codes that can be applied in both rounds, by key."""
    theirs = Code.objects.filter(version=other.codebook_version_id).codable().values("key")
    shared: QuerySet[Code] = Code.objects.filter(version=one.codebook_version_id, key__in=theirs).codable()
    return {code.key: code for code in shared.order_by("name", "key")}


def _values_of(
    coding_round: Round, units: Mapping[int, int], codes: Mapping[str, Code]
) -> dict[tuple[int, int], frozenset[str] | None]:
    """The codes of each coder on each unit, by number of the unit and coder; None for a missing value."""
    made = Submission.objects.standing().filter(round_unit__round=coding_round)
    found: dict[tuple[int, int], frozenset[str] | None] = {
        (units[unit], coder): frozenset() if outcome in COUNTED else None
        for unit, coder, outcome in made.values_list("round_unit", "coder", "outcome")
        if unit in units
    }
    applied = Coding.objects.standing().filter(round_unit__round=coding_round)
    for unit, coder, key in applied.values_list("round_unit", "coder", "code__key").distinct():
        value = found.get((units.get(unit, -1), coder))
        if value is not None and key in codes:
            found[units[unit], coder] = value | {key}
    return found
