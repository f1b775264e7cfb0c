"""Actions on organisations, people, roles, tokens and sessions. Each records an event in the audit trail.

`by=None` is the system itself: a management command.
"""

import secrets
import uuid as uuids
from collections.abc import Iterable
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, journal, policies
from accounts.models import ApiToken, Appointment, Device, Membership, Organisation, User
from accounts.roles import Role
from accounts.tokens import digest_of, new_secret

LONGEST_TOKEN_LIFE_DAYS = 730
_DEVICE_KEY_BYTES = 32


@transaction.atomic
def create_organisation(
    *, slug: str, by: User | None, name: str = "", kind: str = Organisation.Kind.PARTNER, country: str = ""
) -> Organisation:
    """Add an organisation. Without a name it is named after its slug."""
    if by is not None:
        policies.check_can_administer(by)
    organisation = Organisation(slug=slug, name=name or slug.replace("-", " ").title(), kind=kind, country=country)
    organisation.full_clean()
    organisation.save()
    audit.record("organisation.created", by=by, target=organisation, slug=slug, kind=kind)
    return organisation


@transaction.atomic
def create_person(*, username: str, email: str, by: User | None, name: str = "", password: str | None = None) -> User:
    """Create a person who can sign in; without a password they choose one by password reset."""
    if by is not None:
        policies.check_can_administer(by)
    person = User(username=username, email=email, name=name)
    _set_password(person, password)
    person.full_clean()
    person.save()
    _save_address(person)
    audit.record("person.created", by=by, target=person)
    return person


@transaction.atomic
def invite_person(
    *, username: str, name: str, email: str, organisation: Organisation | None, roles: Iterable[str], by: User
) -> User:
    """Create a person who then chooses a password, with roles at an organisation or a member of none yet."""
    person = create_person(username=username, name=name, email=email, by=by)
    if organisation is not None:
        set_roles(person=person, organisation=organisation, roles=roles, by=by)
    return person


@transaction.atomic
def update_person(
    *, person: User, by: User | None, email: str | None = None, name: str | None = None, password: str | None = None
) -> User:
    """Change the fields that are not None. A new password ends the person's sessions."""
    if by is not None:
        policies.check_can_edit_person(by, person)
    person = User.objects.select_for_update().get(pk=person.pk)
    values = {"email": email, "name": name}
    changed = [field for field, value in values.items() if value is not None and value != getattr(person, field)]
    for field in changed:
        setattr(person, field, values[field])
    if password is not None:
        _set_password(person, password)
        _end_sessions(UserSession.objects.filter(user=person))
        changed.append("password")
    person.full_clean()
    person.save()
    _save_address(person)
    audit.record("person.updated", by=by, target=person, fields=changed)
    return person


def _save_address(person: User) -> None:
    """Sign-in accepts only the address that an administrator entered."""
    EmailAddress.objects.filter(user=person).exclude(email=person.email).delete()
    if person.email:
        EmailAddress.objects.update_or_create(
            user=person, email=person.email, defaults={"verified": True, "primary": True}
        )


def _set_password(person: User, password: str | None) -> None:
    if password is None:
        person.set_unusable_password()
        return
    validate_password(password, person)
    person.set_password(password)


@transaction.atomic
def set_roles(*, person: User, organisation: Organisation, roles: Iterable[str], by: User | None) -> Membership | None:
    """Set exactly these roles at this organisation. Without roles the membership ends.

    Who is a member nowhere any more has no API tokens either: they are revoked.
    """
    if by is not None:
        policies.check_can_administer_organisation(by, organisation)
    return _write_roles(person, organisation, roles, by)


def _write_roles(person: User, organisation: Organisation, roles: Iterable[str], by: User | None) -> Membership | None:
    wanted = sorted(set(roles), key=Role.values.index) if set(roles) <= set(Role.values) else None
    if wanted is None:
        message = _("Choose roles from: %(roles)s.") % {"roles": ", ".join(Role.values)}
        raise ValidationError(message, code="unknown_role")
    User.objects.select_for_update().get(pk=person.pk)
    before = list(person.memberships.filter(organisation=organisation).values_list("roles", flat=True))
    membership = None
    if wanted:
        membership, _created = Membership.objects.update_or_create(
            user=person, organisation=organisation, defaults={"roles": wanted}
        )
    else:
        person.memberships.filter(organisation=organisation).delete()
    person.forget_roles()
    if not person.organisation_ids:
        _revoke_tokens(person)
    audit.record(
        "roles.set",
        by=by,
        target=person,
        organisation=organisation.slug,
        before=before[0] if before else [],
        after=wanted,
    )
    return membership


