"""The settings of the peer of bench_api: Django and DRF on the same database, without checks."""

from lipse_site.settings import *  # noqa: F403 - the same database

ROOT_URLCONF = "benchmarks.peer_api"
# Its application does not start without it; it does nothing here.
MIDDLEWARE = ["allauth.account.middleware.AccountMiddleware"]
