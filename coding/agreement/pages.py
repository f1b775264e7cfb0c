"""What the pages and the report of agreement show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from coding.agreement.commands import as_line, passages_command, ratings_command
from coding.agreement.figures import Figure
from coding.agreement.questions import Question
from coding.agreement.results import Result
from coding.agreement.words import DISTANCES, EXCLUDED, LEVELS, MEASURES, ShownFigure, excluded_of, shown
from coding.models import Round, Submission
from coding.selectors import codes_of
from exports.tables import Value

FILES = ("ratings", "passages", "figures")


@dataclass(frozen=True, slots=True)
class Linked:
    """A figure and the address of the units that cause it."""

    shown: ShownFigure
    units: str


@dataclass(frozen=True, slots=True)
class PairRow:
    """A coder, and the figure with each coder; None with oneself."""

    name: str
    cells: Sequence[tuple[str, Linked | None]]


@dataclass(frozen=True, slots=True)
class Shown:
    """All figures of a result in words. `headline` is the figure of the question; `others` are all coefficients."""

    headline: Linked
    others: Sequence[ShownFigure]
    levels: Sequence[ShownFigure]
    codes: Sequence[Linked]
    pairs: Sequence[PairRow]
    windows: Sequence[Linked]
    passages: Sequence[ShownFigure]
    outcomes: Sequence[tuple[str, int]]
    excluded: str


def shown_result(coding_round: Round, result: Result, names: Mapping[str, str], *, with_counts: bool) -> Shown:
    """The figures in words. `names` of the coders by their letters. Counts of codes are left out for people who may not
    read all texts."""
    question, figures = result.question, result.figures
    codes = {code.key: code.name for code in codes_of(coding_round.codebook_version)}
    address = _UnitsAddress(coding_round, question)
    headline = next(one for one in figures.headline if _is_asked(one, question))
    return Shown(
        headline=Linked(shown(headline), address.of()),
        others=[shown(one) for one in figures.headline],
        levels=[shown(one, str(LEVELS[one.level])) for one in figures.levels],
        codes=[
            Linked(
                shown(one, codes[one.code], figures.counts.get(one.code, 0) if with_counts else None),
                address.of(code=one.code),
            )
            for one in figures.codes
        ],
        pairs=_matrix(figures.pairs, names, address),
        windows=[Linked(shown(one, _day(one.window)), address.of(from_day=one.window)) for one in figures.windows],
        passages=[shown(one, codes[one.code] if one.code else _("All codes")) for one in figures.passages],
        outcomes=[(str(label), result.submissions.get(outcome, 0)) for outcome, label in Submission.Outcome.choices],
        excluded=excluded_of(headline.excluded),
    )


def _day(day: str) -> str:
    return date_format(date.fromisoformat(day), "j M Y")


def _is_asked(figure: Figure, question: Question) -> bool:
    return (figure.measure, figure.distance) == (question.coefficient.value, question.distance.value)


def _matrix(pairs: Sequence[Figure], names: Mapping[str, str], address: "_UnitsAddress") -> list[PairRow]:
    of_pair = {(one.first, one.second): one for one in pairs}
    letters = sorted({letter for pair in of_pair for letter in pair})
    rows = []
    for one in letters:
        found = [(other, of_pair.get((min(one, other), max(one, other)))) for other in letters]
        cells = [
            (
                names[other],
                None if pair is None else Linked(shown(pair), address.of(pair=f"{pair.first}-{pair.second}")),
            )
            for other, pair in found
        ]
        rows.append(PairRow(names[one], cells))
    return rows


@dataclass(frozen=True, slots=True)
class _UnitsAddress:
    coding_round: Round
    question: Question

    def of(self, **behind: str) -> str:
        address = reverse("round-agreement-units", args=[self.coding_round.pk])
        return f"{address}?{urlencode(self.question.parameters() | behind)}"


def names_of(people: Mapping[str, User], reader: User, *, named: bool) -> dict[str, str]:
    """The coders by their letters: with names for lead coders, else the letters alone, and which of them one is."""
    if named:
        return {letter: f"{letter} ({person})" for letter, person in people.items()}
    return {letter: _("%(letter)s (you)") % {"letter": letter} if person == reader else letter
            for letter, person in people.items()}  # fmt: skip


def choices_of(question: Question) -> list[tuple[str, str, list[tuple[str, str, bool]]]]:
    """The selects of the form: name, label, and value, label and whether it is selected of each option."""
    selects = [
        ("level", _("Level of the code tree"), LEVELS),
        ("coefficient", _("Coefficient"), {name: label for name, label in MEASURES.items() if name != "passages"}),
        ("distance", _("Distance (for alpha)"), DISTANCES),
    ]
    return [
        (name, label, [(value, str(text), value == getattr(question, name)) for value, text in options.items()])
        for name, label, options in selects
    ]


def commands_of(question: Question) -> list[str]:
    """The commands that compute the figures again."""
    return [as_line(ratings_command(question)), as_line(passages_command(question))]


def facts_of_figures(coding_round: Round, result: Result) -> dict[str, Value]:
    """The columns of the file of figures that are the same in all rows."""
    version = coding_round.codebook_version
    return {
        "seed": result.question.seed,
        "draws": result.question.draws,
        "codebook": version.codebook.slug,
        "codebook_version": version.number,
        "round": coding_round.pk,
        "data_version": result.data_version,
        "computed_at": result.computed_at.isoformat(timespec="seconds"),
    }


def facts(coding_round: Round, result: Result) -> list[tuple[str, str | int]]:
    """What a reader must know beside the figures, as label and value."""
    question = result.question
    return [
        (_("Codebook"), str(coding_round.codebook_version)),
        (_("Units in the round"), result.units),
        (_("Coders"), len(result.coders)),
        (_("Submissions"), result.submitted),
        (_("Not submitted yet, not counted"), result.drafts),
        (
            _("Also counted as values"),
            ", ".join(str(EXCLUDED[one]) for one in question.outcomes) or _("nothing besides codes and none applies"),
        ),
        (_("Level of the code tree"), str(LEVELS[question.level.value])),
        (
            _("Intervals"),
            _("95%% percentile bootstrap, units resampled %(draws)s times, seed %(seed)s")
            % {"draws": f"{question.draws:,}", "seed": question.seed},
        ),
        (_("Data version"), result.data_version),
        (_("SHA-256 of the ratings"), result.ratings_sha256),
    ]
