"""What the coding page and the other pages of coders show."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import AuditEvent, Organisation, User
from coding.models import Assignment, Code, CodebookVersion, Coding, Round, Submission
from coding.querysets.leads import led_by
from coding.segments import segments_of
from rest.drawings import Drawing, Row, bars, sourced, strips
from rest.problems import Conflict
from rest.time_steps import time_steps
from versions.comparing import Part
from versions.frozen import read_once
from versions.pointing import pointers
from versions.targets import Pointer

RECENT = 9
DRAWN_CODERS = 50
DRAWN_CODES = 20


@dataclass(frozen=True)
class CodingPage:
    """What a coder sees of one unit."""

    assignment: Assignment
    codes: Sequence[Code]
    codings: list[Coding]
    recent: list[int]
    submission: Submission | None
    source: Pointer


def codes_of(version: CodebookVersion) -> tuple[Code, ...]:
    """The codes of a version from top to bottom, with `tree_depth`. Do not change them: the codes of a
    published version are read once and shared by all requests."""
    return read_once(version, _read_codes)


COMPARED = ("name", "definition", "include", "exclude", "examples", "colour", "shortcut")


def comparable_parts(version: CodebookVersion) -> list[Part]:
    """The codes of a version as parts to compare with those of another one."""
    codes = codes_of(version)
    keys = {code.pk: code.key for code in codes}
    whole = Part("codebook", "passages", str(_("Codebook")), {"passages": version.get_passages_display()})
    return [whole, *(Part("code", code.key, code.name, _fields_of(code, keys)) for code in codes)]


def _fields_of(code: Code, keys: Mapping[int, str]) -> dict[str, str]:
    fields: dict[str, str] = {name: getattr(code, name) for name in COMPARED}
    return fields | {"is_codable": "yes" if code.is_codable else "no", "parent": keys.get(code.parent_id or 0, "")}


def _read_codes(version: CodebookVersion) -> tuple[Code, ...]:
    return tuple(Code.objects.tree_of(version))


def coding_page_of(assignment: Assignment, user: User) -> CodingPage:
    """The unit with the codes of the round, this coder's codings and the codes used last."""
    version = assignment.round_unit.round.codebook_version
    unit = assignment.round_unit.unit
    target = (unit.source_kind, unit.source_key)
    return CodingPage(
        assignment=assignment,
        codes=codes_of(version),
        codings=list(Coding.objects.at(assignment.round_unit_id, user.pk).standing().select_related("code")),
        recent=recent_codes(user, version.pk),
        submission=Submission.objects.standing().filter(assignment=assignment).first(),
        source=pointers([target], user).get(target, Pointer(unit.source_key)),
    )


def recent_codes(user: User, version_id: int) -> list[int]:
    """Primary keys of the codes this coder applied last, newest first, for the keys 1 to 9."""
    last = Coding.objects.filter(coder=user, code__version=version_id, retracts=None).order_by("-id")
    return list(dict.fromkeys(last.values_list("code_id", flat=True)[:200]))[:RECENT]


def coding_page_as_json(page: CodingPage) -> dict[str, object]:
    """The unit as the script of the page needs it. The codes are not in it: see `codebook_as_json`."""
    assignment = page.assignment
    unit, coding_round = assignment.round_unit.unit, assignment.round_unit.round
    version = coding_round.codebook_version
    return {
        "assignment": assignment.pk,
        "version": assignment.version,
        "page": assignment.get_absolute_url(),
        "title": unit.title,
        "round": {"id": coding_round.pk, "title": coding_round.title},
        "why": assignment.shown_reason,
        "text": unit.text,
        "language": unit.language,
        "context": list(unit.context.items()),
        "source": {"label": page.source.label, "url": page.source.url},
        "passages": version.passages,
        "segments": segments_of(unit.text, version.passages),
        "codings": [
            {"uuid": str(c.uuid), "code": c.code_id, "start": c.start, "end": c.end, "memo": c.memo}
            for c in page.codings
        ],
        "memo": assignment.memo,
        "is_flagged": assignment.is_flagged,
        "active_seconds": assignment.active_seconds,
        "recent": page.recent,
        "finished": page.submission.get_outcome_display() if page.submission else "",
        "codebook": reverse("coding-codebook", args=[version.pk]),
    }


