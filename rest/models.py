"""What the REST room stores: up to where a replica must have come before a caller can read from it."""

from django.db import models


class WritePosition(models.Model):
    """The position in the write-ahead log behind the last write of a caller. Written only where there is a replica."""

    caller = models.CharField(primary_key=True, max_length=40)
    position = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.caller} {self.position}"
