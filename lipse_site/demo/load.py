"""The demo consortium, whole: marked as made up everywhere, loaded once."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from accounts import audit
from accounts.models import AuditEvent, User
from accounts.roles import Role
from lipse_site.demo.cases import make_cases
from lipse_site.demo.codings import make_coding
from lipse_site.demo.links import make_links
from lipse_site.demo.people import SIGN_INS, make_people
from lipse_site.demo.questionnaires import make_survey
from lipse_site.demo.records import make_records

LOADED = "demo.loaded"


def refuse_outside_debug() -> None:
    """Made-up people whose passwords are printed have no place on a real site."""
    if not settings.DEBUG:
        raise ImproperlyConfigured("The demo is for LIPSE_DEBUG=1 only: it prints passwords. Set LIPSE_DEMO=0.")


def is_loaded() -> bool:
    return AuditEvent.objects.filter(action=LOADED).exists()


def is_demo_wanted() -> bool:
    """Where nobody lives but, perhaps, the people of a demo whose load broke off."""
    return not is_loaded() and not User.objects.exclude(username__in=SIGN_INS).exists()


def load_demo() -> dict[str, int]:
    """Load what is missing of the demo, going on where an earlier load broke off; returns counts."""
    refuse_outside_debug()
    partners, people = make_people()
    counts = {
        "people": len(SIGN_INS),
        "cases": make_cases(partners, people[Role.FIELDWORKER]),
        "records": make_records(partners, people[Role.DATA_MANAGER]),
    }
    counts["links"] = make_links(people[Role.FIELDWORKER])
    make_coding(partners["NL"], people[Role.LEAD_CODER], people[Role.CODER])
    make_survey(partners["NL"], people[Role.DATA_MANAGER])
    audit.record(LOADED, by=None, target=None, **counts)
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    return counts
