"""What no message can be trusted with: find imports that nobody works on, and what nobody needs any more."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from imports.models import Import
from imports.work_tables import SCHEMA, drop_all_of

ABANDONED_DRAFT = timedelta(days=7)


def reconcile() -> list[int]:
    """Ids of active imports without a living lease; each can be run again safely."""
    _drop_forgotten_tables()
    return list(Import.objects.abandoned().order_by("id").values_list("id", flat=True))


def _drop_forgotten_tables() -> None:
    """Work tables whose import has ended, or is a draft nobody came back to."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT split_part(tablename, '_', 2)::bigint FROM pg_tables WHERE schemaname = %s", [SCHEMA]
        )
        found = {row[0] for row in cursor.fetchall()}
        if not found:
            return
        fresh = timezone.now() - ABANDONED_DRAFT
        needed = Import.objects.filter(pk__in=found).filter(state__in=[*Import.ACTIVE, *_KEPT], created_at__gte=fresh)
        active = Import.objects.filter(pk__in=found, state__in=Import.ACTIVE)
        for import_id in found - set(needed.values_list("pk", flat=True)) - set(active.values_list("pk", flat=True)):
            drop_all_of(cursor, import_id)


_KEPT = (Import.State.UNDERSTOOD, Import.State.CHECKED)
