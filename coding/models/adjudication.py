"""The agreed codings of a unit, decision by decision, with reasons. An adjudication can be reopened."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import tracked
from accounts.models import User
from coding.models.codebooks import Code
from coding.models.codings import Coding
from coding.models.rounds import RoundUnit
from coding.querysets.codings import AdjudicationQuerySet, DecisionQuerySet
from versions.triggers import append_only


@tracked
class Adjudication(models.Model):
    """The adjudication of one unit of a round.

    It is opened when the submissions of a complete unit are compared. The counts and lists of differences are those of
    the last comparison or decision; a page that decides computes them again from the submissions.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        SETTLED = "settled", _("Settled")

    class Basis(models.TextChoices):
        PERSON = "person", _("Decided by a person")
        ALL_AGREE = "all-agree", _("All coders agree")
        THRESHOLD = "threshold", _("Enough coders agree")
        ONE_CODER = "one-coder", _("One coder only")

    round_unit = models.OneToOneField(RoundUnit, on_delete=models.PROTECT, related_name="adjudication")
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    basis = models.CharField(_("basis"), max_length=10, choices=Basis.choices, default=Basis.PERSON)
    note = models.TextField(_("note"), blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=0, help_text=_("Grows with each decision, settlement and reopening."))
    compared = models.PositiveIntegerField(
        default=0, help_text=_("Submissions and withdrawals of the unit that the last comparison saw.")
    )
    differences = models.PositiveIntegerField(_("differences"), default=0)
    decided = models.PositiveIntegerField(_("decided"), default=0)
    differing_codes = ArrayField(models.SlugField(max_length=80), default=list, blank=True)
    kinds = ArrayField(models.CharField(max_length=10), default=list, blank=True)

    # Set by `with_changes` and `with_record`.
    changes: int
    is_by_a_coder: bool

    objects = AdjudicationQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="adjudication_has_a_time_iff_settled",
                condition=Q(state="open", settled_at__isnull=True) | Q(state="settled", settled_at__isnull=False),
            ),
            models.CheckConstraint(
                name="adjudication_by_a_person_names_them_when_settled",
                condition=Q(state="open") | ~Q(basis="person") | Q(settled_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.round_unit}"

    def get_absolute_url(self) -> str:
        return reverse("adjudication-detail", args=[self.round_unit.round_id, self.pk])

    @property
    def is_settled(self) -> bool:
        return self.state == self.State.SETTLED


class AdjudicationDecision(models.Model):
    """One decision of an adjudication. A later decision on the same code and passage replaces it; none is deleted.

    A decision without a code is about all codings of the unit: *reject all*. One without a person was made by the rule
    of the round. `about` are the codings of coders that it is about, none for a code that the adjudicator added. An
    undone decision is replaced by one that says again what was decided before, or that nothing was: `undoes` names it.
    """

    class Verdict(models.TextChoices):
        ACCEPT = "accept", _("Accepted")
        REJECT = "reject", _("Rejected")
        REJECT_ALL = "reject-all", _("All rejected: none applies")
        UNDECIDED = "undecided", _("Open again")

    adjudication = models.ForeignKey(Adjudication, on_delete=models.PROTECT, related_name="decisions")
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices)
    code = models.ForeignKey(Code, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    about = models.ManyToManyField(Coding, blank=True, related_name="decisions")
    reason = models.TextField(_("reason"), blank=True)
    replaces = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")
    undoes = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by")
    made_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    # Set where decisions are compared with codings: whether there are any in `about`.
    was_chosen: bool

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="decision_names_a_code_unless_all_are_rejected",
                condition=Q(verdict="reject-all", code__isnull=True)
                | Q(verdict__in=["accept", "reject"], code__isnull=False)
                | Q(verdict="undecided"),
            ),
            models.CheckConstraint(
                name="decision_passage_is_not_empty",
                condition=Q(start__isnull=True, end__isnull=True)
                | Q(start__isnull=False, end__isnull=False, end__gt=F("start")),
            ),
        ]
        triggers = [append_only("decision_is_append_only", erasable=("reason",))]

    def __str__(self) -> str:
        return self.get_verdict_display()
