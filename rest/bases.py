"""What callers read before an edit, cached for a day by address and ETag: the `base` of a stale edit.

An ETag is a digest of what was read, so a caller who sends one has read it. Without the cache a stale edit is refused
without a base. An erasure deletes everything here.
"""

import contextlib
import hashlib
from collections.abc import Mapping
from typing import Any, cast

import orjson
import redis
from django.conf import settings
from django.core.cache import cache

from rest.answers import etag_of
from rest.renderers import to_json

KEPT_SECONDS = 24 * 3600
LARGEST = 256 * 1024
_PREFIX = "base:"


def remember(address: str, shown: Mapping[str, object]) -> None:
    body = to_json(shown)
    if len(body) <= LARGEST:
        with contextlib.suppress(redis.RedisError):
            cache.set(_key(address, etag_of(body)), body, KEPT_SECONDS)


def recall(address: str, header: str) -> Mapping[str, object] | None:
    """What was read under one of the ETags of an If-Match header."""
    etags = [part.strip().removeprefix("W/") for part in header.split(",")][:10]
    with contextlib.suppress(redis.RedisError):
        found = cache.get_many([_key(address, etag) for etag in etags])
        return next((orjson.loads(body) for body in found.values()), None)
    return None


def forget_all() -> None:
    """Delete everything that was read before an edit: text was erased, and any answer may have held it.

    Edits that began before are then refused without a base when they are stale.
    """
    with contextlib.suppress(redis.RedisError):
        known = cast("Mapping[str, Any]", settings.CACHES["default"])
        with redis.Redis.from_url(known["LOCATION"], **known["OPTIONS"]) as server:
            for name in server.scan_iter(match=cache.make_key(f"{_PREFIX}*"), count=1000):
                server.delete(name)


def _key(address: str, etag: str) -> str:
    return _PREFIX + hashlib.blake2b(f"{address}\0{etag}".encode(), digest_size=20).hexdigest()