@transaction.atomic
def propose_administrator(*, organisation: Organisation, person: User, by: User) -> Appointment:
    """Propose an administrator for an organisation that has none. It counts once another administrator confirms it."""
    policies.check_can_administer(by)
    _check_has_no_administrator(organisation)
    if not person.is_active:
        raise ValidationError({"person": ValidationError(_("This account is deactivated."), code="inactive")})
    proposed = Appointment(organisation=organisation, person=person, proposed_by=by)
    proposed.full_clean()
    proposed.save()
    audit.record("administrator.proposed", by=by, target=person, organisation=organisation.slug)
    return proposed


@transaction.atomic
def confirm_administrator(*, appointment: Appointment, by: User) -> Appointment:
    """Make the proposed person administrator, who keeps other roles there. `by` is not the one who proposed it."""
    appointment = _open_appointment(appointment)
    organisation, person = appointment.organisation, appointment.person
    policies.check_can_confirm_appointment(by, appointment)
    _check_has_no_administrator(organisation)
    if not policies.can_administer(appointment.proposed_by):
        raise ValidationError(_("The person who proposed this is no longer an administrator."), code="proposer_left")
    if not person.is_active:
        raise ValidationError(_("This account is deactivated."), code="inactive")
    held = person.roles_by_organisation.get(organisation.pk, frozenset())
    _write_roles(person, organisation, held | {Role.ADMIN}, by)
    return _decide(appointment, Appointment.Outcome.CONFIRMED, by)


@transaction.atomic
def decline_administrator(*, appointment: Appointment, by: User) -> Appointment:
    """Any administrator declines a proposal; the one who made it withdraws it so."""
    policies.check_can_administer(by)
    return _decide(_open_appointment(appointment), Appointment.Outcome.DECLINED, by)


