"""The policies that every room's policies use. `can_x` answers, `check_can_x` raises PermissionDenied."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import AccessControlled, ApiToken, Appointment, Organisation, User
from accounts.roles import Role


def has_role(user: User | AnonymousUser, *roles: str) -> bool:
    """Whether the person holds one of the roles in any organisation."""
    return isinstance(user, User) and user.is_active and bool(user.roles & set(roles))


def has_role_in(user: User | AnonymousUser, organisation_id: int, *roles: str) -> bool:
    """Whether the person holds one of the roles in this organisation."""
    return isinstance(user, User) and user.is_active and organisation_id in user.organisations_as(*roles)


def owns_as(user: User | AnonymousUser, thing: AccessControlled, *roles: str) -> bool:
    """Whether the person holds one of the roles in the organisation that owns the thing."""
    return has_role_in(user, thing.organisation_id, *roles)


def check_role(user: User | AnonymousUser, *roles: str) -> None:
    """Raise PermissionDenied, in a sentence that names the roles, unless the person holds one of them."""
    if not has_role(user, *roles):
        names = _(" or ").join(str(Role(role).label).lower() for role in roles)
        raise PermissionDenied(_("You need the role %(roles)s to do this.") % {"roles": names})


def can_administer(user: User | AnonymousUser) -> bool:
    """People, settings and the audit trail."""
    return has_role(user, Role.ADMIN)


def check_can_administer(user: User | AnonymousUser) -> None:
    check_role(user, Role.ADMIN)


def can_administer_organisation(user: User | AnonymousUser, organisation: Organisation) -> bool:
    """Its own administrators. One that has none gets one from the operator or from two others (docs/adr/0092)."""
    return has_role_in(user, organisation.pk, Role.ADMIN)


def check_can_administer_organisation(user: User | AnonymousUser, organisation: Organisation) -> None:
    if not can_administer_organisation(user, organisation):
        message = _("Only administrators of %(organisation)s can change who works there.")
        raise PermissionDenied(message % {"organisation": organisation})


def can_confirm_appointment(user: User | AnonymousUser, appointment: Appointment) -> bool:
    """An administrator of an organisation that the proposer does not administer, and not the person proposed."""
    if not isinstance(user, User) or not can_administer(user):
        return False
    others = user.organisations_as(Role.ADMIN) - appointment.proposed_by.organisations_as(Role.ADMIN)
    return bool(others) and user.pk not in (appointment.person_id, appointment.proposed_by_id)


def check_can_confirm_appointment(user: User | AnonymousUser, appointment: Appointment) -> None:
    if not can_confirm_appointment(user, appointment):
        message = _("Only an administrator of another organisation than the proposer's can confirm this.")
        raise PermissionDenied(message)


def can_edit_person(user: User | AnonymousUser, person: User) -> bool:
    """Administrators of every organisation the person belongs to: no partner can lock out people of another."""
    if not isinstance(user, User) or not can_administer(user):
        return False
    return person.organisation_ids <= user.organisations_as(Role.ADMIN)


def check_can_edit_person(user: User | AnonymousUser, person: User) -> None:
    if not can_edit_person(user, person):
        raise PermissionDenied(_("Only administrators of all organisations of this person can do this."))


def check_is_self(user: User | AnonymousUser, person: User) -> None:
    if user.pk != person.pk or not person.is_active:
        raise PermissionDenied(_("You can do this only for your own account."))


def can_use_tokens(person: User) -> bool:
    """Members of an organisation only; whose membership ended keeps an account, but none of its keys."""
    return bool(person.organisation_ids)


def check_can_use_tokens(person: User) -> None:
    if not can_use_tokens(person):
        raise PermissionDenied(_("Only members of an organisation can have API tokens."))


def can_revoke_token(user: User | AnonymousUser, token: ApiToken) -> bool:
    return user.pk == token.user_id or can_edit_person(user, token.user)


def check_can_revoke_token(user: User | AnonymousUser, token: ApiToken) -> None:
    if not can_revoke_token(user, token):
        raise PermissionDenied(_("Only its owner or an administrator can revoke a token."))


def administered_organisations(user: User | AnonymousUser) -> set[int]:
    """Ids of the organisations whose people this person may change: `can_administer_organisation`, for lists."""
    if not isinstance(user, User) or not can_administer(user):
        return set()
    return set(user.organisations_as(Role.ADMIN))
