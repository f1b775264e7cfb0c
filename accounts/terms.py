"""What the fields of people and tokens mean, for the OpenAPI document."""

from django.utils.translation import gettext_lazy as _

TERMS = {
    "Me.authentication": _("Whether you are signed in by a session or a token."),
    "Me.scope": _("What the token allows: `read` or `write`; of a session null."),
    "MembershipShape.organisation": _("Slug of the organisation."),
    "MembershipShape.roles": _("Roles at this organisation."),
    "email": _("Your address for mail."),
    "memberships": _("Organisations that you belong to."),
    "rate": _("Requests that remain."),
    "RateShape.limit": _("Requests that are allowed in a window."),
    "RateShape.remaining": _("Requests that remain in this window."),
    "RateShape.window_seconds": _("Length of a window in seconds."),
    "RateShape.resets_in_seconds": _("Seconds until the next window."),
    "Me.name": _("Your name."),
    "roles": _("Roles at any organisation."),
    "token_expires_at": _("When the token expires; null with a session."),
    "username": _("The name with which the person signs in."),
}
