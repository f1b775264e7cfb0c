"""Work tables that are no longer needed."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from imports.models import Import
from imports.work_tables import SCHEMA, drop_all_of

ABANDONED_DRAFT = timedelta(days=7)
_KEPT = (Import.State.UNDERSTOOD, Import.State.CHECKED)


def drop_forgotten_tables() -> None:
    """Drop those whose import has ended, or waited too long for a person."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT split_part(tablename, '_', 2)::bigint FROM pg_tables WHERE schemaname = %s", [SCHEMA]
        )
        found = {row[0] for row in cursor.fetchall()}
        if not found:
            return
        fresh = timezone.now() - ABANDONED_DRAFT
        kept = Import.objects.filter(state__in=_KEPT, created_at__gte=fresh)
        needed = (Import.objects.active() | kept).filter(pk__in=found)
        for import_id in found - set(needed.values_list("pk", flat=True)):
            drop_all_of(cursor, import_id)
