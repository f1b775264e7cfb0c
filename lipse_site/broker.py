"""A client of the broker's server for the canary and the probes, which do not use Celery."""

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

ONCE = Retry(NoBackoff(), 0)
CANARY_KEY = "lipse:canary"


def connect() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_CLIENT_URL, retry=ONCE, socket_timeout=2, socket_connect_timeout=2)
