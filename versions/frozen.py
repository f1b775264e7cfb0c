"""A cache in the process of what was read of published versions, which never change."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import TypeVar, cast

from versions.models import Version

MOST_CACHED = 64
V = TypeVar("V", bound=Version)
T = TypeVar("T")
_cached: OrderedDict[tuple[object, ...], object] = OrderedDict()
_lock = Lock()


def read_once(version: V, read: Callable[[V], T]) -> T:
    """`read(version)`; for a published version the same object for every request of this process.

    The caller must not change the object. A draft is read again each time. The time of publication is part of the
    key, so a publication that was rolled back cannot be mistaken for a later one.
    """
    if version.is_draft:
        return read(version)
    key = (type(version), version.pk, version.published_at, read)
    with _lock:
        if key in _cached:
            _cached.move_to_end(key)
            return cast("T", _cached[key])
    found = read(version)
    with _lock:
        _cached[key] = found
        while len(_cached) > MOST_CACHED:
            _cached.popitem(last=False)
    return found
