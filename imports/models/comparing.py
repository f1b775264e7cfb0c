"""The differences between two imports of a dataset, from their files (docs/adr/0038)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from imports.models.ledger import Import
from imports.querysets import ComparisonQuerySet
from jobs.models import Job
from standards.sentences import SentenceDecoder, SentenceEncoder


class Comparison(Job):
    """Two finished imports of one dataset side by side. A worker fills it in one transaction."""

    class Stage(models.TextChoices):
        NONE = "", gettext_lazy("Not started")
        COMPARING = "comparing", gettext_lazy("Reading and comparing both files")

    KIND = "comparison"

    older = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="+")
    newer = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="+")
    stage = models.CharField(max_length=12, choices=Stage.choices, blank=True, default=Stage.NONE)
    created = models.BigIntegerField(null=True)
    changed = models.BigIntegerField(null=True)
    unchanged = models.BigIntegerField(null=True)
    missing = models.BigIntegerField(null=True)
    notes = models.JSONField(default=list, encoder=SentenceEncoder, decoder=SentenceDecoder)

    objects = ComparisonQuerySet.as_manager()

    class Meta(Job.Meta):
        ordering = ["-id"]
        constraints = [
            *Job.Meta.constraints,
            models.UniqueConstraint(name="two_imports_are_compared_once", fields=["older", "newer"]),
            models.CheckConstraint(name="comparison_is_of_two", condition=~Q(older=F("newer"))),
            models.CheckConstraint(
                name="comparison_counts_iff_done",
                condition=Q(state="finished", created__isnull=False, changed__isnull=False, unchanged__isnull=False,
                            missing__isnull=False)
                | ~Q(state="finished") & Q(created__isnull=True, changed__isnull=True, unchanged__isnull=True,
                                       missing__isnull=True),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.older} against {self.newer}"


class ComparisonRow(models.Model):
    """A record that differs between the two. The lines are those of the two files."""

    class Kind(models.TextChoices):
        CHANGED = "changed", gettext_lazy("Changed")
        CREATED = "created", gettext_lazy("Created")
        MISSING = "missing", gettext_lazy("Missing from the newer")

    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="rows")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    reference = models.TextField()
    line_before = models.BigIntegerField(null=True)
    line_after = models.BigIntegerField(null=True)
    changes = models.JSONField(
        default=list, help_text=gettext_lazy("Field, before and after of each field that differs.")
    )

    class Meta:
        ordering = ["comparison", "id"]
        indexes = [models.Index(fields=["comparison", "kind", "id"], name="comparison_rows_by_kind")]

    def __str__(self) -> str:
        return f"{self.reference}: {self.kind}"
