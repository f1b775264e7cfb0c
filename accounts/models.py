"""Organisations, people, their memberships, their API tokens and the audit trail."""

from datetime import timedelta
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.querysets import (
    AppointmentQuerySet,
    AuditEventQuerySet,
    DeviceQuerySet,
    MembershipQuerySet,
    OrganisationQuerySet,
    UserQuerySet,
)
from accounts.roles import AccessLevel, Role
from rest.prepared import Prepared
from standards.countries import country_choices


class Organisation(models.Model):
    """A tenant of the site, or another body that takes part in a study or is named in one."""

    class Kind(models.TextChoices):
        PARTNER = "partner-university", _("Partner university")
        PUBLIC_BODY = "public-body", _("Public body")
        OMBUDSMAN = "ombudsman", _("Ombudsman")
        AUDIT_OFFICE = "audit-office", _("Audit office")
        REGULATOR = "regulator", _("Regulator")
        CIVIC = "civic-association", _("NGO or civic association")
        COMPANY = "company", _("Company")
        INFORMAL = "informal-group", _("Informal group")

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=250)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    country = models.CharField(_("country"), max_length=2, blank=True, choices=country_choices)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    ror = models.CharField(_("ROR identifier"), max_length=9, blank=True)
    is_fictional = models.BooleanField(_("fictional"), default=False, help_text=_("Part of the demonstration."))

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(name="organisation_is_not_its_own_parent", condition=~Q(parent=models.F("id")))
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation-detail", args=[self.slug])


