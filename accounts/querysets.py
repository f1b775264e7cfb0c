"""Who may see what, asked in the query layer: every list of controlled things starts at `visible_to(user)`."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from accounts.roles import AccessLevel, Role

if TYPE_CHECKING:
    from accounts.models import AccessControlled, Appointment, AuditEvent, Device, Membership, Organisation, User


Controlled = TypeVar("Controlled", bound="AccessControlled")
Rows = TypeVar("Rows", bound="models.QuerySet[models.Model]")


def rows_along(path: str, model: type[models.Model], kind: type[Rows]) -> Rows:
    """All rows of the model that a path of relations, `version__questionnaire`, leads to, as a queryset of a kind.

    Models import their querysets, so a queryset finds the models beside its own by their relations.
    """
    target: type[models.Model] = model
    for name in path.split("__"):
        related = target._meta.get_field(name).related_model
        if not isinstance(related, type):
            raise TypeError(f"{name} of {target._meta.label} leads to no model.")
        target = related
    return kind(target)


class AccessControlledQuerySet(models.QuerySet[Controlled]):
    """Rows with an access level, an owning organisation and organisations they are shared with."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Rows this person may know of."""
        if isinstance(user, AnonymousUser) or not user.is_active or not user.organisation_ids:
            return self.filter(access=AccessLevel.PUBLIC)
        shared = self.model.shared_with.through._default_manager.filter(organisation_id__in=user.organisation_ids)
        key = self.model.shared_with.field.m2m_field_name()
        return self.filter(
            Q(access__in=[AccessLevel.PUBLIC, AccessLevel.CONSORTIUM])
            | Q(organisation__in=user.organisation_ids)
            | Q(pk__in=shared.values(f"{key}_id"))
        )


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships. One that ended is gone; `active` is the one rule of what a membership still allows."""

    def active(self) -> Self:
        """Memberships of people whose account is active."""
        return self.filter(user__is_active=True)

    def with_role(self, *roles: str) -> Self:
        """Memberships with at least one of the roles."""
        return self.filter(roles__overlap=list(roles))


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Organisations."""

    def without_administrator(self) -> Self:
        """Organisations where nobody with an active account is an administrator."""
        administered = rows_along("memberships", self.model, MembershipQuerySet).active().with_role(Role.ADMIN)
        return self.exclude(pk__in=administered.values("organisation"))


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Proposals to make a person administrator of an organisation that has none."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """All, for every administrator: any of them can be the second."""
        return self.none() if isinstance(user, AnonymousUser) or Role.ADMIN not in user.roles else self.all()

    def open(self) -> Self:
        """Not decided, for organisations that still have no active administrator."""
        organisations = rows_along("organisation", self.model, OrganisationQuerySet).without_administrator()
        return self.filter(outcome="", organisation__in=organisations.values("pk"))


class UserQuerySet(models.QuerySet["User"]):
    """People."""

    def administered_by(self, user: "User | AnonymousUser") -> Self:
        """People of the organisations this administrator administers, and people who belong to none yet."""
        if isinstance(user, AnonymousUser) or Role.ADMIN not in user.roles:
            return self.none()
        mine = self.model.objects.filter(memberships__organisation__in=user.organisations_as(Role.ADMIN))
        unattached = self.model.objects.filter(memberships__isnull=True)
        return self.filter(Q(pk__in=mine.values("pk")) | Q(pk__in=unattached.values("pk")))


class DeviceQuerySet(models.QuerySet["Device"]):
    """Browsers in which people write."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """One's own, and for an administrator those of the people of their organisations."""
        if isinstance(user, AnonymousUser):
            return self.none()
        people = user.__class__.objects.administered_by(user)
        return self.filter(Q(person=user) | Q(person__in=people.values("pk")))

    def with_received(self) -> Self:
        """`received`: how many notes this server received from the browser."""
        return self.annotate(received=models.Count("receipts"))


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    """What was done."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """What this administrator's people did, what was done to them, and what the system did to things."""
        if isinstance(user, AnonymousUser) or Role.ADMIN not in user.roles:
            return self.none()
        people = list(user.__class__.objects.administered_by(user).values_list("pk", flat=True))
        to_them = Q(target_type="accounts.user", target_id__in=[str(pk) for pk in people])
        by_system = Q(actor__isnull=True) & ~Q(target_type="accounts.user")
        return self.filter(Q(actor__in=people) | to_them | by_system)
