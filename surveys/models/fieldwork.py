"""Fieldwork, waves and respondents, described in the terms of DDI. Started and complete responses are counted."""

import secrets

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from surveys.kinds import MODE_LABELS, Mode
from surveys.models.questionnaires import Questionnaire, QuestionnaireVersion
from surveys.querysets import FieldworkQuerySet, WaveQuerySet

_KEY_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def new_link_key() -> str:
    """Ten letters and digits that are hard to confuse: short enough for a poster, too long to guess."""
    return "".join(secrets.choice(_KEY_LETTERS) for _ in range(10))


class Fieldwork(models.Model):
    """A survey of a population. `invited` is typed; started and complete responses are counted."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="fieldworks")
    title = models.CharField(_("title"), max_length=250)
    population = models.TextField(_("population"), blank=True)
    frame = models.TextField(_("sampling frame"), blank=True)
    sampling = models.TextField(_("sampling procedure"), blank=True)
    mode = models.CharField(
        _("mode of collection"),
        max_length=14,
        choices=[(mode.value, _(label)) for mode, label in MODE_LABELS.items()],
        default=Mode.WEB.value,
    )
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    invited = models.PositiveIntegerField(_("people invited"), null=True, blank=True)
    weighting = models.TextField(_("weighting"), blank=True)
    ethics_reference = models.CharField(_("ethics reference"), max_length=200, blank=True)
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
        PLANNED = "planned", _("Planned")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    fieldwork = models.ForeignKey(Fieldwork, on_delete=models.PROTECT, related_name="waves")
    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, related_name="waves")
    number = models.PositiveIntegerField()
    title = models.CharField(_("title"), max_length=250, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PLANNED)
    key = models.CharField(max_length=20, unique=True, default=new_link_key)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    occasions = models.PositiveSmallIntegerField(
        _("occasions"),
        default=1,
        help_text=_("How many times each respondent answers, for example 5 for a diary of five days."),
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
        return self.title or gettext("Wave %(number)d") % {"number": self.number}

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class Respondent(models.Model):
    """A person who answers, known by a pseudonym only, the same in all waves and occasions of a fieldwork."""

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
