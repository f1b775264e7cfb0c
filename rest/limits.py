"""How many requests a caller can make, counted in the broker's server and reported in RateLimit headers.

Windows are fixed. When the counter does not answer, each process counts by itself, so that requests go on. Limits that
protect sign-in are not here.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from threading import Lock

import redis
import structlog
from django.conf import settings
from django.http import HttpRequest
from redis.backoff import NoBackoff
from redis.retry import Retry

from rest.addresses import client_address, network_of

log = structlog.get_logger(__name__)
_LOCAL_KEYS = 10_000
# As how many requests one counts that reads many rows (docs/adr/0161).
COUNTING, FILE = 5, 10


@dataclass(frozen=True)
class Policy:
    """So many requests in so many seconds."""

    name: str
    requests: int
    seconds: int


@dataclass(frozen=True)
class Budget:
    """What is left of a policy for one caller."""

    policy: Policy
    used: int
    resets_in: int

    @property
    def remaining(self) -> int:
        return max(0, self.policy.requests - self.used)

    @property
    def is_spent(self) -> bool:
        return self.used > self.policy.requests

    def headers(self) -> dict[str, str]:
        """The header fields of draft-ietf-httpapi-ratelimit-headers."""
        name = self.policy.name
        return {
            "RateLimit-Policy": f'"{name}";q={self.policy.requests};w={self.policy.seconds}',
            "RateLimit": f'"{name}";r={self.remaining};t={self.resets_in}',
        }


def policy_named(name: str) -> Policy:
    """A policy of settings.REST_LIMITS, `{"person": (requests, seconds)}`."""
    requests, seconds = settings.REST_LIMITS[name]
    return Policy(name, requests, seconds)


def spend(policy: Policy, caller: str, *, amount: int = 1) -> Budget:
    """Count a request of the caller and return what is left. `amount=0` counts nothing."""
    now = time.time()
    window = int(now // policy.seconds)
    key = f"lipse:limit:{policy.name}:{caller}:{window}"
    resets_in = max(1, int((window + 1) * policy.seconds - now))
    try:
        used = _shared(key, amount, policy.seconds)
    except redis.RedisError as error:
        log.warning("limits_counted_locally", error=type(error).__name__)
        used = _local.add(key, amount)
    return Budget(policy, used, resets_in)


def address_of(request: HttpRequest) -> str:
    """What limits count for callers without a name: the address of the client, of IPv6 its network."""
    return network_of(client_address(request))


def _shared(key: str, amount: int, seconds: int) -> int:
    pipeline = _server(settings.BROKER_URL).pipeline(transaction=False)
    pipeline.incrby(key, amount)
    pipeline.expire(key, seconds + 5)
    return int(pipeline.execute()[0])


@cache
def _server(url: str) -> redis.Redis:
    """The broker's server; Celery and redis-py write the address of a socket differently."""
    url = url.replace("redis+socket://", "unix://", 1).replace("virtual_host=", "db=", 1)
    return redis.Redis.from_url(url, retry=Retry(NoBackoff(), 0), socket_timeout=0.5, socket_connect_timeout=0.5)


class _LocalCounts:
    """The newest counts of this process."""

    def __init__(self) -> None:
        self._counts: OrderedDict[str, int] = OrderedDict()
        self._lock = Lock()

    def add(self, key: str, amount: int) -> int:
        with self._lock:
            self._counts[key] = self._counts.get(key, 0) + amount
            if len(self._counts) > _LOCAL_KEYS:
                self._counts.popitem(last=False)
            return self._counts.get(key, amount)


_local = _LocalCounts()
