"""What the coders of one unit agree on, what a rule settles, and what is left for an adjudicator. Pure.

Each coder has one *vote* on a unit: an outcome and a set of *marks* (a code on a passage, or on the whole unit). Two
marks are the same only with the same code and the same offsets. A skipped unit is no vote. An unsure coder is counted
among the coders, but supports neither a mark nor its absence; so a unit with an unsure coder is never agreed by all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    CODED = "coded"
    NONE_APPLIES = "none-applies"
    UNSURE = "unsure"
    SKIPPED = "skipped"


class Rule(StrEnum):
    ALL_AGREE = "all-agree"
    MAJORITY = "majority"
    NONE = "none"


class Verdict(StrEnum):
    ACCEPT = "accept"
    REJECT = "reject"
    REJECT_ALL = "reject-all"
    UNDECIDED = "undecided"


class Basis(StrEnum):
    """On what the settlement of a unit by rule rests."""

    ONE_CODER = "one-coder"
    ALL_AGREE = "all-agree"
    THRESHOLD = "threshold"


class Kind(StrEnum):
    """What coders do about a mark, or about the absence of all codes."""

    CODE = "code"  # some applied the code, others did not
    PASSAGE = "passage"  # others applied the same code to another, overlapping passage
    UNSURE = "unsure"  # nobody who was sure says otherwise, but a coder was unsure
    AGREED = "agreed"  # all coders
    ADDED = "added"  # no coder: the adjudicator added it
    GONE = "gone"  # decided earlier, and no coder has it any more


class HasVerdict(Protocol):
    """A decision, whatever else it has."""

    @property
    def verdict(self) -> str: ...


@dataclass(frozen=True)
class Mark:
    """A code on the code points from `start` up to, not including, `end`; without both, on the whole unit."""

    code: int
    start: int | None = None
    end: int | None = None

    @property
    def place(self) -> tuple[bool, int, int, int]:
        """Sorts marks as a reader meets them: the whole unit first, then by passage, then by code."""
        return self.start is not None, self.start or 0, self.end or 0, self.code


@dataclass(frozen=True)
class Vote:
    """What one coder submitted for the unit."""

    coder: int
    outcome: str
    marks: frozenset[Mark] = frozenset()


@dataclass(frozen=True)
class Decision:
    """The decision that holds on a mark. `was_chosen`: coders had the mark when it was made."""

    verdict: str
    by_rule: bool = False
    was_chosen: bool = True


@dataclass(frozen=True)
class Question:
    """A mark of the unit, or with `mark=None` the absence of all codes, and what became of it.

    chose: the coders who have it. by_rule: what the rule says, None where it leaves the mark open.
    verdict: what holds, by a person or else by the rule; None while it is open.
    """

    mark: Mark | None
    kind: Kind
    chose: frozenset[int]
    by_rule: Verdict | None
    verdict: Verdict | None
    by_person: bool = False

    @property
    def differs(self) -> bool:
        """Whether an adjudicator has to look at it."""
        return self.kind == Kind.GONE or (self.by_rule is None and self.kind != Kind.ADDED)


# The decision on all codes of a unit at once is stored without a mark.
Decisions = Mapping[Mark | None, Decision]


def counted(votes: Iterable[Vote]) -> list[Vote]:
    """The votes of coders who did not skip the unit."""
    return [vote for vote in votes if vote.outcome != Outcome.SKIPPED]


def is_same_code_elsewhere(one: Mark, other: Mark) -> bool:
    """Whether two different marks have the same code on overlapping passages. The whole unit overlaps every passage."""
    if one == other or one.code != other.code:
        return False
    if one.start is None or one.end is None or other.start is None or other.end is None:
        return True
    return one.start < other.end and other.start < one.end


def basis_of(votes: Sequence[Vote]) -> Basis:
    """On what the settlement of a unit rests whose questions are all settled by rule."""
    voting = counted(votes)
    if len(voting) == 1:
        return Basis.ONE_CODER
    is_unanimous = all(vote.marks == voting[0].marks and vote.outcome != Outcome.UNSURE for vote in voting)
    return Basis.ALL_AGREE if is_unanimous else Basis.THRESHOLD


def questions(votes: Iterable[Vote], rule: str, decisions: Decisions | None = None) -> list[Question]:
    """Every mark of the unit with what holds, in the order of the text; empty where nobody has voted.

    A unit without any code has one question, without a mark: whether no code applies.
    """
    voting, made = counted(votes), decisions or {}
    if not voting:
        return []
    marks = sorted({mark for vote in voting for mark in vote.marks}, key=lambda mark: mark.place)
    found = [_about(mark, voting, rule, made) for mark in marks] or [_without_codes(voting, rule, made)]
    return found + [_beyond(mark, made) for mark in _further(made, marks)]


def all_rejected(decisions: Mapping[Mark | None, HasVerdict]) -> bool:
    """Whether the decision *reject all* holds."""
    return None in decisions and decisions[None].verdict == Verdict.REJECT_ALL


def final_marks(decisions: Decisions) -> frozenset[Mark]:
    """The marks of the adjudicated unit: those accepted, and none where all are rejected."""
    if all_rejected(decisions):
        return frozenset()
    return frozenset(
        mark for mark, decision in decisions.items() if mark is not None and decision.verdict == Verdict.ACCEPT
    )


def _about(mark: Mark, voting: Sequence[Vote], rule: str, made: Decisions) -> Question:
    chose = frozenset(vote.coder for vote in voting if mark in vote.marks)
    sure = [vote for vote in voting if vote.outcome != Outcome.UNSURE]
    support = sum(mark in vote.marks for vote in sure)
    by_rule = _by_rule(support, len(sure) - support, len(voting), rule)
    by_person = _by_person(mark, made)
    return Question(mark, _kind(mark, voting), chose, by_rule, by_person or by_rule, by_person is not None)


def _by_rule(support: int, against: int, coders: int, rule: str) -> Verdict | None:
    if rule != Rule.NONE and support == coders:
        return Verdict.ACCEPT
    if rule != Rule.MAJORITY:
        return None
    if 2 * support > coders:
        return Verdict.ACCEPT
    return Verdict.REJECT if 2 * against > coders else None


def _kind(mark: Mark, voting: Sequence[Vote]) -> Kind:
    without = [vote for vote in voting if mark not in vote.marks]
    if any(is_same_code_elsewhere(mark, other) for vote in without for other in vote.marks):
        return Kind.PASSAGE
    if any(vote.outcome != Outcome.UNSURE for vote in without):
        return Kind.CODE
    return Kind.UNSURE if any(vote.outcome == Outcome.UNSURE for vote in voting) else Kind.AGREED


def _by_person(mark: Mark, made: Decisions) -> Verdict | None:
    if all_rejected(made):
        return Verdict.REJECT
    decision = made.get(mark)
    if decision is None or decision.by_rule or decision.verdict == Verdict.UNDECIDED:
        return None
    return Verdict(decision.verdict)


def _without_codes(voting: Sequence[Vote], rule: str, made: Decisions) -> Question:
    """Whether no code applies: *accept* says so. It is also answered by a code that the adjudicator adds."""
    none_applies = sum(vote.outcome != Outcome.UNSURE for vote in voting)
    is_settled = none_applies == len(voting) or (rule == Rule.MAJORITY and 2 * none_applies > len(voting))
    by_rule = Verdict.ACCEPT if is_settled and rule != Rule.NONE else None
    kind = Kind.AGREED if none_applies == len(voting) else Kind.UNSURE
    by_person = Verdict.ACCEPT if all_rejected(made) else None
    if any(_by_person(mark, made) == Verdict.ACCEPT for mark in made if mark is not None):
        by_person = Verdict.REJECT
    chose = frozenset(vote.coder for vote in voting if vote.outcome != Outcome.UNSURE)
    return Question(None, kind, chose, by_rule, by_person or by_rule, by_person is not None)


def _further(made: Decisions, marks: Iterable[Mark]) -> list[Mark]:
    """Marks that a person accepted and that no coder has."""
    known = set(marks)
    accepted = [m for m in made if m is not None and m not in known and not made[m].by_rule]
    return sorted((m for m in accepted if made[m].verdict == Verdict.ACCEPT), key=lambda mark: mark.place)


def _beyond(mark: Mark, made: Decisions) -> Question:
    """A mark that coders took away after it was accepted is open again; one that an adjudicator added is decided."""
    if made[mark].was_chosen and not all_rejected(made):
        return Question(mark, Kind.GONE, frozenset(), None, None)
    verdict = _by_person(mark, made)
    return Question(mark, Kind.GONE if made[mark].was_chosen else Kind.ADDED, frozenset(), None, verdict, True)


@dataclass(frozen=True)
class Correction:
    """What adjudication made of a mark of one coder: `accepted`, `rejected`, or `added` where the coder had none."""

    mark: Mark
    became: str


def corrections(own: Iterable[Mark], final: Iterable[Mark]) -> list[Correction]:
    """A coder's marks beside the adjudicated ones, in the order of the text."""
    had, has = frozenset(own), frozenset(final)
    became = dict.fromkeys(had & has, "accepted")
    became |= dict.fromkeys(had - has, "rejected") | dict.fromkeys(has - had, "added")
    return [Correction(mark, became[mark]) for mark in sorted(became, key=lambda mark: mark.place)]
