"""What the coding page and the coder's pages show, read once for page and script alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import Organisation, User
from coding.models import Assignment, Code, CodebookVersion, Coding, Round, Submission
from coding.querysets.codebooks import led_by
from versions.comparing import Part
from versions.frozen import read_once

RECENT = 9


@dataclass(frozen=True)
class Desk:
    """Everything a coder needs for one text."""

    seat: Assignment
    codes: Sequence[Code]
    codings: list[Coding]
    recent: list[int]
    submission: Submission | None


def codes_of(version: CodebookVersion) -> tuple[Code, ...]:
    """The codes of a version from top to bottom, with `tree_depth`. Not to be changed: those of a published version
    are read once and shared by all requests."""
    return read_once(version, _read_codes)


COMPARED = ("name", "definition", "include", "exclude", "examples", "colour")


def comparable_parts(version: CodebookVersion) -> list[Part]:
    """The codes of a version as parts to compare with those of another one."""
    codes = codes_of(version)
    keys = {code.pk: code.key for code in codes}
    return [Part("code", code.key, code.name, _fields_of(code, keys)) for code in codes]


def _fields_of(code: Code, keys: Mapping[int, str]) -> dict[str, str]:
    fields: dict[str, str] = {name: getattr(code, name) for name in COMPARED}
    return fields | {"is_codable": "yes" if code.is_codable else "no", "parent": keys.get(code.parent_id or 0, "")}


def _read_codes(version: CodebookVersion) -> tuple[Code, ...]:
    return tuple(Code.objects.tree_of(version))


def desk_of(seat: Assignment, user: User) -> Desk:
    """The seat's text with the round's codes, this coder's standing codings and the codes used last."""
    version = seat.round_unit.round.codebook_version
    return Desk(
        seat=seat,
        codes=codes_of(version),
        codings=list(Coding.objects.at(seat.round_unit_id, user.pk).standing().select_related("code")),
        recent=recent_codes(user, version.pk),
        submission=Submission.objects.filter(assignment=seat).first(),
    )


def recent_codes(user: User, version_id: int) -> list[int]:
    """Ids of the codes this coder gave last in this codebook version, newest first, for the keys 1 to 9."""
    last = Coding.objects.filter(coder=user, code__version=version_id, retracts=None).order_by("-id")
    return list(dict.fromkeys(last.values_list("code_id", flat=True)[:200]))[:RECENT]


def desk_as_json(desk: Desk) -> dict[str, Any]:
    """What the page's script works with."""
    return {
        "assignment": desk.seat.pk,
        "text": desk.seat.round_unit.unit.text,
        "codes": [
            {"id": code.pk, "name": code.name, "colour": code.colour, "depth": code.tree_depth}
            for code in desk.codes
            if code.is_codable
        ],
        "codings": [
            {"id": c.pk, "code": c.code_id, "start": c.start, "end": c.end, "memo": c.memo} for c in desk.codings
        ],
        "recent": desk.recent,
        "finished": desk.submission is not None,
        "urls": {
            "codings": reverse("api-coding-list"),
            "seat": reverse("api-assignment-detail", args=[desk.seat.pk]),
        },
    }


@dataclass(frozen=True)
class RoundWork:
    """One person's part in a round."""

    round: Round
    done: int
    open: int
    quota: int | None


def work_of(user: User) -> list[RoundWork]:
    """Rounds in which this person codes, newest first, with what they did and hold."""
    memberships = {m.round_id: m for m in user.coding_rounds.all()}
    rounds = Round.objects.visible_to(user).filter(pk__in=memberships).with_progress()
    made = list(Submission.objects.filter(coder=user).values_list("round_unit__round", flat=True))
    held = list(Assignment.objects.visible_to(user).open().values_list("round_unit__round", flat=True))
    return [
        RoundWork(round=r, done=made.count(r.pk), open=held.count(r.pk), quota=memberships[r.pk].quota)
        for r in rounds.select_related("codebook_version__codebook").order_by("-id")
    ]


def led_organisations(user: User) -> QuerySet[Organisation]:
    """Organisations whose codebooks and rounds this person leads."""
    return Organisation.objects.filter(pk__in=led_by(user))
