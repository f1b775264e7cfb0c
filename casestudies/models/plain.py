"""Values of fields as JSON shows them."""

from datetime import date, datetime
from decimal import Decimal

from django.db import models


def plain(value: object) -> object:
    """A field's value as JSON shows it: rows by their slug or number, dates in ISO 8601."""
    if isinstance(value, models.Model):
        return getattr(value, "slug", value.pk)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value
