"""How a questionnaire was taken to the field, in the terms of DDI. Started and complete are counted, not typed."""

import secrets

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from surveys.kinds import MODE_LABELS, Mode
from surveys.models.questionnaires import Questionnaire, QuestionnaireVersion
from surveys.querysets import FieldworkQuerySet, WaveQuerySet

_KEY_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def new_link_key() -> str:
    """Ten letters without look-alikes: short enough for a poster, too many to guess."""
    return "".join(secrets.choice(_KEY_LETTERS) for _ in range(10))


class Fieldwork(models.Model):
    """A study's survey among a population. `invited` is what the field reports; the rest is counted."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="fieldworks")
    title = models.CharField(max_length=250)
    population = models.TextField(blank=True)
    frame = models.TextField("sampling frame", blank=True)
    sampling = models.TextField("sampling procedure", blank=True)
    mode = models.CharField(
        "mode of collection",
        max_length=14,
        choices=[(mode.value, label) for mode, label in MODE_LABELS.items()],
        default=Mode.WEB.value,
    )
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    invited = models.PositiveIntegerField(null=True, blank=True)
    weighting = models.TextField(blank=True)
    ethics_reference = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = FieldworkQuerySet.as_manager()

    class Meta:
        ordering = ["questionnaire", "-id"]
        constraints = [
            models.CheckConstraint(name="fieldwork_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(name="fieldwork_has_a_title", condition=~Q(title="")),
        ]

    def __str__(self) -> str:
        return self.title


class Wave(models.Model):
    """One round of a fieldwork, with one published version, answered at one link while it is open."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    fieldwork = models.ForeignKey(Fieldwork, on_delete=models.PROTECT, related_name="waves")
    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, related_name="waves")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=250, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PLANNED)
    key = models.CharField(max_length=20, unique=True, default=new_link_key)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    occasions = models.PositiveSmallIntegerField(
        default=1, help_text="How often one respondent fills it in: five in a diary of five days."
    )

    objects = WaveQuerySet.as_manager()

    class Meta:
        ordering = ["fieldwork", "number"]
        constraints = [
            models.UniqueConstraint(name="wave_number_is_unique_in_fieldwork", fields=["fieldwork", "number"]),
            models.CheckConstraint(
                name="wave_times_follow_its_state",
                condition=Q(state="planned", opened_at__isnull=True, closed_at__isnull=True)
                | Q(state="open", opened_at__isnull=False, closed_at__isnull=True)
                | Q(state="closed", opened_at__isnull=False, closed_at__isnull=False, closed_at__gte=F("opened_at")),
            ),
            models.CheckConstraint(name="wave_has_an_occasion", condition=Q(occasions__gte=1)),
        ]

    def __str__(self) -> str:
        return self.title or f"Wave {self.number}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class Respondent(models.Model):
    """Someone who answers, known by a pseudonym only; the same one over waves and occasions of a fieldwork."""

    fieldwork = models.ForeignKey(Fieldwork, on_delete=models.PROTECT, related_name="respondents")
    pseudonym = models.CharField(max_length=40)
    organisation = models.ForeignKey(
        "accounts.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["fieldwork", "pseudonym"]
        constraints = [
            models.UniqueConstraint(name="pseudonym_is_unique_in_fieldwork", fields=["fieldwork", "pseudonym"]),
            models.CheckConstraint(name="respondent_has_a_pseudonym", condition=~Q(pseudonym="")),
        ]

    def __str__(self) -> str:
        return self.pseudonym
