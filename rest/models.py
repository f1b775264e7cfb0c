"""What the REST room stores: up to where a replica must have come, and which forms were done already."""

from django.db import models
from django.utils import timezone


class WritePosition(models.Model):
    """The position in the write-ahead log behind the last write of a caller. Written only where there is a replica."""

    caller = models.CharField(primary_key=True, max_length=40)
    position = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.caller} {self.position}"


class DoneForm(models.Model):
    """A form that a page sent and that was done. The page may send it again when no answer reached it.

    `person` is the number of an account, `digest` is of the fields that were sent.
    """

    person = models.BigIntegerField()
    uuid = models.UUIDField()
    digest = models.CharField(max_length=64)
    location = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="form_is_done_once", fields=["person", "uuid"])]

    def __str__(self) -> str:
        return str(self.uuid)
