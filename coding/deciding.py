"""What the pages of adjudication and of corrections show."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from coding import marks
from coding.adjudicated import final_codes, mark_of
from coding.agreeing import Correction, Mark, Question, all_rejected, corrections
from coding.comparing import Comparison, comparisons, letters_of, standing_codings, version_of
from coding.models import Adjudication, AdjudicationDecision, Code, Coding, Round, Submission
from coding.selectors import codes_of

KINDS = {
    "code": _("Not all applied it"),
    "passage": _("Same code, different passage"),
    "unsure": _("A coder was unsure"),
    "agreed": _("All coders agree"),
    "gone": _("No coder applies it any more"),
}
ADDED = _("Added by the adjudicator")
# Reasons that were written in the round, offered to be chosen again.
REASONS = 30


@dataclass(frozen=True)
class Remark:
    """What a coder noted at one of the codings, under the coder's letter."""

    letter: str
    certainty: str
    memo: str


@dataclass(frozen=True)
class Item:
    """A mark on the page: number, code and passage, who chose it, and the decision on it."""

    number: int
    question: Question
    code: Code | None
    quote: str
    chose: str
    others: str
    remarks: Sequence[Remark]
    reason: str

    @property
    def anchor(self) -> str:
        mark = self.question.mark
        return f"mark-{mark.code}-{self.passage or 'unit'}" if mark else "mark-none"

    @property
    def passage(self) -> str:
        mark = self.question.mark
        return "" if mark is None or mark.start is None else f"{mark.start}-{mark.end}"

    @property
    def kind(self) -> str:
        return str(KINDS.get(self.question.kind.value, ADDED))

    @property
    def state(self) -> str:
        """`open`, `accept` or `reject`."""
        return self.question.verdict.value if self.question.verdict else "open"


@dataclass(frozen=True)
class Piece:
    """A part of the text with the items whose passages cover it; `begins` are those that begin here."""

    start: int
    text: str
    items: Sequence[Item]
    begins: Sequence[Item]


@dataclass(frozen=True)
class CoderShown:
    """A coder of the unit without a name."""

    letter: str
    outcome: str
    memo: str
    is_flagged: bool


@dataclass(frozen=True)
class UnitPage:
    """The page of one adjudication."""

    adjudication: Adjudication
    version: int
    items: Sequence[Item]
    agreed: Sequence[Item]
    pieces: Sequence[Piece]
    coders: Sequence[CoderShown]
    all_rejected: bool
    reason_of_all: str
    is_own: bool
    reasons: Sequence[str]

    @property
    def open(self) -> list[Item]:
        return [item for item in (*self.items, *self.agreed) if item.state == "open"]

    @property
    def decided(self) -> int:
        return sum(item.state != "open" for item in self.items)

    @property
    def passages(self) -> list[tuple[str, str]]:
        """Value and text of each passage that somebody chose, for a code that is added."""
        chosen = {item.passage: item.quote for item in (*self.items, *self.agreed) if item.passage}
        return list(chosen.items())


def unit_page(adjudication: Adjudication, user: User) -> UnitPage:
    """One unit with its differences. The names of the coders are not in it."""
    unit = adjudication.round_unit
    comparison = comparisons([unit], unit.round.agreement_rule)[unit.pk]
    letters = letters_of(unit.pk, comparison.votes)
    items = _items(comparison, adjudication, letters)
    differing = [item for item in items if item.question.differs]
    of_all = comparison.newest(None)
    return UnitPage(
        adjudication=adjudication,
        version=version_of(adjudication),
        items=differing,
        agreed=[item for item in items if item not in differing],
        pieces=pieces(unit.unit.text, items),
        coders=_coders(unit.pk, letters),
        all_rejected=all_rejected(comparison.held),
        reason_of_all=of_all.reason if of_all else "",
        is_own=user.pk in letters,
        reasons=_reasons(unit.round),
    )


def _items(comparison: Comparison, adjudication: Adjudication, letters: Mapping[int, str]) -> list[Item]:
    unit = adjudication.round_unit
    codes = {code.pk: code for code in codes_of(unit.round.codebook_version)}
    remarks = _remarks(unit.pk, letters)
    # Numbers follow the differences first: they are what an adjudicator counts.
    ordered = sorted(comparison.questions, key=lambda question: not question.differs)
    return [
        Item(
            number=number,
            question=question,
            code=codes[question.mark.code] if question.mark else None,
            quote=quote_of(unit.unit.text, question.mark),
            chose=_letters(question.chose, letters),
            others=_letters(letters.keys() - question.chose, letters),
            remarks=remarks[question.mark],
            reason=_reason(comparison, question),
        )
        for number, question in enumerate(ordered, start=1)
    ]


def _reason(comparison: Comparison, question: Question) -> str:
    newest = comparison.newest(question.mark) if question.by_person else None
    return newest.reason if newest else ""


def _letters(coders: Iterable[int], letters: Mapping[int, str]) -> str:
    return ", ".join(sorted(letters[coder] for coder in coders if coder in letters))


def quote_of(text: str, mark: Mark | None) -> str:
    """The passage; empty for the whole unit."""
    return "" if mark is None or mark.start is None else text[mark.start : mark.end]


