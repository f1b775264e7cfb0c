"""What is read of a published version, kept in the process: it never changes, so it never grows old."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

from versions.models import Version

MOST_KEPT = 64
V = TypeVar("V", bound=Version)
T = TypeVar("T")
_kept: OrderedDict[tuple[object, ...], Any] = OrderedDict()
_lock = Lock()


def read_once(version: V, read: Callable[[V], T]) -> T:
    """`read(version)`; of a published version the same object again, for every request of this process.

    Whoever gets it must not change it. A draft is read anew each time. The moment of publishing is part of the key:
    a publication that was rolled back leaves nothing behind for a later one.
    """
    if version.is_draft:
        return read(version)
    key = (type(version), version.pk, version.published_at, read)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            known: T = _kept[key]
            return known
    found = read(version)
    with _lock:
        _kept[key] = found
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found
