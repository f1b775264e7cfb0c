"""The query strings of the lists of organisations and people and of the audit trail."""

from collections.abc import Callable
from functools import cache

import django_filters
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.models import AccessControlled, AuditEvent, Device, Organisation, User
from accounts.policies import administered_organisations
from accounts.querysets import AccessControlledQuerySet
from accounts.roles import Role
from rest.counted import Field
from rest.filters import DayFilter, HoldsFilter, SlugChoiceFilter, StrictFilterSet, TruthFilter


def _administered(request: HttpRequest | None) -> QuerySet[Organisation]:
    """Organisations whose people the caller may edit."""
    user = request.user if request else AnonymousUser()
    return Organisation.objects.filter(pk__in=administered_organisations(user)).order_by("name")


def owners_of(model: type[AccessControlled]) -> Callable[[HttpRequest | None], QuerySet[Organisation]]:
    """For a SlugChoiceFilter: the organisations that own a row of the model that the caller may see."""

    def owners(request: HttpRequest | None) -> QuerySet[Organisation]:
        if request is None:
            return Organisation.objects.none()
        visible: QuerySet[AccessControlled] = AccessControlledQuerySet(model).visible_to(request.user)
        return Organisation.objects.filter(pk__in=visible.values("organisation"))

    return owners


def organisation_field(path: str = "") -> Field:
    """For counts: the organisation that owns a row; `path` leads to what it owns."""
    names = cache(lambda: dict(Organisation.objects.values_list("slug", "name")))
    return Field(_("Organisation"), f"{path}organisation__slug", lambda slug: names().get(slug, slug))


class OrganisationFilter(StrictFilterSet):
    counted = ngettext_lazy("%(count)s organisation", "%(count)s organisations", "number")
    page_fields = ("search", "kind", "country")
    aliases = {"parent__slug": "parent"}
    search_fields = ("name", "slug")
    ordering_fields = {"name": "name", "kind": "kind", "country": "country", "id": "id"}
    default_ordering = "name"

    class Meta:
        model = Organisation
        fields = {
            "slug": ["exact", "in"],
            "kind": ["exact", "in", "not"],
            "country": ["exact", "in", "not"],
            "parent__slug": ["exact", "in"],
            "is_fictional": ["exact"],
        }


class PersonFilter(StrictFilterSet):
    counted = ngettext_lazy("%(count)s person", "%(count)s people", "number")
    search_fields = ("username", "name", "email")
    ordering_fields = {"username": "username", "name": "name", "last_login": "last_login", "id": "id"}
    default_ordering = "username"

    page_fields = ("search", "role", "organisation", "is_active")

    organisation = SlugChoiceFilter(
        field_name="memberships__organisation__slug", queryset=_administered, label=_("Organisation")
    )
    is_active = TruthFilter(label=_("Active account"))
    role = HoldsFilter(field_name="memberships__roles", choices=Role.choices, label=_("Role"), distinct=True)

    class Meta:
        model = User
        fields: dict[str, list[str]] = {}


class AuditFilter(StrictFilterSet):
    counted = ngettext_lazy("%(count)s event", "%(count)s events", "number")
    ordering_fields = {"at": "id"}
    default_ordering = "-at"
    page_fields = ("person", "action", "since", "until")

    person = django_filters.CharFilter(field_name="actor__username", lookup_expr="iexact", label=_("Username"))
    action = django_filters.CharFilter(lookup_expr="istartswith", label=_("Action"))
    since = DayFilter(field_name="at", lookup_expr="date__gte", label=_("From"))
    until = DayFilter(field_name="at", lookup_expr="date__lte", label=_("To"))
    target_type = django_filters.CharFilter(label=_("Type of target"))
    target_id = django_filters.CharFilter(label=_("Key of the target"))

    class Meta:
        model = AuditEvent
        fields: dict[str, list[str]] = {}


class DeviceFilter(StrictFilterSet):
    counted = ngettext_lazy("%(count)s device", "%(count)s devices", "number")
    ordering_fields = {"oldest_at": "oldest_at", "id": "id"}
    default_ordering = "-id"
    page_fields = ("person", "has_waiting")

    person = django_filters.CharFilter(field_name="person__username", lookup_expr="iexact", label=_("Username"))
    has_waiting = TruthFilter(
        field_name="oldest_at", lookup_expr="isnull", exclude=True, label=_("Has texts that the server does not have")
    )

    class Meta:
        model = Device
        fields: dict[str, list[str]] = {}
