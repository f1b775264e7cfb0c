"""The words for measures, levels and reasons on pages, and figures as they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coding.agreement.figures import NOT_BOTH, PASSAGES, TOO_MANY_PASSAGES, TOO_MANY_SETS, Figure
from measures.agreement.code_trees import TreeLevel
from measures.agreement.coefficients import Coefficient
from measures.agreement.distances import Distance
from measures.agreement.reasons import Excluded, NoInterval, Undefined

MEASURES = {
    Coefficient.PERCENT.value: gettext_lazy("Percent agreement"),
    Coefficient.COHEN.value: gettext_lazy("Cohen's kappa"),
    Coefficient.SCOTT.value: gettext_lazy("Scott's pi"),
    Coefficient.FLEISS.value: gettext_lazy("Fleiss' kappa"),
    Coefficient.ALPHA.value: gettext_lazy("Krippendorff's alpha"),
    Coefficient.GWET.value: gettext_lazy("Gwet's AC1"),
    Coefficient.BRENNAN_PREDIGER.value: gettext_lazy("Brennan and Prediger's coefficient"),
    PASSAGES: gettext_lazy("Krippendorff's alpha for unitizing"),
}
DISTANCES = {
    Distance.NOMINAL.value: gettext_lazy("whole sets, equal or not"),
    Distance.JACCARD.value: gettext_lazy("sets, Jaccard"),
    Distance.MASI.value: gettext_lazy("sets, MASI"),
}
LEVELS = {
    TreeLevel.LEAF.value: gettext_lazy("Each code"),
    TreeLevel.PARENT.value: gettext_lazy("Parent codes"),
    TreeLevel.TOP.value: gettext_lazy("Top codes"),
}
REASONS = {
    Undefined.NO_SHARED_UNIT.value: gettext_lazy("Not computable: no unit was coded by two coders."),
    Undefined.NO_VARIATION.value: gettext_lazy("Not computable: no variation, because all values are the same."),
    Undefined.NOT_TWO_CODERS.value: gettext_lazy(
        "Not computable: this coefficient is for two coders who coded the same units."
    ),
    Undefined.NO_PASSAGE.value: gettext_lazy("Not computable: nobody marked a passage."),
    NoInterval.ONE_UNIT.value: gettext_lazy("No interval: one unit cannot be resampled."),
    NoInterval.TOO_LITTLE_VARIATION.value: gettext_lazy(
        "No interval: the coefficient is undefined in more than one of twenty resamples."
    ),
    TOO_MANY_PASSAGES: gettext_lazy(
        "Not computed here: too many texts and lengths of passages. Use the command below."
    ),
    TOO_MANY_SETS: gettext_lazy("Not computed here: too many different sets of codes."),
}
EXCLUDED = {
    Excluded.MISSING.value: gettext_lazy("missing value"),
    Excluded.REPEATED.value: gettext_lazy("repeated row"),
    Excluded.ONE_CODER.value: gettext_lazy("unit with a value of one coder only"),
    NOT_BOTH: gettext_lazy("unit not coded by both"),
    "unit read by one coder": gettext_lazy("unit read by one coder"),
    "unsure": gettext_lazy("unsure"),
    "skipped": gettext_lazy("skipped"),
}


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """A figure in words: `value` and `interval` are numbers with three digits or the reason why there are none."""

    figure: Figure
    label: str
    value: str
    interval: str
    percent: str
    excluded: str
    bar: float | None
    count: int | None = None

    @property
    def is_defined(self) -> bool:
        return self.figure.value is not None


def shown(figure: Figure, label: str = "", count: int | None = None) -> ShownFigure:
    """A figure as pages and the report show it."""
    return ShownFigure(
        figure=figure,
        label=label or measure_of(figure),
        value=_reason(figure.undefined) if figure.value is None else number(figure.value),
        interval=interval_of(figure),
        percent="" if figure.percent is None else f"{figure.percent:.1%}",
        excluded=excluded_of(figure.excluded),
        bar=None if figure.value is None else round(max(figure.value, 0.0), 3),
        count=count,
    )


def measure_of(figure: Figure) -> str:
    """Name of the coefficient, of alpha with its distance."""
    title = str(MEASURES[figure.measure])
    if figure.measure != Coefficient.ALPHA.value or figure.code:
        return title
    return _("%(measure)s (%(distance)s)") % {"measure": title, "distance": DISTANCES[figure.distance]}


def interval_of(figure: Figure) -> str:
    """The interval, the reason why there is none, or nothing where none was computed."""
    if figure.low is None or figure.high is None:
        return _reason(figure.no_interval)
    return _("%(low)s to %(high)s") % {"low": number(figure.low), "high": number(figure.high)}


def excluded_of(excluded: Mapping[str, int]) -> str:
    """How many were excluded, by reason."""
    return "; ".join(f"{EXCLUDED.get(reason, reason)}: {count:,}" for reason, count in excluded.items())


def number(value: float) -> str:
    """Three digits behind the point; a zero has no sign."""
    return f"{round(value, 3) + 0.0:.3f}"


def _reason(reason: str) -> str:
    return str(REASONS.get(reason, reason))
