"""Checks of this installation by `manage.py check`, in addition to Django's."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

SECRET_LENGTH = 50
# Additions keep what they overwrite by RETURNING old, and GIN is built in parallel: both came with 18.
OLDEST_POSTGRES = 18


@register("lipse_site")
def embedded_services_are_for_trials(**_: object) -> list[CheckMessage]:
    """Without debug mode an embedded database is refused unless LIPSE_ALLOW_EMBEDDED is set."""
    if settings.DEBUG or settings.ALLOW_EMBEDDED:
        return []
    missing = [name for name in ("DATABASE_URL", "REDIS_URL") if not getattr(settings, name)]
    if not missing:
        return []
    return [
        Error(
            f"LIPSE_DEBUG=0 and {' and '.join(missing)} empty: the site would run on its embedded services.",
            hint="Use servers that someone maintains, or set LIPSE_ALLOW_EMBEDDED=1 and make backups yourself.",
            id="lipse_site.E001",
        )
    ]


@register("lipse_site")
def demo_is_not_for_real_sites(**_: object) -> list[CheckMessage]:
    if settings.DEBUG or not settings.DEMO:
        return []
    return [Error("LIPSE_DEMO=1 with LIPSE_DEBUG=0: demo sign-ins on a real site.", id="lipse_site.E002")]


@register(deploy=True)
def secret_is_long(**_: object) -> list[CheckMessage]:
    if len(settings.SECRET_KEY) >= SECRET_LENGTH:
        return []
    return [Error(f"LIPSE_SECRET_KEY has fewer than {SECRET_LENGTH} characters.", id="lipse_site.E003")]


@register("lipse_site")
def proxy_before_the_site_is_trusted(**_: object) -> list[CheckMessage]:
    """TLS means a proxy; where it is not counted, every limit counts all people together."""
    if settings.DEBUG or not settings.TLS or settings.TRUSTED_PROXIES:
        return []
    return [
        Warning(
            "LIPSE_TRUSTED_PROXIES is 0 and LIPSE_TLS is on: all people have the address of the proxy, and the limits "
            "of sign-in, API and surveys count them as one.",
            hint="Set it to the number of proxies before the site, usually 1, each of which appends X-Forwarded-For.",
            id="lipse_site.W001",
        )
    ]


@register(Tags.database)
def server_is_new_enough(**options: Any) -> list[CheckMessage]:
    versions = [getattr(connections[alias], "pg_version", 0) for alias in options["databases"] or ()]
    return [error for version in versions for error in too_old(version)]


def too_old(version: int) -> list[CheckMessage]:
    """`version` as the driver gives it: 180003 for 18.3."""
    if version >= OLDEST_POSTGRES * 10_000:
        return []
    return [
        Error(
            f"The database is PostgreSQL {version // 10_000}; the Casebook needs {OLDEST_POSTGRES} or newer.",
            hint="Upgrade the server, or leave DATABASE_URL empty to try the Casebook on its embedded one.",
            id="lipse_site.E004",
        )
    ]