def _remarks(round_unit_id: int, letters: Mapping[int, str]) -> defaultdict[Mark | None, list[Remark]]:
    found: defaultdict[Mark | None, list[Remark]] = defaultdict(list)
    rows: list[Coding] = [row for row in standing_codings([round_unit_id]) if row.memo or row.certainty]
    for row in sorted(rows, key=lambda row: letters.get(row.coder_id, "")):
        if row.coder_id in letters:
            remark = Remark(letters[row.coder_id], row.get_certainty_display(), row.memo)
            found[Mark(row.code_id, row.start, row.end)].append(remark)
    return found


def _coders(round_unit_id: int, letters: Mapping[int, str]) -> list[CoderShown]:
    made = Submission.objects.standing().filter(round_unit=round_unit_id, coder__in=letters)
    shown = [CoderShown(letters[s.coder_id], s.get_outcome_display(), s.memo, s.is_flagged) for s in made]
    return sorted(shown, key=lambda coder: coder.letter)


def _reasons(coding_round: Round) -> list[str]:
    written = AdjudicationDecision.objects.filter(adjudication__round_unit__round=coding_round, made_by__isnull=False)
    last = written.exclude(reason="").order_by("-id").values_list("reason", flat=True)[: 10 * REASONS]
    return list(dict.fromkeys(last))[:REASONS]


def pieces(text: str, items: Sequence[Item]) -> list[Piece]:
    """The text cut where passages begin and end; together the pieces are the text."""
    of_span: defaultdict[marks.Span, list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        mark = item.question.mark
        if mark is not None and mark.start is not None and mark.end is not None:
            of_span[mark.start, mark.end].append(place)
    of_number = {number: of_span[span] for span, number in marks.numbered(of_span).items()}

    def in_order(numbers: Iterable[int]) -> list[Item]:
        return [items[place] for place in sorted(place for number in numbers for place in of_number[number])]

    found, at = [], 0
    for cut in marks.pieces(text, of_span):
        found.append(Piece(at, cut.text, in_order(cut.numbers), in_order(cut.begins)))
        at += len(cut.text)
    return found


@dataclass(frozen=True)
class CorrectionShown:
    """What became of one code of a coder, with the reason and the passage."""

    correction: Correction
    code: Code
    quote: str
    reason: str


def corrections_of(rows: Sequence[Adjudication], user: User) -> list[tuple[Adjudication, list[CorrectionShown]]]:
    """Each of these adjudications with what became of this person's codes."""
    found = _corrections(rows, user)
    reasons = _all_reasons(rows)
    shown: list[tuple[Adjudication, list[CorrectionShown]]] = []
    for row in rows:
        codes = {code.pk: code for code in codes_of(row.round_unit.round.codebook_version)}
        text, said = row.round_unit.unit.text, reasons[row.pk]
        shown.append(
            (
                row,
                [
                    CorrectionShown(one, codes[one.mark.code], quote_of(text, one.mark), said.get(one.mark, said[None]))
                    for one in found[row.pk]
                ],
            )
        )
    return shown


def _corrections(rows: Sequence[Adjudication], user: User) -> dict[int, list[Correction]]:
    final = final_codes(Adjudication.objects.filter(pk__in=[row.pk for row in rows]))
    own: defaultdict[int, set[Mark]] = defaultdict(set)
    mine = standing_codings([row.round_unit_id for row in rows]).filter(coder=user)
    for unit, code, start, end in mine.values_list("round_unit", "code", "start", "end"):
        own[unit].add(Mark(code, start, end))
    return {
        row.pk: corrections(
            own[row.round_unit_id], [Mark(one.code_id, one.start, one.end) for one in final.get(row.pk, [])]
        )
        for row in rows
    }


def _all_reasons(rows: Sequence[Adjudication]) -> defaultdict[int, dict[Mark | None, str]]:
    """The reason of each decision that holds, and under None that of rejecting all codes."""
    reasons: defaultdict[int, dict[Mark | None, str]] = defaultdict(lambda: {None: ""})
    for made in AdjudicationDecision.objects.standing().filter(adjudication__in=rows):
        reasons[made.adjudication_id][mark_of(made)] = made.reason
    return reasons


def corrections_per_code(
    rows: Sequence[Adjudication], user: User, coding_round: Round
) -> list[tuple[Code, Counter[str]]]:
    """How many of this person's codes were accepted and rejected, and how many were added, in codebook order."""
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for found in _corrections(rows, user).values():
        for one in found:
            counts[one.mark.code][one.became] += 1
    return [(code, counts[code.pk]) for code in codes_of(coding_round.codebook_version) if code.pk in counts]


def next_open(adjudication: Adjudication, user: User) -> Adjudication | None:
    """The next unit to decide in the round, from the beginning again after the last."""
    rows = Adjudication.objects.adjudicated_by(user).of_complete_units().filter(state="open").order_by("id")
    others = rows.filter(round_unit__round=adjudication.round_unit.round_id).exclude(pk=adjudication.pk)
    return others.filter(pk__gt=adjudication.pk).first() or others.first()
