"""Corrections of the languages of a dataset (docs/adr/0097)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from imports.models.datasets import Dataset
from imports.querysets import LanguageCorrectionQuerySet
from jobs.models import Job


class LanguageCorrection(Job):
    """A dataset got another language: its rows without one are read again by the search. Rows whose language is in
    `rows_in` get that of the dataset; an empty one means rows without a language."""

    class Stage(models.TextChoices):
        NONE = "", gettext_lazy("Not started")
        READING = "reading", gettext_lazy("Reading the records again for the search")

    KIND = "language"

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="language_corrections")
    stage = models.CharField(max_length=12, choices=Stage.choices, blank=True, default=Stage.NONE)
    language = models.CharField(max_length=2, blank=True, help_text=gettext_lazy("Of the dataset; ISO 639-1."))
    rows_in = ArrayField(models.CharField(max_length=2, blank=True), default=list, blank=True)
    corrected = models.BigIntegerField(null=True, help_text=gettext_lazy("Rows that got another language."))

    objects = LanguageCorrectionQuerySet.as_manager()

    class Meta(Job.Meta):
        ordering = ["-id"]
        constraints = [
            *Job.Meta.constraints,
            models.CheckConstraint(
                name="language_correction_counts_iff_done",
                condition=Q(state="finished", corrected__isnull=False)
                | ~Q(state="finished") & Q(corrected__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dataset}: {self.language}"
