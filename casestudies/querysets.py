"""Questions about many cases, events, contributions and notes, each starting at who asks."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Case, Count, Exists, ExpressionWrapper, F, IntegerField, OuterRef, Q, Subquery, Value, When

from accounts.models import User
from accounts.querysets import AccessControlledQuerySet, rows_along
from accounts.roles import Role

if TYPE_CHECKING:
    from casestudies.models import CaseStudy

PUBLISHED = ["approved", "verified"]
# Who in the owning organisation reads a sensitive and a confidential note, besides its author.
READS_SENSITIVE = (Role.FIELDWORKER, Role.CODER, Role.LEAD_CODER, Role.DATA_MANAGER, Role.ADMIN)
READS_CONFIDENTIAL = (Role.LEAD_CODER, Role.ADMIN)

# What a complete case tells: name of the piece -> when it is there. The one source of completeness.
COLUMNS: dict[str, Q] = {
    "abstract": ~Q(abstract=""),
    "strands": Q(strands__len__gt=0),
    "sector": Q(sector__isnull=False),
    "level of government": ~Q(level=""),
    "public body": Q(public_body__isnull=False) | ~Q(public_body_name=""),
    "initiator": ~Q(initiator=""),
    "attitude": ~Q(attitude=""),
    "innovation type": ~Q(innovation_type=""),
    "start": Q(started_on__isnull=False),
    "methods": ~Q(methods="") | Q(documents__gt=0) | Q(interviews__gt=0) | Q(observations__gt=0),
}
# Relations of which a complete case has at least one row.
ROWS = ("roles", "factors", "objectives", "outcomes", "actors")
PIECES = len(COLUMNS) + len(ROWS)


def _ids(user: User | AnonymousUser, *roles: str) -> frozenset[int]:
    """Organisations where the person is a member, or holds one of the roles."""
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    return user.organisations_as(*roles) if roles else user.organisation_ids


class CaseStudyQuerySet(AccessControlledQuerySet):
    """Cases."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Cases this person may know of: published to them, or of an organisation of theirs in any state."""
        return super().visible_to(user).filter(Q(review_state__in=PUBLISHED) | Q(organisation__in=_ids(user)))

    def of_organisations_of(self, user: User | AnonymousUser) -> Self:
        return self.filter(organisation__in=_ids(user))

    def drafts(self) -> Self:
        return self.filter(review_state__in=["draft", "submitted"])

    def with_completeness(self) -> Self:
        """Annotates `completeness` (0 to 100) and one `has_...` a piece, in the same statement."""
        pieces = {f"has_{name.replace(' ', '_')}": condition for name, condition in COLUMNS.items()}
        for name in ROWS:
            rows = rows_along(name, self.model, models.QuerySet)
            pieces[f"has_{name}"] = Q(Exists(rows.filter(case_study=OuterRef("pk"))))
        annotated = self.annotate(
            **{
                name: Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())
                for name, condition in pieces.items()
            }
        )
        total = sum((F(name) for name in pieces), Value(0))
        return annotated.annotate(completeness=(total * 100) / Value(PIECES))

    def with_counts(self) -> Self:
        """Annotates `event_count` and `contribution_count`."""
        return self.annotate(
            event_count=Count("events", distinct=True), contribution_count=Count("contributions", distinct=True)
        )

    def by_country(self) -> "models.QuerySet[CaseStudy, dict[str, Any]]":
        """Country code and number of cases, the most first."""
        return (
            self.order_by().values("country").annotate(cases=Count("pk", distinct=True)).order_by("-cases", "country")
        )

    def by_place(self) -> list[tuple[str, float, float, int]]:
        """Name, longitude, latitude and number of cases of each place with coordinates, the most first."""
        rows = (
            self.order_by()
            .filter(place__latitude__isnull=False)
            .values(name=F("place__name"), longitude=F("place__longitude"), latitude=F("place__latitude"))
            .annotate(cases=Count("pk", distinct=True))
            .order_by("-cases", "name")
        )
        return [(row["name"], float(row["longitude"]), float(row["latitude"]), row["cases"]) for row in rows]


