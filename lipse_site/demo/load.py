"""The complete demo consortium: marked as fictional everywhere, loaded once."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils.translation import gettext as _

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
    """Fictional people with printed passwords must not exist on a real site."""
    if not settings.DEBUG:
        text = _("The demo can be loaded only with LIPSE_DEBUG=1, because it prints passwords. Set LIPSE_DEMO=0.")
        raise ImproperlyConfigured(text)


def is_loaded() -> bool:
    return AuditEvent.objects.filter(action=LOADED).exists()


def is_demo_wanted() -> bool:
    """On an installation without people, except those of a demo whose loading was interrupted."""
    return not is_loaded() and not User.objects.exclude(username__in=SIGN_INS).exists()


def load_demo() -> dict[str, int]:
    """Load the parts of the demo that are missing, also after an interruption; returns counts."""
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
