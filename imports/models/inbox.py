"""Files seen in the inbox folders of datasets, and what happened to them."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from imports.models.datasets import Dataset
from imports.models.ledger import Import
from standards.sentences import SentenceField


class InboxFile(models.Model):
    """A file in an inbox folder; the same name with another size or time is another file."""

    class State(models.TextChoices):
        SEEN = "seen", _("Found, may still be arriving")
        TAKING = "taking", _("Being read")
        TAKEN = "taken", _("Imported")
        REPEATED = "repeated", _("Not imported, the same content as before")
        FAILED = "failed", _("Not imported, left in the folder")

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="inbox_files")
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    modified_ns = models.BigIntegerField(help_text=_("Time of the last change, in nanoseconds."))
    state = models.CharField(max_length=8, choices=State.choices, default=State.SEEN)
    sha256 = models.CharField(max_length=64, blank=True)
    kept_as = models.CharField(max_length=300, blank=True, help_text=_("Its name in the folder of imported files."))
    note = SentenceField(blank=True)
    import_run = models.ForeignKey(Import, null=True, blank=True, on_delete=models.SET_NULL, related_name="inbox_files")
    seen_at = models.DateTimeField(default=timezone.now)
    looked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="inbox_file_is_known_once", fields=["dataset", "name"],
                condition=Q(state__in=["seen", "taking", "failed"]),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name
