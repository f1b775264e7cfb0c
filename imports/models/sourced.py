"""Rows of files about things of other rooms, and the things that were made from them (docs/adr/0036)."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from imports.models.datasets import Dataset


class SourcedRow(models.Model):
    """One row of a file as it was mapped, in its present version. Earlier versions are stored as those of records."""

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=200)
    key = models.CharField(max_length=200, help_text=_("What the row is about: rows with one key are about one thing."))
    values = models.JSONField(
        default=dict, help_text=_("Field to text as mapped, and the other columns under `extra`.")
    )
    import_id = models.BigIntegerField(help_text=_("The import that wrote this version of the row."))
    source_record = models.BigIntegerField()
    source_line = models.BigIntegerField()
    content_hash = models.UUIDField()
    target_id = models.BigIntegerField(null=True, help_text=_("The thing that was made of it."))
    is_due = models.BooleanField(default=False, help_text=_("Written, and not yet applied to its thing."))
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["dataset", "id"]
        constraints = [
            models.UniqueConstraint(name="sourced_reference_is_unique_in_dataset", fields=["dataset", "reference"])
        ]
        indexes = [
            models.Index(fields=["dataset", "key"], name="sourced_row_by_key"),
            models.Index(fields=["dataset", "import_id"], name="sourced_row_by_import"),
            models.Index(fields=["target_id"], name="sourced_row_by_target"),
            models.Index(fields=["dataset", "source_record"], condition=models.Q(is_due=True), name="sourced_row_due"),
        ]

    def __str__(self) -> str:
        return self.reference


class SourcedTarget(models.Model):
    """A thing of another room that rows of one dataset or of linked datasets describe.

    `reported` holds each field as the rows report it; if the thing differs, a person has changed it since. `found`
    holds its earlier content if it existed before the rows.
    """

    recipe = models.CharField(max_length=40)
    dataset = models.ForeignKey(
        Dataset, on_delete=models.PROTECT, related_name="+", help_text=_("The first of the linked datasets.")
    )
    key = models.CharField(max_length=200)
    target_id = models.BigIntegerField()
    reported = models.JSONField(default=dict)
    found = models.JSONField(null=True)

    class Meta:
        ordering = ["dataset", "id"]
        constraints = [
            models.UniqueConstraint(name="sourced_target_is_one_a_key", fields=["recipe", "dataset", "key"]),
        ]
        indexes = [models.Index(fields=["recipe", "target_id"], name="sourced_target_by_target")]

    def __str__(self) -> str:
        return f"{self.recipe} {self.key}"

    @property
    def is_made(self) -> bool:
        """Whether the rows created the thing; otherwise it existed before."""
        return self.found is None
