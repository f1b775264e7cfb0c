"""Comparing the submissions of units, and settling those on which the coders agree by the rule of their round."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts import audit
from accounts.models import User
from coding import policies
from coding.adjudicated import mark_of
from coding.agreeing import Mark, basis_of
from coding.comparing import Comparison, comparisons, standing_codings
from coding.models import Adjudication, AdjudicationDecision, Coding, Round, RoundUnit
from coding.selectors import codes_of

BATCH = 500
# More than this are left for the next time, so that a page is not waited for.
MOST = 5000
State, Basis = Adjudication.State, Adjudication.Basis
Place = tuple[int, int | None, int | None, int | None]


@dataclass(frozen=True)
class Settled:
    """How many units were compared, how many of them are settled by the rule, and how many are left for next time."""

    compared: int
    settled: int
    left: int


def to_compare(coding_round: Round) -> QuerySet[RoundUnit]:
    """Units whose coders have all submitted (in a closed round: at least one) since the last comparison."""
    current = Adjudication.objects.filter(round_unit__round=coding_round).with_changes().filter(compared=F("changes"))
    is_complete = Q(done__gte=1) if coding_round.state == Round.State.CLOSED else Q(done__gte=F("coders_wanted"))
    return coding_round.units.filter(is_complete).exclude(pk__in=current.values("round_unit")).order_by("pk")


@transaction.atomic
def settle_by_rule(*, coding_round: Round, by: User) -> Settled:
    """Compare units that were submitted since, and settle those that agree. Doing it twice changes nothing.

    A unit that a person settled, decided on or reopened is never settled or opened here; what is new in it is open.
    """
    policies.check_can_adjudicate_in(by, coding_round)
    waiting = list(to_compare(coding_round).values_list("pk", flat=True))
    now = waiting[:MOST]
    settled = sum(
        sum(row.is_settled for row in _compare(coding_round, now[first : first + BATCH]))
        for first in range(0, len(now), BATCH)
    )
    audit.record("units.compared", by=by, target=coding_round, units=len(now), settled=settled)
    return Settled(len(now), settled, len(waiting) - len(now))


@transaction.atomic(savepoint=False)
def compare_unit(round_unit: RoundUnit) -> None:
    """The same for one unit of several coders when it got its last submission. Nobody is told of the result."""
    if 1 < round_unit.coders_wanted <= round_unit.done:
        for row in _compare(round_unit.round, [round_unit.pk]):
            audit.record("unit.compared", by=None, target=row, state=row.state, basis=row.basis)


def keys_of(coding_round: Round) -> dict[int, str]:
    """The keys of the codes of a round by their primary keys."""
    return {code.pk: code.key for code in codes_of(coding_round.codebook_version)}


def describe(adjudication: Adjudication, comparison: Comparison, keys: Mapping[int, str]) -> None:
    """Set the counts and lists by which adjudications are listed and filtered."""
    differing = comparison.differing
    adjudication.differences = len(differing)
    adjudication.decided = sum(one.verdict is not None for one in differing)
    adjudication.kinds = sorted({str(one.kind) for one in differing})
    adjudication.differing_codes = sorted({keys[one.mark.code] for one in differing if one.mark is not None})


def _compare(coding_round: Round, pks: Sequence[int]) -> list[Adjudication]:
    """Adjudications of these units, which are locked meanwhile so that nobody submits them."""
    units = list(RoundUnit.objects.select_for_update().filter(pk__in=pks).order_by("pk"))
    known = set(Adjudication.objects.filter(round_unit__in=pks).values_list("round_unit", flat=True))
    Adjudication.objects.bulk_create(Adjudication(round_unit=unit) for unit in units if unit.pk not in known)
    rows = list(Adjudication.objects.filter(round_unit__in=pks).with_changes())
    found, keys = comparisons(units, coding_round.agreement_rule), keys_of(coding_round)
    for row in rows:
        _judge(row, found[row.round_unit_id])
        describe(row, found[row.round_unit_id], keys)
        row.compared = row.changes
    Adjudication.objects.bulk_update(
        rows,
        ["state", "basis", "settled_at", "compared", "differences", "decided", "kinds", "differing_codes"],
    )
    by_rule = [row for row in rows if row.is_settled and row.basis != Basis.PERSON]
    record_rule((row, found[row.round_unit_id]) for row in by_rule)
    return rows


def _judge(row: Adjudication, comparison: Comparison) -> None:
    """Settle by rule where it can be; open again what was settled by rule and no longer can."""
    if row.is_settled and row.basis == Basis.PERSON:
        return
    is_of_a_person = comparison.has_decisions_of_people or bool(row.note)
    if comparison.questions and not comparison.open and not is_of_a_person:
        row.state, row.basis = State.SETTLED, basis_of(comparison.votes).value
        row.settled_at = timezone.now()
    else:
        row.state, row.basis, row.settled_at = State.OPEN, Basis.PERSON, None


def record_rule(settled: Iterable[tuple[Adjudication, Comparison]]) -> None:
    """Write what the rule says about marks on which no person has decided, where that is not written yet."""
    rows = [row for adjudication, comparison in settled for row in _rule_rows(adjudication, comparison)]
    made = AdjudicationDecision.objects.bulk_create(rows)
    about: defaultdict[Place, list[int]] = defaultdict(list)
    for coding in standing_codings({row.adjudication.round_unit_id for row in made}):
        about[_place(coding.round_unit_id, coding)].append(coding.pk)
    through = AdjudicationDecision.about.through
    through.objects.bulk_create(
        through(adjudicationdecision_id=row.pk, coding_id=pk)
        for row in made
        for pk in about[_place(row.adjudication.round_unit_id, row)]
    )


def _place(round_unit_id: int, row: Coding | AdjudicationDecision) -> Place:
    return round_unit_id, row.code_id, row.start, row.end


def _rule_rows(adjudication: Adjudication, comparison: Comparison) -> list[AdjudicationDecision]:
    written = {mark_of(row): row for row in comparison.rows}
    wanted: dict[Mark, str] = {
        one.mark: one.by_rule.value
        for one in comparison.questions
        if one.mark is not None and one.by_rule is not None and not one.by_person
    }
    by_rule = [mark for mark, row in written.items() if mark is not None and row.made_by_id is None]
    outdated = {mark: AdjudicationDecision.Verdict.UNDECIDED.value for mark in by_rule if mark not in wanted}
    return [
        AdjudicationDecision(
            adjudication=adjudication,
            verdict=verdict,
            code_id=mark.code,
            start=mark.start,
            end=mark.end,
            replaces=written.get(mark),
        )
        for mark, verdict in (wanted | outdated).items()
        if mark not in written or written[mark].verdict != verdict
    ]