def codebook_as_json(version: CodebookVersion) -> dict[str, object]:
    """The codes of a version from top to bottom, with headings. For good once published, and for everybody."""
    return {
        "title": version.codebook.title,
        "codes": [
            {
                "id": code.pk,
                "name": code.name,
                "colour": code.colour,
                "depth": code.tree_depth,
                "shortcut": code.shortcut,
                "is_codable": code.is_codable,
                "definition": code.definition,
                "include": code.include,
                "exclude": code.exclude,
                "examples": code.examples,
            }
            for code in codes_of(version)
        ],
    }


def check_was_not_lost(pk: int, by: User) -> None:
    """Say what happened to a unit that was reserved for this coder and is not any more: a Conflict `lease_lost`.

    Others are told nothing, not even that there is such an assignment.
    """
    assignment = Assignment.objects.filter(pk=pk, round__in=Round.objects.visible_to(by)).exclude(coder=by).first()
    leased = AuditEvent.objects.filter(target_type="coding.assignment", target_id=str(pk), actor=by)
    if assignment is None or not leased.filter(action="assignment.leased").exists():
        return
    count = Coding.objects.at(assignment.round_unit_id, by.pk).standing().count()
    what = _("This unit was reserved for you for a time. That time has ended, and the unit was passed on.")
    kept = ngettext(
        "%(count)d coding that you made is stored, but it is not counted.",
        "%(count)d codings that you made are stored, but they are not counted.",
        count,
    ) % {"count": count}
    raise Conflict(f"{what} {kept}", code="lease_lost", stored=count)


@dataclass(frozen=True)
class RoundWork:
    """One coder's work in a round: submissions, open assignments, and the largest number of units if there is one."""

    round: Round
    done: int
    open: int
    quota: int | None


def work_of(user: User) -> list[RoundWork]:
    """Rounds in which this person codes, newest first, with the counts of submissions and open assignments."""
    memberships = {m.round_id: m for m in user.coding_rounds.active()}
    rounds = Round.objects.visible_to(user).filter(pk__in=memberships).with_progress()
    made = list(Submission.objects.standing().filter(coder=user).values_list("round_unit__round", flat=True))
    held = list(Assignment.objects.visible_to(user).open().opened().values_list("round_unit__round", flat=True))
    return [
        RoundWork(round=r, done=made.count(r.pk), open=held.count(r.pk), quota=memberships[r.pk].quota)
        for r in rounds.select_related("codebook_version__codebook").order_by("-id")
    ]


def led_organisations(user: User) -> QuerySet[Organisation]:
    """Organisations whose codebooks and rounds this person leads."""
    return Organisation.objects.filter(pk__in=led_by(user))


def drawings_of(coding_round: Round, lead: User) -> list[Drawing]:
    """Submissions by coder and day, and how many units each code was given, as far as the person may see them."""
    return sourced([_progress(coding_round, lead), _frequencies(coding_round, lead)], _("this round, now"))


def _progress(coding_round: Round, lead: User) -> Drawing | None:
    made = Submission.objects.visible_to(lead).standing().filter(round_unit__round=coding_round).order_by()
    by_coder: dict[tuple[int, str], list[tuple[date, int]]] = defaultdict(list)
    grouped = made.annotate(day=TruncDate("submitted_at")).values_list("coder", "coder__name", "coder__username", "day")
    for coder, name, username, day, number in grouped.annotate(Count("pk")):
        by_coder[coder, name or username].append((day, number))
    days = [day for found in by_coder.values() for day, _number in found]
    if len(set(days)) < 2:
        return None
    steps = time_steps(min(days), max(days))
    totals = {coder: sum(number for _day, number in found) for coder, found in by_coder.items()}
    most = sorted(by_coder, key=lambda coder: (-totals[coder], coder[1]))[:DRAWN_CODERS]
    return strips(
        _("Submitted by coder and day"),
        _("Coder"),
        [_("Submitted")],
        steps.labels,
        [Row(coder[1], [totals[coder]], along=steps.counts(by_coder[coder])) for coder in most],
        note=_("The highest bar of each coder is as high as the row."),
    )


def _frequencies(coding_round: Round, lead: User) -> Drawing | None:
    made = Coding.objects.visible_to(lead).standing().submitted().filter(round_unit__round=coding_round)
    counted = made.order_by().values_list("code__name").annotate(units=Count("round_unit", distinct=True))
    found = list(counted.order_by("-units", "code__name"))
    if not found:
        return None
    shown = found[:DRAWN_CODES]
    note = _("The %(shown)d most frequent codes of %(all)d.") % {"shown": len(shown), "all": len(found)}
    return bars(
        _("Units by code"),
        _("Code"),
        [_("Units")],
        [Row(name, [units]) for name, units in shown],
        note=note if len(found) > len(shown) else "",
    )
