"""What the coders of a round submitted, read in a fixed number of statements."""

from collections.abc import Iterable, Sequence

import numpy as np
from django.db.models import Count, Q
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import User
from coding.agreement.coded import Coded, CodeFacts, UnitFacts, letters
from coding.models import Coding, Round, RoundUnit, Submission
from coding.selectors import codes_of
from measures.agreement.ratings import Integers

OUTCOMES = tuple(Submission.Outcome.values)
AT_ONCE = 10_000
# Reads again where somebody submitted meanwhile; after that the figures are of the last complete reading.
MOST_READINGS = 5
Row = tuple[int, int, int, int]


def data_version(coding_round: Round) -> str:
    """The state of the data: how many submissions were made, and how many of them were withdrawn.

    Both are append-only, so another state has another version.
    """
    made = Submission.objects.filter(round_unit__round=coding_round)
    counts = made.aggregate(made=Count("pk"), withdrawn=Count("pk", filter=Q(withdrawal__isnull=False)))
    return f"{counts['made']}-{counts['withdrawn']}"


def read(coding_round: Round, version: str = "") -> tuple[Coded, str]:
    """The standing submissions of a round and the data version that they have.

    Six statements, where the codes were read before; five where `version` is known. Withdrawn submissions and codings
    that were not submitted are left out. Repeated where somebody submitted or withdrew between the statements.
    """
    version = version or data_version(coding_round)
    for _reading in range(MOST_READINGS):
        found, before = _read(coding_round), version
        version = data_version(coding_round)
        if version == before:
            break
    return found, version


def people_of(coding_round: Round) -> dict[str, User]:
    """The coders of a round by their letters: those who were chosen, and all who have submitted.

    The order is secret, and the same as long as the coders are.
    """
    chosen = coding_round.coders.values("coder")
    submitted = Submission.objects.filter(round_unit__round=coding_round).order_by().values("coder")
    people = User.objects.filter(Q(pk__in=chosen) | Q(pk__in=submitted))
    mixed = sorted(people, key=lambda one: salted_hmac("agreement", f"{coding_round.pk} {one.pk}").hexdigest())
    return dict(zip(letters(len(mixed)), mixed, strict=True))


def _read(coding_round: Round) -> Coded:
    people = people_of(coding_round)
    units = _units(coding_round)
    codes = codes_of(coding_round.codebook_version)
    unit_place = {one.round_unit: place for place, one in enumerate(units)}
    coder_place = {person.pk: place for place, person in enumerate(people.values())}
    submissions = _submissions(coding_round, unit_place, coder_place)
    place_of = {(row[0], row[1]): place for place, row in enumerate(submissions.tolist())}
    codings, drafts = _codings(coding_round, unit_place, coder_place, place_of, [code.pk for code in codes])
    keys = {code.pk: code.key for code in codes}
    return Coded(
        units=units,
        coders=list(people),
        codes=[CodeFacts(code.key, code.name, keys.get(code.parent_id or 0), code.is_codable) for code in codes],
        outcomes=OUTCOMES,
        unit=submissions[:, 0],
        coder=submissions[:, 1],
        outcome=submissions[:, 2],
        day=submissions[:, 3],
        submission=codings[:, 0],
        code=codings[:, 1],
        start=codings[:, 2],
        end=codings[:, 3],
        drafts=drafts,
    )


def _units(coding_round: Round) -> list[UnitFacts]:
    rows = RoundUnit.objects.filter(round=coding_round).order_by("unit_id")
    values = rows.values_list("pk", "unit_id", "unit__sha256", Length("unit__text"))
    return [UnitFacts(*row) for row in values.iterator(AT_ONCE)]


def _submissions(coding_round: Round, unit_place: dict[int, int], coder_place: dict[int, int]) -> Integers:
    """Rows of unit, coder, outcome and day, by unit and coder."""
    rows = Submission.objects.standing().filter(round_unit__round=coding_round).order_by()
    outcomes = {name: place for place, name in enumerate(OUTCOMES)}
    found = (
        (unit_place[unit], coder_place[coder], outcomes[outcome], timezone.localdate(at).toordinal())
        for unit, coder, outcome, at in rows.values_list(
            "round_unit_id", "coder_id", "outcome", "submitted_at"
        ).iterator(AT_ONCE)
        if unit in unit_place and coder in coder_place
    )
    return _table(sorted(found))


def _codings(
    coding_round: Round,
    unit_place: dict[int, int],
    coder_place: dict[int, int],
    place_of: dict[tuple[int, int], int],
    code_ids: Sequence[int],
) -> tuple[Integers, int]:
    """Rows of submission, code, start and end; and how many units of a coder have codings that were not submitted."""
    rows = Coding.objects.standing().filter(round_unit__round=coding_round).order_by()
    code_place = {pk: place for place, pk in enumerate(code_ids)}
    drafts: set[tuple[int, int]] = set()
    found: list[Row] = []
    for unit, coder, code, start, end in rows.values_list(
        "round_unit_id", "coder_id", "code_id", "start", "end"
    ).iterator(AT_ONCE):
        key = (unit_place.get(unit, -1), coder_place.get(coder, -1))
        place = place_of.get(key)
        if place is None:
            drafts.add((unit, coder))
        else:
            found.append((place, code_place[code], -1 if start is None else start, -1 if end is None else end))
    return _table(sorted(found)), len(drafts)


def _table(rows: Iterable[Row]) -> Integers:
    return np.array(list(rows), dtype=np.int64).reshape(-1, 4)
