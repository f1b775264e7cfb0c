"""The report of agreement, to print and to cite: what the page and the PDF have in common, and the PDF."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from coding.agreement.answers import Answer
from coding.agreement.pages import Shown, commands_of, facts, shown_result
from coding.agreement.results import Result
from coding.agreement.words import ShownFigure
from coding.models import Round
from exports.pdf import MOST_ROWS, Document, Grid, Heading, Line, Paragraph, Part, pdf_of

MOST_LISTED = 2_000
FACTS = (0.3, 0.7)
FIGURES = (0.34, 0.16, 0.18, 0.09, 0.23)
CODES = (0.29, 0.15, 0.16, 0.1, 0.08, 0.22)
COUNTED_CODES = (0.24, 0.15, 0.15, 0.09, 0.07, 0.17, 0.13)
PAIRS = (0.22, 0.22, 0.16, 0.17, 0.08, 0.15)
UNITS = (0.2, 0.8)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything of the report in words. `names` of the coders by their letters; `formulas` by label; `units` are the
    first ones of the round, with the SHA-256 of their texts."""

    round: Round
    result: Result
    shown: Shown
    title: str
    made: str
    notice: str
    citation: str
    headline: Sequence[tuple[str, str]]
    facts: Sequence[tuple[str, str | int]]
    formulas: Sequence[tuple[str, str]]
    commands: Sequence[str]
    names: Mapping[str, str]
    units: Sequence[tuple[int, str]]
    with_counts: bool


def report_of(
    coding_round: Round, answer: Answer, result: Result, names: Mapping[str, str], *, address: str, with_counts: bool
) -> Report:
    """The report of a result. `address` is that of the page, which is cited. Nothing is computed again."""
    shown = shown_result(coding_round, result, names, with_counts=with_counts)
    units = coding_round.units.order_by("unit_id").values_list("unit_id", "unit__sha256")[:MOST_LISTED]
    return Report(
        round=coding_round,
        result=result,
        shown=shown,
        title=_("Agreement between coders: %(title)s") % {"title": coding_round.title},
        made=date_format(localtime(result.computed_at), "j M Y H:i e"),
        notice=""
        if answer.is_current
        else _("Coders have submitted or taken back units since these figures were computed."),
        citation=_citation(coding_round, result, address),
        headline=_headline(shown.headline.shown),
        facts=facts(coding_round, result),
        formulas=_formulas(shown),
        commands=commands_of(answer.question),
        names=names,
        units=list(units),
        with_counts=with_counts,
    )


def _citation(coding_round: Round, result: Result, address: str) -> str:
    sentence = _(
        "%(organisation)s. Agreement between coders: %(title)s. Codebook: %(codebook)s. Computed on %(day)s, "
        "data version %(version)s, SHA-256 of the ratings %(sha256)s. %(address)s"
    )
    return sentence % {
        "organisation": coding_round.organisation,
        "title": coding_round.title,
        "codebook": coding_round.codebook_version,
        "day": date_format(localtime(result.computed_at), "j M Y"),
        "version": result.data_version,
        "sha256": result.ratings_sha256,
        "address": address,
    }


def _headline(head: ShownFigure) -> list[tuple[str, str]]:
    return [
        (head.label, head.value),
        (_("95% interval"), head.interval or "—"),
        (_("Submissions used"), f"{head.figure.n_used:,}"),
        (_("Submissions not used"), f"{head.figure.n_excluded:,}"),
        (_("Reasons"), head.excluded or "—"),
        (_("Units used"), f"{head.figure.units:,}"),
    ]


def _formulas(shown: Shown) -> list[tuple[str, str]]:
    """Each coefficient with its formula and source; that of passages once."""
    of_passages = [(_("Krippendorff's alpha for unitizing"), one.figure) for one in shown.passages[:1]]
    listed = [*((one.label, one.figure) for one in shown.others), *of_passages]
    return [(label, f"{figure.formula} ({figure.source})") for label, figure in listed]


def report_pdf(report: Report) -> bytes:
    """The report as PDF, in the language in which it is read."""
    return pdf_of(
        Document(
            title=report.title,
            author=str(report.round.organisation),
            subject=report.citation,
            language=get_language() or "en",
            parts=list(_parts(report)),
        )
    )


