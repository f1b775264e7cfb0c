"""Responses and their answers. No network addresses are stored."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from surveys.answers_input import AnswerInput
from surveys.kinds import Missing
from surveys.models.fieldwork import Respondent, Wave
from surveys.models.questionnaires import MISSING_KINDS, Item
from surveys.querysets import AnswerQuerySet, ResponseQuerySet

_VALUES = ("text", "number", "day", "codes")


def _only(value: str) -> Q:
    return Q(**{f"{name}__isnull": name != value for name in _VALUES})


class Response(models.Model):
    """The answers of one respondent to the questionnaire of a wave, on one occasion."""

    class State(models.TextChoices):
        STARTED = "started", _("Started")
        COMPLETE = "complete", _("Complete")

    class Source(models.TextChoices):
        LINK = "link", _("Open link")
        API = "api", _("REST API")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="responses")
    respondent = models.ForeignKey(Respondent, on_delete=models.PROTECT, related_name="responses")
    occasion = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=8, choices=State.choices, default=State.STARTED)
    source = models.CharField(max_length=4, choices=Source.choices, default=Source.LINK)
    language = models.CharField(max_length=12)
    weight = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    code_digest = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)
    started_at = models.DateTimeField(default=timezone.now)
    completed_at = models.DateTimeField(null=True, blank=True)
    resume_after = models.PositiveIntegerField(
        default=0, help_text=_("The last page on which the respondent pressed Next.")
    )
    page_shown_at = models.DateTimeField(null=True, blank=True)
    seconds_per_page = models.JSONField(default=dict, blank=True)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-id"]
        indexes = [models.Index(fields=["wave", "state"], name="response_by_wave_and_state")]
        constraints = [
            models.UniqueConstraint(
                name="respondent_answers_once_an_occasion", fields=["wave", "respondent", "occasion"]
            ),
            models.CheckConstraint(
                name="response_completed_at_iff_complete",
                condition=Q(state="complete", completed_at__isnull=False, completed_at__gte=F("started_at"))
                | Q(state="started", completed_at__isnull=True),
            ),
            models.CheckConstraint(name="response_has_an_occasion", condition=Q(occasion__gte=1)),
            models.CheckConstraint(name="weight_is_not_negative", condition=Q(weight__gte=0)),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def is_complete(self) -> bool:
        return self.state == self.State.COMPLETE


class Answer(models.Model):
    """The answer to one item: a text, a number, a day or codes; or a missing value.

    A choice that is a missing value ("don't know") is stored as its code and as `missing`.
    """

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="answers")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="answers")
    text = models.TextField(null=True, blank=True)  # noqa: DJ001 - null is "not a text", as in the other three
    number = models.DecimalField(max_digits=21, decimal_places=6, null=True, blank=True)
    day = models.DateField(null=True, blank=True)
    codes = ArrayField(models.CharField(max_length=64), null=True, blank=True)
    missing = models.CharField(max_length=14, blank=True, choices=MISSING_KINDS)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        ordering = ["response", "item"]
        indexes = [
            models.Index(fields=["item", "missing"], name="answer_by_item"),
            GinIndex(fields=["codes"], name="answer_by_code"),
        ]
        constraints = [
            models.UniqueConstraint(name="response_answers_an_item_once", fields=["response", "item"]),
            models.CheckConstraint(
                name="answer_is_one_value_or_a_kind_of_missing",
                condition=(Q(missing="") & (_only("text") | _only("number") | _only("day") | _only("codes")))
                | (~Q(missing="") & Q(text__isnull=True, number__isnull=True, day__isnull=True)),
            ),
            models.CheckConstraint(
                name="answer_has_a_known_kind_of_missing",
                condition=Q(missing__in=["", *(kind.value for kind in Missing)]),
            ),
            models.CheckConstraint(
                name="chosen_codes_are_not_empty", condition=Q(codes__isnull=True) | Q(codes__len__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.response_id}: {self.item_id}"

    @property
    def as_input(self) -> AnswerInput:
        codes = tuple(self.codes) if self.codes is not None else None
        return AnswerInput(text=self.text, number=self.number, day=self.day, codes=codes, missing=self.missing)
