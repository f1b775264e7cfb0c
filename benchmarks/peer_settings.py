"""The settings of the peer of bench_api: Django and DRF on the same database, without checks."""

from lipse_site import settings as of_the_site

vars().update({name: value for name, value in vars(of_the_site).items() if name.isupper()})

ROOT_URLCONF = "benchmarks.peer_api"
# Its application does not start without it; it does nothing here.
MIDDLEWARE = ["allauth.account.middleware.AccountMiddleware"]
