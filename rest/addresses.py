"""Whose address a request has: the one place that reads it, for all limits and for lists of sessions."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

# Bits of an IPv6 address that name a network; the rest its holder chooses freely.
_NETWORK_BITS = 64


def client_address(request: HttpRequest) -> str:
    """The address that the outermost trusted proxy saw; without proxies that of the connection.

    TRUSTED_PROXIES is their number. Each appends to X-Forwarded-For the address it saw, so that the one to believe is
    that many from the end; whatever is before it anybody can write. Where the header has fewer, or no address there,
    the request did not come by all of them, and the address of the connection counts. "unknown" where there is none.
    """
    remote = str(request.META.get("REMOTE_ADDR") or "unknown")
    count: int = settings.TRUSTED_PROXIES
    if not count:
        return remote
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    return (_parsed(forwarded[-count]) if len(forwarded) >= count else "") or remote


def network_of(address: str) -> str:
    """What limits count: an IPv4 address, the network of an IPv6 one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.IPv6Network(f"{parsed}/{_NETWORK_BITS}", strict=False).network_address)


def _parsed(text: str) -> str:
    """The address without brackets and port; empty where it is none."""
    text = text.strip()
    host = text[1:].partition("]")[0] if text.startswith("[") else text
    host = host.partition(":")[0] if host.count(":") == 1 else host
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return ""
