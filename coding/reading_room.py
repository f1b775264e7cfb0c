"""The texts of a round with what coders did with them, for lead coders and, as far as they may see it, for coders."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import (
    Case,
    CharField,
    Exists,
    Expression,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    TextChoices,
    Value,
    When,
)
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from coding.adjudicated import final_codes
from coding.marks import Span, numbered, pieces
from coding.models import Adjudication, Assignment, Code, Coding, Round, RoundCoder, RoundUnit, Submission, TextUnit
from coding.querysets.codings import sees_others
from coding.selectors import codes_of

# In the address of a text's page: the adjudicated codes in the place of a coder's. No user name has an asterisk.
ADJUDICATED = "*"


class TextState(TextChoices):
    """How far the coders of a round are with a text."""

    FREE = "free", gettext_lazy("Free")
    STARTED = "started", gettext_lazy("Started")
    PARTLY = "partly-submitted", gettext_lazy("Partly submitted")
    SUBMITTED = "submitted", gettext_lazy("Submitted")
    STUCK = "stuck", gettext_lazy("No coder left")
    SETTLED = "settled", gettext_lazy("Settled")
    HIDDEN = "hidden", gettext_lazy("Not shown to coders yet")


def reads_all(coding_round: Round, reader: User) -> bool:
    """Whether the person may see what all coders of the round did with each text."""
    return RoundUnit.objects.filter(sees_others(reader, "round"), round=coding_round).exists()


def texts_of(coding_round: Round, reader: User) -> QuerySet[RoundUnit]:
    """The texts of the round that the person may see, with `text_state`, and the work that the person may see."""
    rows = RoundUnit.objects.visible_to(reader).filter(round=coding_round).select_related("unit")
    state = _state_of_all(reader) if reads_all(coding_round, reader) else _state_of_own(reader)
    annotations = {"text_state": state}
    return rows.annotate(**annotations).prefetch_related(*_work_shown_to(reader))


def _work_shown_to(reader: User) -> list[Prefetch]:
    submissions = Submission.objects.visible_to(reader).standing().select_related("coder")
    codings = Coding.objects.visible_to(reader).standing().with_submitted().select_related("code", "coder")
    held = Assignment.objects.readable_by(reader).filter(coder__isnull=False, submitted_at__isnull=True)
    return [
        Prefetch("submissions", submissions, to_attr="shown_submissions"),
        Prefetch("codings", codings, to_attr="shown_codings"),
        Prefetch("assignments", held.select_related("coder"), to_attr="shown_started"),
    ]


def _state_of_all(reader: User) -> Expression:
    here = {"round_unit": OuterRef("pk")}
    settled = Adjudication.objects.visible_to(reader).filter(state="settled", **here)
    finished = Assignment.objects.filter(
        round_unit=OuterRef(OuterRef("pk")), coder=OuterRef("coder"), submitted_at__isnull=False
    )
    able = RoundCoder.objects.active().filter(~Exists(finished), round=OuterRef("round"))
    return _cases(
        (Exists(settled), TextState.SETTLED),
        (Q(done__gte=F("coders_wanted")), TextState.SUBMITTED),
        (Q(~Exists(able), round__state__in=["open", "paused"]), TextState.STUCK),
        (Q(done__gt=0), TextState.PARTLY),
        (Exists(Assignment.objects.filter(coder__isnull=False, submitted_at__isnull=True, **here)), TextState.STARTED),
        otherwise=TextState.FREE,
    )


def _state_of_own(reader: User) -> Expression:
    """For lead coders who code in a blind round: the state of their own work alone."""
    own = Assignment.objects.filter(round_unit=OuterRef("pk"), coder=reader)
    return _cases(
        (Exists(own.filter(submitted_at__isnull=False)), TextState.SUBMITTED),
        (Exists(own), TextState.STARTED),
        otherwise=TextState.HIDDEN,
    )


def _cases(*cases: tuple[Q | Exists, TextState], otherwise: TextState) -> Case:
    whens = [When(condition, then=Value(state.value)) for condition, state in cases]
    return Case(*whens, default=Value(otherwise.value), output_field=CharField())


@dataclass(frozen=True)
class Decided:
    """An adjudicated code, with the reason of the decision."""

    code: Code
    start: int | None
    end: int | None
    reason: str


@dataclass
class Work:
    """What one coder did with a text, or what adjudication made of it."""

    coder: str
    name: str
    submission: Submission | None = None
    started: Assignment | None = None
    adjudication: Adjudication | None = None
    codings: list[Coding | Decided] = field(default_factory=list)

    @property
    def state(self) -> str:
        """The outcome, or where the coder is."""
        if self.submission is not None:
            return str(self.submission.get_outcome_display())
        if self.adjudication is not None:
            return str(self.adjudication.get_state_display())
        return _("Postponed") if self.started and self.started.postponed_at else _("Started")

    @property
    def memo(self) -> str:
        memos = (part.memo for part in (self.submission, self.started) if part is not None)
        return self.adjudication.note if self.adjudication else next(memos, "")

    @property
    def is_flagged(self) -> bool:
        return any(part.is_flagged for part in (self.submission, self.started) if part is not None)

    @property
    def code_names(self) -> list[str]:
        """Each code once, by name."""
        return sorted({coding.code.name for coding in self.codings})

    @property
    def spans(self) -> list[Span]:
        return [(one.start, one.end) for one in self.codings if one.start is not None and one.end is not None]


@dataclass(frozen=True)
class TextRow:
    """A text in the list."""

    round_unit: RoundUnit
    state: str
    work: list[Work]


def rows_of(round_units: Iterable[RoundUnit], *, counts: bool) -> list[TextRow]:
    """The texts of a page of the list. `counts`: whether the number of submissions may be shown."""
    return [TextRow(one, state_words(one, counts=counts), work_on(one)) for one in round_units]


def state_words(round_unit: RoundUnit, *, counts: bool) -> str:
    """The state of a text of `texts_of`, with the number of submissions where it may be shown."""
    state = TextState(round_unit.text_state)
    label = str(state.label)
    if not counts or state in (TextState.FREE, TextState.STARTED):
        return label
    numbers = {"done": round_unit.done, "wanted": round_unit.coders_wanted}
    words = _("%(done)d of %(wanted)d submitted") % numbers
    return words if state in (TextState.PARTLY, TextState.SUBMITTED) else f"{label}: {words}"


def work_on(round_unit: RoundUnit) -> list[Work]:
    """The work on a text of `texts_of`, coder by coder in the order of their names."""
    found: dict[int, Work] = {}
    for submission in round_unit.shown_submissions:
        found[submission.coder_id] = Work(*_named(submission.coder), submission=submission)
    for held in round_unit.shown_started:
        if held.coder is not None:
            found.setdefault(held.coder.pk, Work(*_named(held.coder))).started = held
    for coding in round_unit.shown_codings:
        found.setdefault(coding.coder_id, Work(*_named(coding.coder))).codings.append(coding)
    return sorted(found.values(), key=lambda work: work.coder)


def _named(coder: User) -> tuple[str, str]:
    return coder.username, str(coder)


@dataclass(frozen=True)
class Passage:
    """A passage that somebody coded: its number in the text, and the codes on it with whose they are."""

    number: int
    quote: str
    codes: Sequence[tuple[Coding | Decided, Work]]


@dataclass(frozen=True)
class TextPage:
    """A text with the work on it. `only` is the coder whose passages are marked; empty for all."""

    round_unit: RoundUnit
    work: list[Work]
    only: str

    @property
    def units(self) -> list[TextUnit]:
        """The unit, as `with_sources` takes it."""
        return [self.round_unit.unit]

    @cached_property
    def marked(self) -> list[Work]:
        return [work for work in self.work if not self.only or work.coder == self.only]

    @cached_property
    def numbers(self) -> Mapping[Span, int]:
        return numbered(span for work in self.marked for span in work.spans)

    @property
    def passages(self) -> list[Passage]:
        """The marked passages in the order of their numbers."""
        text = self.round_unit.unit.text
        codes: dict[Span, list[tuple[Coding | Decided, Work]]] = defaultdict(list)
        for work in self.marked:
            for coding in work.codings:
                if coding.start is not None and coding.end is not None:
                    codes[coding.start, coding.end].append((coding, work))
        return [Passage(n, text[start:end], codes[start, end]) for (start, end), n in self.numbers.items()]

    @property
    def on_whole_unit(self) -> list[tuple[Coding | Decided, Work]]:
        return [(one, work) for work in self.marked for one in work.codings if one.start is None]

    def html(self) -> SafeString:
        """The text with its passages as marks; each begins with its number, a link to its codes below the text."""
        cut = pieces(self.round_unit.unit.text, self.numbers)
        shown = ((_numbers(piece.begins), _marked(piece.text, piece.numbers)) for piece in cut)
        return format_html('<span class="frozen">{}</span>', format_html_join("", "{}{}", shown))


def _numbers(begins: Sequence[int]) -> SafeString:
    label = _("Passage %(number)s")
    links = ((n, n, label % {"number": n}, n) for n in begins)
    return format_html_join("", '<a class="mark-number" id="mark-{}" href="#passage-{}" aria-label="{}">{}</a>', links)


def _marked(text: str, numbers: Sequence[int]) -> SafeString:
    if not numbers:
        return format_html("{}", text)
    return format_html('<mark class="depth-of-{}">{}</mark>', min(len(numbers), 3), text)


def text_page(coding_round: Round, round_unit: RoundUnit, reader: User, only: str = "") -> TextPage:
    """The page of one text of `texts_of`. An unknown name in `only` marks nothing."""
    return TextPage(round_unit, [*work_on(round_unit), *_adjudicated(coding_round, round_unit, reader)], only)


def _adjudicated(coding_round: Round, round_unit: RoundUnit, reader: User) -> list[Work]:
    found = Adjudication.objects.visible_to(reader).filter(round_unit=round_unit)
    final = final_codes(found)
    codes = {code.pk: code for code in codes_of(coding_round.codebook_version)} if final else {}
    return [
        Work(
            ADJUDICATED,
            _("Adjudicated"),
            adjudication=one,
            codings=[Decided(codes[c.code_id], c.start, c.end, c.reason) for c in final.get(one.pk, [])],
        )
        for one in found
    ]


def history_of(round_unit: RoundUnit, reader: User) -> QuerySet[Submission]:
    """All submissions of a text that the person may see, also those taken back or reopened, oldest first."""
    made = Submission.objects.visible_to(reader).filter(round_unit=round_unit)
    return made.select_related("coder", "withdrawal__made_by").order_by("submitted_at", "id")