def _check_has_no_administrator(organisation: Organisation) -> None:
    """The lock makes two confirmations for one organisation wait for each other."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    if not Organisation.objects.without_administrator().filter(pk=organisation.pk).exists():
        message = _("%(organisation)s has an active administrator, who gives roles there.")
        raise ValidationError(message % {"organisation": organisation}, code="has_administrator")


def _open_appointment(appointment: Appointment) -> Appointment:
    rows = Appointment.objects.select_for_update(of=("self",)).select_related("organisation", "person", "proposed_by")
    locked: Appointment = rows.get(pk=appointment.pk)
    if locked.outcome:
        raise ValidationError(_("This proposal is already decided."), code="decided")
    return locked


def _decide(appointment: Appointment, outcome: Appointment.Outcome, by: User) -> Appointment:
    appointment.outcome, appointment.decided_by, appointment.decided_at = outcome, by, timezone.now()
    appointment.save()
    organisation = appointment.organisation.slug
    audit.record(f"administrator.{outcome.value}", by=by, target=appointment.person, organisation=organisation)
    return appointment


@transaction.atomic
def deactivate_person(*, person: User, by: User | None) -> User:
    """Deactivate an account: sessions end and tokens are revoked; what the person did keeps its author."""
    if by is not None:
        policies.check_can_edit_person(by, person)
        if by.pk == person.pk:
            message = _("You cannot deactivate your own account. Ask another administrator.")
            raise ValidationError(message, code="yourself")
    person = User.objects.select_for_update().get(pk=person.pk)
    person.is_active = False
    person.save(update_fields=["is_active"])
    _end_sessions(UserSession.objects.filter(user=person))
    audit.record("person.deactivated", by=by, target=person, tokens_revoked=_revoke_tokens(person))
    journal.append(journal.CLOSED, journal.key_of(person))
    return person


@transaction.atomic
def reactivate_person(*, person: User, by: User | None) -> User:
    """Allow a deactivated person to sign in again. Tokens stay revoked."""
    if by is not None:
        policies.check_can_edit_person(by, person)
    person = User.objects.select_for_update().get(pk=person.pk)
    person.is_active = True
    person.save(update_fields=["is_active"])
    audit.record("person.reactivated", by=by, target=person)
    journal.append(journal.REOPENED, journal.key_of(person))
    return person


@transaction.atomic
def create_token(
    *, person: User, label: str, by: User | None, scope: str = ApiToken.Scope.READ, days: int = 90
) -> tuple[ApiToken, str]:
    """Create an API token for the person. Returns it with its secret, which is not stored and cannot be shown again."""
    if by is not None:
        policies.check_is_self(by, person)
    policies.check_can_use_tokens(person)
    if not 1 <= days <= LONGEST_TOKEN_LIFE_DAYS:
        message = _("Enter a number of days from 1 to %(most)d.") % {"most": LONGEST_TOKEN_LIFE_DAYS}
        raise ValidationError({"days": ValidationError(message, code="days")})
    secret = new_secret()
    now = timezone.now()
    token = ApiToken(
        user=person,
        label=label.strip(),
        scope=scope,
        digest=digest_of(secret),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    token.full_clean()
    token.save()
    audit.record("token.created", by=by, target=token, scope=scope, days=days)
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User | None) -> ApiToken:
    """End a token now. Revoking twice changes nothing."""
    if by is not None:
        policies.check_can_revoke_token(by, token)
    token = ApiToken.objects.select_for_update().get(pk=token.pk)
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        audit.record("token.revoked", by=by, target=token)
        journal.append(journal.TOKEN_REVOKED, token.digest)
    return token


@transaction.atomic
def end_other_sessions(*, person: User, by: User, keep: str | None) -> int:
    """Sign the person out of all sessions but `keep`. Returns how many ended."""
    policies.check_is_self(by, person)
    ended = _end_sessions(UserSession.objects.filter(user=person).exclude(session_key=keep or ""))
    audit.record("sessions.ended", by=by, target=person, ended=ended)
    return ended


@transaction.atomic
def end_session(*, session: UserSession, by: User) -> None:
    """Sign one browser of the person out."""
    policies.check_is_self(by, session.user)
    _end_sessions(UserSession.objects.filter(pk=session.pk))
    audit.record("session.ended", by=by, target=session.user, since=session.created_at.isoformat(timespec="seconds"))


def _revoke_tokens(person: User) -> int:
    tokens = person.api_tokens.filter(revoked_at__isnull=True).select_for_update()
    digests = list(tokens.values_list("digest", flat=True))
    person.api_tokens.filter(digest__in=digests).update(revoked_at=timezone.now())
    journal.append(journal.TOKEN_REVOKED, *digests)
    return len(digests)


def _end_sessions(sessions: QuerySet[UserSession]) -> int:
    keys = list(sessions.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    sessions.delete()
    return len(keys)


@transaction.atomic
def device_of(*, uuid: uuids.UUID, description: str, by: User) -> Device:
    """The browser that names itself so, with the key of this person for it; made where it is new."""
    device, is_new = Device.objects.get_or_create(
        person=by, uuid=uuid, defaults={"key": secrets.token_bytes(_DEVICE_KEY_BYTES), "description": description}
    )
    if is_new:
        audit.record("device.added", by=by, target=by, device=str(uuid))
    return device


def report_device(
    *,
    uuid: uuids.UUID,
    waiting: int,
    oldest_seconds: int,
    notes_written: int,
    notes_stored: int,
    mismatches: int,
    by: User,
) -> bool:
    """What a browser says of what is kept in it; whether it is known. An age is sent and not a time: clocks of devices
    are not trusted. Reports are not in the audit trail: they come from every page and name no text."""
    now = timezone.now()
    reported = {
        "waiting": waiting,
        "oldest_at": now - timedelta(seconds=oldest_seconds) if waiting else None,
        "notes_written": notes_written,
        "notes_stored": notes_stored,
        "mismatches": mismatches,
        "reported_at": now,
    }
    return bool(Device.objects.filter(person=by, uuid=uuid).update(**reported))


def note_received(*, device: uuids.UUID | None, note: uuids.UUID, by: User) -> None:
    """Count a note as received from the browser that sent it, once; nothing where the browser is not known."""
    if device is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_devicereceipt (device_id, note)"
            " SELECT id, %s FROM accounts_device WHERE person_id = %s AND uuid = %s ON CONFLICT DO NOTHING",
            [note, by.pk, device],
        )
