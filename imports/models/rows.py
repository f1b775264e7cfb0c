"""Rows in quarantine, their problems, and records that an import overwrote."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from imports import problems
from imports.models.datasets import Mapping
from imports.models.ledger import Import
from standards.sentences import SentenceField


class QuarantinedRow(models.Model):
    """A row in quarantine with its original cells."""

    class State(models.TextChoices):
        OPEN = "open", _("In quarantine")
        REPLAYED = "replayed", _("Repaired and replayed")
        DISMISSED = "dismissed", _("Dismissed")

    import_run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="quarantined_rows")
    record = models.BigIntegerField()
    line = models.BigIntegerField()
    cells = models.JSONField(help_text=_("As in the file."))
    repaired = models.JSONField(null=True, blank=True, help_text=_("The cells as a person repaired them."))
    mapping = models.ForeignKey(
        Mapping, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text=_("The version of the mapping that it was replayed with."),
    )  # fmt: skip
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    reason = SentenceField(max_length=500, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["import_run", "record"]
        constraints = [
            models.UniqueConstraint(name="row_is_quarantined_once", fields=["import_run", "record"]),
            models.CheckConstraint(
                name="row_decided_iff_not_open",
                condition=Q(state="open", decided_at__isnull=True) | ~Q(state="open") & Q(decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.line}"

    @property
    def present_cells(self) -> list[str]:
        """The cells that a replay loads: the repaired ones, or those of the file."""
        return self.cells if self.repaired is None else self.repaired


class RowProblem(models.Model):
    """One problem of one row: line, column, value, code. The sentence follows from them."""

    import_run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="problems")
    record = models.BigIntegerField()
    line = models.BigIntegerField()
    column = models.CharField(max_length=250, blank=True)
    field = models.CharField(max_length=60, blank=True)
    value = models.TextField(blank=True)
    code = models.CharField(max_length=40)
    detail = models.TextField(blank=True)

    class Meta:
        ordering = ["import_run", "record", "id"]
        indexes = [
            models.Index(fields=["import_run", "code", "column"], name="problem_by_code"),
            models.Index(fields=["import_run", "record"], name="problem_by_record"),
        ]

    def __str__(self) -> str:
        return f"line {self.line}: {self.sentence}"

    @property
    def title(self) -> str:
        return problems.title(self.code)

    @property
    def sentence(self) -> str:
        return problems.sentence(self.code, label=self.column or self.field, value=self.value, detail=self.detail)


class PreviousVersion(models.Model):
    """A record before an import overwrote it; undo restores it."""

    import_run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="previous_versions")
    record_id = models.BigIntegerField()
    row = models.JSONField()
    kept_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(name="previous_version_once", fields=["import_run", "record_id"])]

    def __str__(self) -> str:
        return f"record {self.record_id} before import {self.import_run_id}"