class PersonManager(UserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Django's manager of users with the methods of `UserQuerySet`."""

    use_in_migrations = False


class User(AbstractUser):
    """A person who signs in. Never deleted: deactivated, so that what they did keeps its author."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("name"), max_length=200, blank=True)
    # A fictional person of the demonstration.
    is_fictional = models.BooleanField(default=False, editable=False)

    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        ordering = ["username"]
        constraints = [
            models.UniqueConstraint(models.functions.Lower("username"), name="username_is_unique_in_any_case"),
            models.UniqueConstraint(
                models.functions.Lower("email"), name="email_is_unique_where_given", condition=~Q(email="")
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def may_sign_in(self) -> bool:
        """Whether the account is active. Fictional people, whose passwords are printed, need debug mode as well."""
        return self.is_active and (settings.DEBUG or not self.is_fictional)

    @cached_property
    def roles_by_organisation(self) -> dict[int, frozenset[str]]:
        """Organisation id to roles there; one query, kept for the life of this object (a request)."""
        if "memberships" in getattr(self, "_prefetched_objects_cache", {}):
            return {m.organisation_id: frozenset(m.roles) for m in self.memberships.all()}
        return {organisation: frozenset(roles) for organisation, roles in _roles(self.pk)}

    @cached_property
    def organisation_ids(self) -> frozenset[int]:
        return frozenset(self.roles_by_organisation)

    @cached_property
    def roles(self) -> frozenset[str]:
        return frozenset[str]().union(*self.roles_by_organisation.values())

    def forget_roles(self) -> None:
        """Clear the cached roles, after the memberships have changed."""
        for name in ("roles_by_organisation", "organisation_ids", "roles"):
            self.__dict__.pop(name, None)

    def sql_shape(self) -> tuple[bool, frozenset[tuple[int, frozenset[str]]]]:
        """What rules of visibility read of a person besides the primary key (rest/prepared.py)."""
        return self.is_active, frozenset(self.roles_by_organisation.items())

    def stand_in(self, key: int) -> "User":
        """A person with the same roles and another key; every other column would be read from the database."""
        person = User.from_db("default", ["id", "is_active"], [key, self.is_active])
        person.__dict__["roles_by_organisation"] = self.roles_by_organisation
        return person

    def organisations_as(self, *roles: str) -> frozenset[int]:
        """Ids of the organisations where this person has at least one of the roles."""
        return frozenset(pk for pk, held in self.roles_by_organisation.items() if held & set(roles))


_roles = Prepared(
    lambda pk: Membership.objects.filter(user=pk).order_by("organisation_id").values_list("organisation_id", "roles")
)


class Membership(models.Model):
    """Ties a person to a partner organisation with one or more roles."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices))

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["user", "organisation"]
        constraints = [
            models.UniqueConstraint(name="membership_is_unique", fields=["user", "organisation"]),
            models.CheckConstraint(
                name="membership_has_known_roles",
                condition=Q(roles__contained_by=Role.values) & Q(roles__len__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(person)s at %(organisation)s: %(roles)s") % {
            "person": self.user,
            "organisation": self.organisation,
            "roles": ", ".join(self.roles),
        }

    @property
    def role_names(self) -> list[str]:
        """Labels of the roles, from reader to administrator."""
        return [str(role.label) for role in Role if role in self.roles]


class Appointment(models.Model):
    """A proposal to make a person administrator of an organisation that has none; another administrator decides."""

    class Outcome(models.TextChoices):
        CONFIRMED = "confirmed", _("Confirmed")
        DECLINED = "declined", _("Declined")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="appointments")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=9, blank=True, choices=Outcome.choices)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="appointment_is_open_once",
                violation_error_message=_("This person is already proposed. Another administrator can confirm it."),
                fields=["organisation", "person"],
                condition=Q(outcome=""),
            ),
            models.CheckConstraint(
                name="appointment_of_oneself_is_not_proposed",
                violation_error_message=_("You cannot propose yourself. Ask another administrator."),
                condition=~Q(proposed_by=models.F("person")),
            ),
            models.CheckConstraint(
                name="appointment_is_decided_by_a_person",
                condition=Q(outcome="", decided_by__isnull=True, decided_at__isnull=True)
                | Q(outcome__in=["confirmed", "declined"], decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="appointment_is_confirmed_by_a_third_person",
                condition=~Q(outcome="confirmed")
                | ~Q(decided_by=models.F("proposed_by")) & ~Q(decided_by=models.F("person")),
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(person)s as administrator of %(organisation)s") % {
            "person": self.person,
            "organisation": self.organisation,
        }


class AccessControlled(models.Model):
    """Something an organisation owns, with an access level: public, consortium or named organisations."""

    access = models.CharField(max_length=12, choices=AccessLevel.choices, default=AccessLevel.CONSORTIUM)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    shared_with = models.ManyToManyField(Organisation, blank=True, related_name="+")

    class Meta:
        abstract = True


class ApiToken(models.Model):
    """A token of the REST API. Only a digest of the secret is stored; the secret is shown once."""

    class Scope(models.TextChoices):
        READ = "read", _("Read")
        WRITE = "write", _("Read and write")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    label = models.CharField(_("label"), max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    scope = models.CharField(_("scope"), max_length=5, choices=Scope.choices, default=Scope.READ)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="token_expires_after_creation", condition=Q(expires_at__gt=models.F("created_at"))
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def has_expired(self) -> bool:
        return self.expires_at <= timezone.now()


class Device(models.Model):
    """A browser in which a person writes, and the key with which it encrypts what waits there.

    The browser makes the UUID. The key is kept here, so that what waits in the browser is readable again after the
    person has signed in again; 32 bytes from the random numbers of the system.
    """

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="devices")
    uuid = models.UUIDField()
    key = models.BinaryField(max_length=32)
    description = models.CharField(_("description"), max_length=100, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    # What the browser last said of itself: texts that wait, since when the oldest, and of the notes written in it those
    # that it knows to be stored, and those of which the server stored something else than was sent.
    waiting = models.PositiveIntegerField(default=0)
    oldest_at = models.DateTimeField(null=True, blank=True)
    notes_written = models.PositiveIntegerField(default=0)
    notes_stored = models.PositiveIntegerField(default=0)
    mismatches = models.PositiveIntegerField(default=0)
    reported_at = models.DateTimeField(null=True, blank=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(name="device_of_person_is_unique", fields=["person", "uuid"]),
            models.CheckConstraint(
                name="device_oldest_iff_waiting",
                condition=Q(waiting=0, oldest_at__isnull=True) | Q(waiting__gt=0, oldest_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.description or str(self.uuid)

    @property
    def urgency(self) -> str:
        """How long the oldest text has waited: "late" from 24 hours on, "overdue" from 72 hours on, or empty."""
        waited = timezone.now() - self.oldest_at if self.oldest_at else timedelta()
        return "overdue" if waited >= timedelta(hours=72) else "late" if waited >= timedelta(hours=24) else ""


class DeviceReceipt(models.Model):
    """A note that this server received from a browser: counted here, whatever the browser says."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="receipts")
    note = models.UUIDField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(name="device_receipt_is_unique", fields=["device", "note"])]

    def __str__(self) -> str:
        return str(self.note)


class AuditEvent(models.Model):
    """Who did what to which target. Written by actions and read by administrators; never changed."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=60, db_index=True)
    target_type = models.CharField(max_length=60, blank=True)
    target_id = models.CharField(max_length=64, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    details = models.JSONField(default=dict)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["target_type", "target_id"], name="audit_by_target")]
        triggers = [
            pgtrigger.Protect(name="audit_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.target_type} {self.target_id}"

    @property
    def action_in_words(self) -> str:
        return self.action.replace(".", " ").replace("-", " ")

    @property
    def target_in_words(self) -> str:
        return f"{self.target_type.rpartition('.')[2]} {self.target_id}".strip()

    @property
    def details_in_words(self) -> list[tuple[str, str]]:
        """(name, value) of each detail; lists are joined by commas, an empty value is "none"."""
        return [(name.replace("_", " "), _in_words(value)) for name, value in self.details.items()]


def _in_words(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or gettext("none")
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return gettext("none") if value in (None, "") else str(value)