class OfCaseQuerySet(models.QuerySet[Any]):
    """Rows that belong to a case and are seen by whoever sees the case. `case_study_path` of the model leads to it."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        cases = rows_along(self._path, self.model, CaseStudyQuerySet)
        return self.filter(**{f"{self._path}__in": cases.visible_to(user)})

    @property
    def _path(self) -> str:
        return getattr(self.model, "case_study_path", "case_study")


class OfOwnCaseQuerySet(OfCaseQuerySet):
    """Rows that only the organisation that owns the case ever sees: informants and consent."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(**{f"{self._path}__organisation__in": _ids(user, *READS_SENSITIVE)})


class EventQuerySet(OfCaseQuerySet):
    """Co-creation events."""

    def with_deliberative(self) -> Self:
        """Annotates `is_deliberative`: a full day together, stratified random recruitment, a public commission.

        The three marks of a representative deliberative process in the sense of the OECD (docs/adr/0052).
        """
        full_day = Q(hours_together__gte=6) | Q(
            hours_together__isnull=True, ends_at__gte=F("starts_at") + timedelta(hours=6)
        )
        marks = full_day & Q(status="held", selection="stratified-random", commissioned=True)
        return self.annotate(
            is_deliberative=Case(
                When(marks, then=Value(True)), default=Value(False), output_field=models.BooleanField()
            )
        )

    def with_counts(self) -> Self:
        return self.annotate(contribution_count=Count("contributions", distinct=True))

    def in_week_of(self, day: date) -> Self:
        """Events that touch the week, Monday to Sunday, the day lies in."""
        monday = day - timedelta(days=day.weekday())
        after = monday + timedelta(days=7)
        return self.filter(starts_at__date__lt=after).filter(
            Q(ends_at__date__gte=monday) | Q(ends_at__isnull=True, starts_at__date__gte=monday)
        )


class ContributionQuerySet(OfCaseQuerySet):
    """Contributions."""

    def undecided(self) -> Self:
        return self.filter(decision="")


def _readable(user: User) -> Q:
    """Notes by organisation, author and sensitivity."""
    return (
        Q(author=user, organisation__in=_ids(user))
        | Q(sensitivity="normal", organisation__in=_ids(user))
        | Q(sensitivity="sensitive", organisation__in=_ids(user, *READS_SENSITIVE))
        | Q(organisation__in=_ids(user, *READS_CONFIDENTIAL))
    )


class FieldNoteQuerySet(models.QuerySet[Any]):
    """Field notes. No access level opens a note to another organisation."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Notes of the person's organisations, as far as their sensitivity lets the person read them."""
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        return self.filter(_readable(user))

    def hidden_from(self, user: User) -> Self:
        """Notes that `visible_to` leaves out."""
        return self.filter(~_readable(user)) if user.is_active else self.all()

    def with_visibility(self, user: User) -> Self:
        """Annotates `is_visible`: whether `visible_to` would leave the note in; for whoever needs both answers."""
        if not user.is_active:
            return self.annotate(is_visible=Value(False))
        return self.annotate(is_visible=ExpressionWrapper(_readable(user), output_field=models.BooleanField()))

    def with_conflict_of(self, sent_sha256: str) -> Self:
        """Annotates `same_conflict`: the id of the conflict that the edit with this digest made, or None."""
        conflicts = self.model.conflicts.rel.related_model.objects.filter(note=OuterRef("pk"), sent_sha256=sent_sha256)
        return self.annotate(same_conflict=Subquery(conflicts.order_by().values("pk")))

    def kept(self) -> Self:
        return self.filter(deleted_at__isnull=True)

    def deleted(self) -> Self:
        return self.filter(deleted_at__isnull=False)

    def with_open_conflicts(self) -> Self:
        """Annotates `open_conflicts`."""
        return self.annotate(
            open_conflicts=Count("conflicts", filter=Q(conflicts__resolved_at__isnull=True), distinct=True)
        )


class OfNoteQuerySet(models.QuerySet[Any]):
    """Versions, conflicts and attachments, seen by whoever sees the note now."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        notes = rows_along("note", self.model, FieldNoteQuerySet).visible_to(user)
        return self.filter(note__in=notes)

    def open(self) -> Self:
        """Conflicts nobody has decided."""
        return self.filter(resolved_at__isnull=True)


class AttachmentQuerySet(models.QuerySet[Any]):
    """Attachments."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Files the person brought in, or that stand with a note the person reads."""
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        uses = rows_along("uses", self.model, OfNoteQuerySet).visible_to(user).filter(removed_at__isnull=True)
        return self.filter(Q(stored_by=user, organisation__in=_ids(user)) | Q(pk__in=uses.values("attachment")))
