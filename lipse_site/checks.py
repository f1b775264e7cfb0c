"""Checks of this installation that `manage.py check` runs in addition to Django's."""

from collections.abc import Sequence

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections
from django.utils.translation import gettext as _

from exports.pdf import missing_fonts
from lipse_site.backups.database import State, interrupted
from rest import replica

SECRET_LENGTH = 50
# RETURNING old and parallel GIN builds, which imports use, came with version 18.
OLDEST_POSTGRES = 18


@register("lipse_site")
def embedded_services_are_for_trials(**options: object) -> list[CheckMessage]:
    """Without debug mode the embedded services are allowed only when LIPSE_ALLOW_EMBEDDED is set."""
    if settings.DEBUG or settings.ALLOW_EMBEDDED:
        return []
    missing = [name for name in ("DATABASE_URL", "REDIS_URL") if not getattr(settings, name)]
    if not missing:
        return []
    return [
        Error(
            _("LIPSE_DEBUG=0 and no value for %(settings)s: the site would use its embedded services.")
            % {"settings": ", ".join(missing)},
            hint=_("Use maintained servers, or set LIPSE_ALLOW_EMBEDDED=1 and make backups yourself."),
            id="lipse_site.E001",
        )
    ]


@register("lipse_site")
def demo_is_not_for_real_sites(**options: object) -> list[CheckMessage]:
    if settings.DEBUG or not settings.DEMO:
        return []
    text = _("LIPSE_DEMO=1 with LIPSE_DEBUG=0: the demo sign-ins must not exist on a real site.")
    return [Error(text, id="lipse_site.E002")]


@register("lipse_site")
def fonts_of_pdf_are_there(**options: object) -> list[CheckMessage]:
    """Without them no report could be made as PDF."""
    missing = missing_fonts()
    if not missing:
        return []
    return [
        Error(
            _("Fonts of PDF files are missing: %(files)s.") % {"files": ", ".join(missing)},
            hint=_("Run npm ci."),
            id="lipse_site.E005",
        )
    ]


@register(deploy=True)
def secret_is_long(**options: object) -> list[CheckMessage]:
    if len(settings.SECRET_KEY) >= SECRET_LENGTH:
        return []
    text = _("LIPSE_SECRET_KEY has fewer than %(count)s characters.") % {"count": SECRET_LENGTH}
    return [Error(text, id="lipse_site.E003")]


@register("lipse_site")
def proxy_before_the_site_is_trusted(**options: object) -> list[CheckMessage]:
    """TLS means a proxy; where it is not counted, every limit counts all people together."""
    if settings.DEBUG or not settings.TLS or settings.TRUSTED_PROXIES:
        return []
    return [
        Warning(
            _(
                "LIPSE_TRUSTED_PROXIES is 0 and LIPSE_TLS is on: all people have the address of the proxy, and the "
                "limits of sign-in, API and surveys count them as one."
            ),
            hint=_(
                "Set it to the number of proxies in front of the site, usually 1. Each must append to X-Forwarded-For."
            ),
            id="lipse_site.W001",
        )
    ]


@register(Tags.database)
def server_is_new_enough(*, databases: Sequence[str] | None = None, **_options: object) -> list[CheckMessage]:
    versions = [getattr(connections[alias], "pg_version", 0) for alias in databases or ()]
    return [error for version in versions for error in too_old(version)]


@register(Tags.database)
def restore_was_not_interrupted(*, databases: Sequence[str] | None = None, **_options: object) -> list[CheckMessage]:
    """A restore that was killed, or one that is running."""
    state = interrupted() if databases else State.NONE
    if state is State.NONE:
        return []
    return [
        Warning(
            _("A restore was interrupted, or is running: this is the old site, complete.")
            if state is State.OLD
            else _("A restore was interrupted, or is running: this is the new site, complete."),
            hint=_("If none is running, `manage.py restore --interrupted` removes what it left."),
            id="lipse_site.W002",
        )
    ]


@register(Tags.database)
def replica_is_used(*, databases: Sequence[str] | None = None, **_options: object) -> list[CheckMessage]:
    """Why nothing is read from the replica now. Asked for with `--database default --database replica`."""
    if replica.ALIAS not in (databases or ()) or not replica.is_configured():
        return []
    state, behind = replica.state()
    reasons = {
        replica.State.BEHIND: _("it is %(bytes)s bytes behind the primary."),
        replica.State.GONE: _("it does not answer."),
        replica.State.PROMOTED: _("it is no replica, or was promoted."),
        replica.State.OF_ANOTHER: _("it is the replica of another database server."),
        replica.State.NOT_RECEIVING: _(
            "it does not receive from this primary, or its user may not see what it receives: GRANT pg_read_all_stats."
        ),
    }
    if state not in reasons:
        return []
    text = _("Nothing is read from the replica: %(reason)s") % {"reason": reasons[state] % {"bytes": behind}}
    return [Warning(text, hint=_("Reads are answered by the primary meanwhile."), id="lipse_site.W003")]


def too_old(version: int) -> list[CheckMessage]:
    """An error for a version below the oldest supported one. version: as the driver reports it, 180003 for 18.3."""
    if version >= OLDEST_POSTGRES * 10_000:
        return []
    return [
        Error(
            _("The database is PostgreSQL %(version)s; the Casebook needs %(needed)s or newer.")
            % {"version": version // 10_000, "needed": OLDEST_POSTGRES},
            hint=_("Upgrade the server, or leave DATABASE_URL empty to try the Casebook with its embedded database."),
            id="lipse_site.E004",
        )
    ]
