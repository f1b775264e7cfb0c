"""Queries over case studies, events, contributions and notes, each restricted to what one person may see."""

from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Case, Count, Exists, ExpressionWrapper, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.querysets import AccessControlledQuerySet, rows_along
from accounts.roles import Role

if TYPE_CHECKING:
    from casestudies.models import (
        Attachment,
        CaseStudy,
        CoCreationEvent,
        Contribution,
        EarlierConflictText,
        FieldNote,
        FieldNoteVersion,
        NoteAttachment,
        NoteConflict,
    )


Row = TypeVar("Row", bound=models.Model)

PUBLISHED = ["approved", "verified"]
# Roles in the owning organisation that read a sensitive and a confidential note, besides its author.
READS_SENSITIVE = (Role.FIELDWORKER, Role.CODER, Role.LEAD_CODER, Role.DATA_MANAGER, Role.ADMIN)
READS_CONFIDENTIAL = (Role.LEAD_CODER, Role.ADMIN)
# Roles that can bring a deleted note back, by restoring it or by deciding a conflict; for all others it is gone.
READS_DELETED = (Role.FIELDWORKER, Role.LEAD_CODER, Role.ADMIN)

# Required fields: name -> condition under which the field is filled in. Completeness is defined here only.
REQUIRED_FIELDS: dict[str, Q] = {
    "abstract": ~Q(abstract=""),
    "strands": Q(strands__len__gt=0),
    "sector": Q(sector__isnull=False),
    "level": ~Q(level=""),
    "public_body": Q(public_body__isnull=False) | ~Q(public_body_name=""),
    "initiator": ~Q(initiator=""),
    "attitude": ~Q(attitude=""),
    "innovation_type": ~Q(innovation_type=""),
    "started_on": Q(started_on__isnull=False),
    "methods": ~Q(methods="") | Q(documents__gt=0) | Q(interviews__gt=0) | Q(observations__gt=0),
}
# Parts of which a complete case study has at least one.
REQUIRED_PARTS = ("roles", "factors", "objectives", "outcomes", "actors")
REQUIREMENTS = len(REQUIRED_FIELDS) + len(REQUIRED_PARTS)


def _ids(user: User | AnonymousUser, *roles: str) -> frozenset[int]:
    """Organisations where the person is a member, or holds one of the roles."""
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    return user.organisations_as(*roles) if roles else user.organisation_ids


def _count_of(rows: models.QuerySet[models.Model], key: str) -> Coalesce:
    """How many of the rows point to the outer row by `key`. Joined instead, they would multiply the outer rows."""
    counted = rows.order_by().filter(**{key: OuterRef("pk")}).values(key).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


class CaseStudyQuerySet(AccessControlledQuerySet["CaseStudy"]):
    """Cases."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Case studies that are published to this person, and those of the person's organisations in any state."""
        return super().visible_to(user).filter(Q(review_state__in=PUBLISHED) | Q(organisation__in=_ids(user)))

    def of_organisations_of(self, user: User | AnonymousUser) -> Self:
        return self.filter(organisation__in=_ids(user))

    def drafts(self) -> Self:
        return self.filter(review_state__in=["draft", "submitted"])

    def with_completeness(self) -> Self:
        """Annotates `completeness`, 0 to 100."""
        total = sum(self._requirements().values(), Value(0))
        return self.annotate(completeness=(total * 100) / Value(REQUIREMENTS))

    def with_requirements(self) -> Self:
        """Annotates one `has_...` for each requirement: 1 where it is met, else 0."""
        return self.annotate(**{f"has_{name}": is_met for name, is_met in self._requirements().items()})

    def _requirements(self) -> dict[str, Case]:
        conditions = dict(REQUIRED_FIELDS)
        for name in REQUIRED_PARTS:
            rows = rows_along(name, self.model, models.QuerySet)
            conditions[name] = Q(Exists(rows.filter(case_study=OuterRef("pk"))))
        return {
            name: Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())
            for name, condition in conditions.items()
        }

    def with_counts(self) -> Self:
        """Annotates `event_count`."""
        return self.annotate(event_count=_count_of(rows_along("events", self.model, models.QuerySet), "case_study"))

    def by_country(self) -> dict[str, int]:
        """Number of case studies by country code, highest number first."""
        rows = self.order_by().values("country").annotate(cases=Count("pk", distinct=True))
        return {row["country"]: row["cases"] for row in rows.order_by("-cases", "country")}

    def by_place(self) -> list[tuple[str, float, float, int]]:
        """Name, longitude, latitude (degrees) and number of case studies of each place, highest number first."""
        rows = (
            self.order_by()
            .filter(place__latitude__isnull=False)
            .values(name=F("place__name"), longitude=F("place__longitude"), latitude=F("place__latitude"))
            .annotate(cases=Count("pk", distinct=True))
            .order_by("-cases", "name")
        )
        return [(row["name"], float(row["longitude"]), float(row["latitude"]), row["cases"]) for row in rows]


