"""Columns of records: a number with all of its decimals (docs/adr/0130), and JSON that is read quickly."""

from typing import Any

import orjson
from django.core.checks import CheckMessage
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class NumericField(models.DecimalField):
    """PostgreSQL's numeric without limits: 0.0004 and 12.50 come back as they were written."""

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Without the checks that demand a number of digits."""
        return models.Field.check(self, **kwargs)

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "numeric"


class QuickJSONField(models.JSONField):
    """JSON that orjson reads, in a tenth of the time: a page of records has hundreds of such values. To the database
    and to migrations it is a JSONField."""

    def from_db_value(self, value: str | None, *_of: object) -> Any:
        return None if value is None else orjson.loads(value)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs
