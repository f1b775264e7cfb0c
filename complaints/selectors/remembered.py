"""Counts of records in the cache, until the filters, what a person may see, or a dataset changes."""

import contextlib
import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar, cast

import orjson
import redis
from django.core.cache import cache
from django.utils.translation import get_language

from complaints.filters import is_filter
from complaints.models import Partition
from complaints.querysets import AccessScope, RecordQuerySet

Counted = TypeVar("Counted")
CACHE_SECONDS = 86_400
# What took too long is not tried at each look at a page.
TOO_LONG_SECONDS = 600


def cache_key(
    kind: str, scope: AccessScope, params: Mapping[str, str], versions: Mapping[int, int], more: Sequence[object]
) -> str:
    """A key that changes with the filters, the access scope, the language of the labels, and each dataset.

    versions: those of the datasets, by their keys.
    """
    datasets = [
        (d.id, d.id in scope.counted, d.is_readable, d.threshold, versions.get(d.id, 0), d.themes, d.strands)
        for d in scope.selectable.values()
    ]
    filters = sorted((name, value) for name, value in params.items() if is_filter(name))
    text = orjson.dumps([datasets, filters, list(more), get_language()])
    return f"complaints:{kind}:{hashlib.blake2b(text, digest_size=16).hexdigest()}"


def remembered(
    kind: str,
    records: RecordQuerySet,
    params: Mapping[str, str],
    more: Sequence[object],
    count: Callable[[], Counted | None],
) -> Counted | None:
    """What `count` found, now or at an earlier call with the same of everything; None where it took too long."""
    versions = dict(Partition.objects.filter(pk__in=list(records.scope.selectable)).values_list("pk", "version"))
    key = cache_key(kind, records.scope, params, versions, more)
    # Without the cache it is counted each time.
    with contextlib.suppress(redis.RedisError):
        found = cache.get(key)
        if found is not None:
            return cast(Counted, found[0])
    counted = count()
    with contextlib.suppress(redis.RedisError):
        cache.set(key, (counted,), TOO_LONG_SECONDS if counted is None else CACHE_SECONDS)
    return counted