class OfCaseQuerySet(models.QuerySet[Row]):
    """Rows of a case study, visible to whoever may see it. `case_study_path` of the model leads to the case study."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        cases = rows_along(self._path, self.model, CaseStudyQuerySet)
        return self.filter(**{f"{self._path}__in": cases.visible_to(user)})

    @property
    def _path(self) -> str:
        return getattr(self.model, "case_study_path", "case_study")


class OfOwnCaseQuerySet(OfCaseQuerySet[Row]):
    """Rows that only the organisation that owns the case study sees: informants and consent."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(**{f"{self._path}__organisation__in": _ids(user, *READS_SENSITIVE)})


class EventQuerySet(OfCaseQuerySet["CoCreationEvent"]):
    """Co-creation events."""

    def with_deliberative(self) -> Self:
        """Annotates `is_deliberative`: a full day together, stratified random recruitment, a public commission.

        The three criteria of a representative deliberative process as defined by the OECD (docs/adr/0052).
        """
        full_day = Q(hours_together__gte=6) | Q(
            hours_together__isnull=True, ends_at__gte=F("starts_at") + timedelta(hours=6)
        )
        criteria = full_day & Q(status="held", selection="stratified-random", commissioned=True)
        return self.annotate(
            is_deliberative=Case(
                When(criteria, then=Value(True)), default=Value(False), output_field=models.BooleanField()
            )
        )

    def with_counts(self) -> Self:
        return self.annotate(
            contribution_count=_count_of(rows_along("contributions", self.model, models.QuerySet), "event")
        )

    def in_week_of(self, day: date) -> Self:
        """Events in the week (Monday to Sunday) of the day."""
        monday = day - timedelta(days=day.weekday())
        after = monday + timedelta(days=7)
        return self.filter(starts_at__date__lt=after).filter(
            Q(ends_at__date__gte=monday) | Q(ends_at__isnull=True, starts_at__date__gte=monday)
        )


class ContributionQuerySet(OfCaseQuerySet["Contribution"]):
    """Contributions."""

    def undecided(self) -> Self:
        return self.filter(decision="")


def _by_sensitivity(user: User, *authors: str, sensitivity: str = "sensitivity", organisation: str) -> Q:
    """Texts by organisation, sensitivity and author. `authors` are paths to people who read what they wrote."""
    within = f"{organisation}__in"
    own = [Q(**{path: user, within: _ids(user)}) for path in authors]
    return reduce(
        or_,
        own,
        Q(**{sensitivity: "normal", within: _ids(user)})
        | Q(**{sensitivity: "sensitive", within: _ids(user, *READS_SENSITIVE)})
        | Q(**{within: _ids(user, *READS_CONFIDENTIAL)}),
    )


def _readable(user: User) -> Q:
    """Notes by organisation, author and sensitivity; deleted ones by role."""
    is_there = Q(deleted_at__isnull=True) | Q(organisation__in=_ids(user, *READS_DELETED))
    return _by_sensitivity(user, "author", organisation="organisation") & is_there


class FieldNoteQuerySet(models.QuerySet["FieldNote"]):
    """Field notes. They are never visible to another organisation, whatever the access level."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Notes of the person's organisations that their sensitivity allows the person to read."""
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        return self.filter(_readable(user))

    def hidden_from(self, user: User) -> Self:
        """Notes that `visible_to` leaves out."""
        return self.filter(~_readable(user)) if user.is_active else self.all()

    def with_visibility(self, user: User) -> Self:
        """Annotates `is_visible`: whether `visible_to` would include the note."""
        if not user.is_active:
            return self.annotate(is_visible=Value(False))
        return self.annotate(is_visible=ExpressionWrapper(_readable(user), output_field=models.BooleanField()))

    def with_conflict_of(self, sent_sha256: str) -> Self:
        """Annotates `same_conflict`: the id of the conflict to which the edit with this digest was stored, or None."""
        conflicts = rows_along("conflicts", self.model, models.QuerySet).filter(note=OuterRef("pk"))
        earlier = Exists(
            rows_along("conflicts__earlier_texts", self.model, models.QuerySet).filter(
                conflict=OuterRef("pk"), sent_sha256=sent_sha256
            )
        )
        same = conflicts.filter(Q(sent_sha256=sent_sha256) | earlier).order_by("pk")
        return self.annotate(same_conflict=Subquery(same.values("pk")[:1]))

    def not_deleted(self) -> Self:
        return self.filter(deleted_at__isnull=True)

    def deleted(self) -> Self:
        return self.filter(deleted_at__isnull=False)

    def with_open_conflicts(self) -> Self:
        """Annotates `open_conflicts`."""
        return self.annotate(
            open_conflicts=Count("conflicts", filter=Q(conflicts__resolved_at__isnull=True), distinct=True)
        )


class OfNoteQuerySet(models.QuerySet[Row]):
    """Versions, conflicts and attachments: visible to whoever may see the note now and might see them at their time.

    Each keeps the sensitivity that it was written with: a note that becomes normal does not publish what was
    confidential (docs/adr/0093).
    """

    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        notes = rows_along("note", self.model, FieldNoteQuerySet).visible_to(user)
        return self.filter(note__in=notes).readable_by(user)

    def readable_by(self, user: User) -> Self:
        """By their own sensitivity alone, for a note that the person is known to see."""
        raise NotImplementedError


class NoteVersionQuerySet(OfNoteQuerySet["FieldNoteVersion"]):
    """Versions."""

    def readable_by(self, user: User) -> Self:
        return self.filter(_by_sensitivity(user, "author", "note__author", organisation="note__organisation"))


class NoteAttachmentQuerySet(OfNoteQuerySet["NoteAttachment"]):
    """Files shown with notes."""

    def readable_by(self, user: User) -> Self:
        return self.filter(_by_sensitivity(user, "added_by", "note__author", organisation="note__organisation"))

    def shown(self) -> Self:
        """Files that were not removed or erased from their note."""
        return self.filter(removed_at__isnull=True, erased_at__isnull=True)


class NoteConflictQuerySet(OfNoteQuerySet["NoteConflict"]):
    """Conflicts. They quote two versions besides the text that was sent: the strictest of the three counts."""

    def readable_by(self, user: User) -> Self:
        versions = rows_along("note__versions", self.model, NoteVersionQuerySet).filter(note=OuterRef("note"))
        quoted = versions.filter(Q(number=OuterRef("base_version")) | Q(number=OuterRef("theirs_version")))
        hidden = quoted.filter(~Q(pk__in=versions.readable_by(user).values("pk")))
        place = "note__organisation"
        mine = _by_sensitivity(user, sensitivity="mine__sensitivity", organisation=place) & ~Q(Exists(hidden))
        own = Q(author=user) | Q(note__author=user)
        return self.filter(mine | own & Q(**{f"{place}__in": _ids(user)}))

    def open(self) -> Self:
        """Conflicts that are not decided yet."""
        return self.filter(resolved_at__isnull=True)

    def with_replaced(self) -> Self:
        """Annotates `replaced`: how many texts of the writer a newer one has replaced."""
        return self.annotate(replaced=Count("earlier_texts"))


class EarlierConflictTextQuerySet(models.QuerySet["EarlierConflictText"]):
    """Earlier texts of a conflict that the person is known to see."""

    def readable_by(self, user: User) -> Self:
        note = "conflict__note"
        return self.filter(
            _by_sensitivity(
                user, "conflict__author", f"{note}__author", sensitivity="mine__sensitivity",
                organisation=f"{note}__organisation",
            )
        )  # fmt: skip


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Attachments."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Files that the person uploaded, or that belong to a note the person may read."""
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        uses = rows_along("uses", self.model, NoteAttachmentQuerySet).visible_to(user).shown()
        own = Q(stored_by=user, organisation__in=_ids(user))
        return self.filter(own | Q(pk__in=uses.values("attachment")), erased_at__isnull=True)
