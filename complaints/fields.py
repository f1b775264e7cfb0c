"""A number with all of its decimals (docs/adr/0130)."""

from typing import Any

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
