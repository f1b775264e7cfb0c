"""The submissions of units read from the database and compared: what differs, what was decided."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.crypto import salted_hmac

from coding.adjudicated import mark_of
from coding.agreeing import Decision, Decisions, Mark, Question, Vote, counted, questions
from coding.models import Adjudication, AdjudicationDecision, Coding, RoundUnit, Submission

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Comparison:
    """The votes on a unit of a round, the decisions that hold, and each mark with both."""

    votes: Sequence[Vote]
    rows: Sequence[AdjudicationDecision]
    questions: Sequence[Question]

    @property
    def differing(self) -> list[Question]:
        """What an adjudicator has to look at."""
        return [question for question in self.questions if question.differs]

    @property
    def open(self) -> list[Question]:
        """What is still to be decided."""
        return [question for question in self.questions if question.verdict is None]

    @property
    def has_decisions_of_people(self) -> bool:
        return any(row.made_by_id is not None and row.verdict != "undecided" for row in self.rows)

    @property
    def held(self) -> Decisions:
        """The newest decision on each mark."""
        return _held(self.rows)

    def newest(self, mark: Mark | None) -> AdjudicationDecision | None:
        """The newest decision on a mark, or with None on all codes of the unit."""
        return next((row for row in self.rows if mark_of(row) == mark), None)


def comparisons(round_units: Iterable[RoundUnit], rule: str) -> dict[int, Comparison]:
    """By primary key of the unit in its round. `rule` is the agreement rule of that round. Four statements."""
    pks = [unit.pk for unit in round_units]
    votes, decisions = _votes(pks), _decisions(pks)
    found: dict[int, Comparison] = {}
    for pk in pks:
        held = _held(decisions[pk])
        found[pk] = Comparison(votes[pk], decisions[pk], questions(votes[pk], rule, held))
    return found


def _votes(pks: list[int]) -> defaultdict[int, list[Vote]]:
    marks: defaultdict[tuple[int, int], set[Mark]] = defaultdict(set)
    chosen = standing_codings(pks).values_list("round_unit", "coder", "code", "start", "end")
    for unit, coder, code, start, end in chosen:
        marks[unit, coder].add(Mark(code, start, end))
    votes: defaultdict[int, list[Vote]] = defaultdict(list)
    made = Submission.objects.standing().filter(round_unit__in=pks).order_by("id")
    for unit, coder, outcome in made.values_list("round_unit", "coder", "outcome"):
        votes[unit].append(Vote(coder, outcome, frozenset(marks[unit, coder])))
    return votes


def standing_codings(pks: Iterable[int]) -> QuerySet[Coding]:
    """The codings of units whose coders' submissions stand: without drafts and what was retracted."""
    submitted = Submission.objects.standing().filter(round_unit=OuterRef("round_unit"), coder=OuterRef("coder"))
    return Coding.objects.standing().filter(Exists(submitted), round_unit__in=pks).order_by("id")


def _decisions(pks: list[int]) -> defaultdict[int, list[AdjudicationDecision]]:
    found: defaultdict[int, list[AdjudicationDecision]] = defaultdict(list)
    rows = AdjudicationDecision.objects.newest().filter(adjudication__round_unit__in=pks)
    for row in rows.with_choice().select_related("adjudication").order_by("id"):
        found[row.adjudication.round_unit_id].append(row)
    return found


def _held(rows: Iterable[AdjudicationDecision]) -> Decisions:
    return {mark_of(row): Decision(row.verdict, row.made_by_id is None, row.was_chosen) for row in rows}


def version_of(adjudication: Adjudication) -> int:
    """The state of an adjudication as one number: it grows when anybody decides, submits, takes back or reopens."""
    unit = adjudication.round_unit_id
    submissions = Submission.objects.filter(round_unit=unit)
    return adjudication.version + submissions.count() + submissions.filter(withdrawal__isnull=False).count()


def letters_of(round_unit_id: int, votes: Iterable[Vote]) -> dict[int, str]:
    """A letter for each coder of a unit, in an order of its own for each unit that tells nobody who it is.

    It comes from the secret key of the site, so that it cannot be computed from what lead coders know.
    """
    coders = [vote.coder for vote in counted(votes)]
    shuffled = sorted(coders, key=lambda coder: _shuffled(round_unit_id, coder))
    return dict(zip(shuffled, LETTERS, strict=False))


def _shuffled(round_unit_id: int, coder: int) -> str:
    return salted_hmac("coders of an adjudication", f"{round_unit_id} {coder}").hexdigest()
