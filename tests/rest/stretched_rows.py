"""Rows as empty and as full as the rules of the database allow, whatever the code would let a person store."""

import contextlib
from datetime import UTC, date, datetime
from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import Error, connection, models, transaction

from complaints.models import ComplaintRecord

DAY, TIME = date(2026, 3, 1), datetime(2026, 3, 1, 12, tzinfo=UTC)
_FILLED = [
    (models.DateTimeField, TIME), (models.DateField, DAY), (models.DecimalField, Decimal("1")),
    (models.FloatField, 1.5), (models.IntegerField, 1), (models.BooleanField, True), (models.TextField, "text"),
    (models.CharField, "text"),
]  # fmt: skip
# What identifies a row, or says who may see it: changed, the row would be another one, or be gone.
KEPT = {"slug", "uuid", "reference", "access", "narrative_access", "state", "review_state", "import_id"}


def empty(row):
    """Null and empty text where they are allowed, as the rules of the database permit: together or one by one.

    Every text of a complaint record is empty where its source does not say it.
    """
    return _stretch(row, _emptied)


def fill(row):
    """A value in every column that has none."""
    return _stretch(row, _filled)


def _stretch(row, value_of):
    """The names of the columns that were changed. Triggers do not fire: they are about people, not about shapes."""
    wanted = {}
    for field in row._meta.concrete_fields:
        found = None if field.primary_key or field.name in KEPT else value_of(field, getattr(row, field.attname))
        if found is not None:
            wanted[field.attname] = found[0]
    done = wanted if _store(row, wanted) else {}
    # Two rounds: some columns can be changed only after others.
    for _round in range(2):
        for name, value in wanted.items():
            if name not in done and _store(row, {name: value}):
                done = done | {name: value}
    return set(done)


def _store(row, values):
    with contextlib.suppress(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        type(row)._base_manager.filter(pk=row.pk).update(**values)
        cursor.execute("SET LOCAL session_replication_role = origin")
        return True
    return False


def _emptied(field, value):
    """(new value,) or None where the column stays."""
    if field.null:
        return None if value is None else (None,)
    if field.many_to_one or not isinstance(field, models.CharField | models.TextField | ArrayField | models.JSONField):
        return None
    if field.unique or not (field.blank or field.model is ComplaintRecord):
        return None
    blank = [] if isinstance(field, ArrayField) else type(value)() if isinstance(field, models.JSONField) else ""
    return None if value == blank else (blank,)


def _filled(field, value):
    if value not in (None, "", []) or field.unique:
        return None
    if field.choices:
        return next(((key,) for key, _label in field.flatchoices if key not in ("", None)), None)
    if field.many_to_one:
        other = field.related_model._base_manager.first()
        return (other.pk,) if other else None
    found = next((sample for kind, sample in _FILLED if isinstance(field, kind)), None)
    return None if found is None else (found[: field.max_length] if isinstance(found, str) else found,)
