"""What changed in the lists that have a change feed."""

from django.db import models

from exports.transactions import CurrentTransaction, StatementTime, TransactionNumber


class Change(models.Model):
    """The last change of one row of a list, whose key is what its address has. Written by triggers alone.

    A row that was deleted keeps its entry, so that whoever has a copy of it can be informed.
    """

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    changed_in = TransactionNumber(db_default=CurrentTransaction())
    changed_at = models.DateTimeField(db_default=StatementTime())
    is_deleted = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(name="change_is_the_last_of_its_row", fields=["kind", "key"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class TableChange(models.Model):
    """A transaction that changed a table, written by a trigger: see `exports.states`. Older ones are removed by it."""

    relation = models.CharField(max_length=63)
    changed_in = TransactionNumber(db_default=CurrentTransaction())

    class Meta:
        indexes = [models.Index(fields=["relation", "changed_in"], name="table_change_by_transaction")]

    def __str__(self) -> str:
        return f"{self.relation} {self.changed_in}"