def _parts(report: Report) -> Iterator[Part]:
    yield Paragraph(f"{report.round.organisation} · {report.made}")
    if report.notice:
        yield Paragraph(report.notice)
    yield Heading(_("How to cite"))
    yield Paragraph(report.citation)
    yield Heading(_("Agreement"))
    yield _facts(report.headline)
    yield Heading(_("Basis"))
    yield _facts([*report.facts, *((label, f"{count:,}") for label, count in report.shown.outcomes)])
    yield Paragraph(
        _(
            "None applies is a value. Codings that were not submitted, and submissions that were taken back or "
            "reopened, never count."
        )
    )
    yield from _figures(report)
    yield Heading(_("Formulas"))
    yield _facts(report.formulas)
    yield Heading(_("Compute them again"))
    yield Paragraph(
        _("With the files of ratings and passages these commands give the same figures, to the last digit:")
    )
    for command in report.commands:
        yield Line(command)
    yield Heading(_("Coders"))
    yield Paragraph(", ".join(report.names.values()))
    yield from _units(report)


def _facts(rows: Sequence[tuple[str, str | int]]) -> Grid:
    return Grid((), [(label, f"{value:,}" if isinstance(value, int) else value) for label, value in rows], FACTS)


def _figures(report: Report) -> Iterator[Part]:
    shown = report.shown
    yield Heading(_("Codes, the worst first"))
    yield _codes([each.shown for each in shown.codes], with_counts=report.with_counts)
    yield Heading(_("Pairs of coders"))
    yield _pairs(report) if shown.pairs else Paragraph(_("No unit was submitted by two coders yet."))
    yield Heading(_("Over time"))
    yield _table(_("From"), [each.shown for each in shown.windows])
    yield Heading(_("Levels of the code tree"))
    yield _table(_("Level"), shown.levels)
    yield Heading(_("All coefficients"))
    yield _table(_("Coefficient"), shown.others)
    yield Heading(_("Marked passages"))
    yield Paragraph(
        _(
            "Krippendorff's alpha for unitizing: whether coders marked the same stretches of text. Codes on whole "
            "texts are not passages. Intervals are computed for all codes together."
        )
    )
    yield _table(_("Code"), shown.passages)


def _used(one: ShownFigure) -> tuple[str, str]:
    return f"{one.figure.n_used:,}", one.excluded


def _table(label: str, figures: Sequence[ShownFigure]) -> Grid:
    header = (label, _("Agreement"), _("95% interval"), _("Used"), _("Not used"))
    return Grid(header, [(one.label, one.value, one.interval, *_used(one)) for one in figures], FIGURES, numbers={3})


def _codes(figures: Sequence[ShownFigure], *, with_counts: bool) -> Grid:
    header = [_("Code"), _("Agreement"), _("95% interval"), _("Same value"), _("Used"), _("Not used")]
    rows = [(one.label, one.value, one.interval, one.percent, *_used(one)) for one in figures]
    if not with_counts:
        return Grid(header, rows, CODES, numbers={3, 4})
    counted = [(*row, f"{one.count or 0:,}") for row, one in zip(rows, figures, strict=True)]
    return Grid([*header, _("Submissions with it")], counted, COUNTED_CODES, numbers={3, 4, 6})


def _pairs(report: Report) -> Grid:
    """Each pair once, one a row, because a square of many coders is wider than a page."""
    rows = [
        (row.name, other, cell.shown.value, cell.shown.interval, *_used(cell.shown))
        for place, row in enumerate(report.shown.pairs)
        for other, cell in row.cells[place + 1 :]
        if cell
    ]
    header = (_("Coder"), _("Coder"), _("Agreement"), _("95% interval"), _("Used"), _("Not used"))
    return Grid(header, rows, PAIRS, numbers={4})


def _units(report: Report) -> Iterator[Part]:
    listed = report.units[:MOST_ROWS]
    yield Heading(_("Units"))
    yield Paragraph(
        _("%(shown)s of %(all)s; the file of ratings has all of them.")
        % {"shown": f"{len(listed):,}", "all": f"{report.result.units:,}"}
    )
    rows = [(str(number), sha256) for number, sha256 in listed]
    yield Grid((_("Unit"), _("SHA-256 of its text")), rows, UNITS, mono={1})
