"""Transaction numbers of PostgreSQL as columns. They begin again in another database: see `rest.horizon.Horizon`."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Func

if TYPE_CHECKING:
    NumberField = models.Field[int, int]
else:
    NumberField = models.Field


class StatementTime(Func):
    """When the current statement began, by the clock of the database."""

    template = "statement_timestamp()"
    output_field = models.DateTimeField()


class CurrentTransaction(Func):
    """The number of the current transaction."""

    template = "pg_current_xact_id()"


class TransactionNumber(NumberField):
    """The transaction that wrote the row: `xid8`, written by the database itself."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**({"db_default": CurrentTransaction(), "editable": False} | kwargs))

    def deconstruct(self) -> tuple[str, str, list[object], dict[str, object]]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_default", None)
        kwargs.pop("editable", None)
        return name, path, args, kwargs

    def db_type(self, connection: object) -> str:
        return "xid8"

    def from_db_value(self, value: str | None, expression: object, connection: object) -> int | None:
        return None if value is None else int(value)

    def get_prep_value(self, value: object) -> object:
        return None if value is None else str(value)
