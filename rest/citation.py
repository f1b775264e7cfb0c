"""How a page is cited."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _


def citation(what: str, address: str) -> str:
    """A sentence that names what the page shows, its address, and the day on which it was read."""
    day = date_format(timezone.localdate(), "j M Y")
    return _("LIPSE Casebook: %(what)s. %(address)s (accessed on %(day)s).") % {
        "what": what, "address": address, "day": day,
    }  # fmt: skip
