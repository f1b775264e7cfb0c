"""The people behind pseudonyms, and what they agreed to."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.history import tracked
from accounts.models import User
from casestudies.models.cases import CaseStudy
from casestudies.models.choices import ConsentScope
from casestudies.querysets import OfOwnCaseQuerySet


@tracked
class Informant(models.Model):
    """Someone who told something, under a pseudonym. Who it is stands nowhere in the casebook."""

    case_study = models.ForeignKey(CaseStudy, on_delete=models.PROTECT)
    pseudonym = models.CharField(max_length=120)
    group = models.SlugField("group of actors", max_length=80)
    description = models.CharField(max_length=300, blank=True, help_text="Nothing that tells who it is.")
    created_at = models.DateTimeField(default=timezone.now)
    updated_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[Any] = OfOwnCaseQuerySet.as_manager()

    class Meta:
        default_related_name = "informants"
        ordering = ["case_study", "pseudonym", "id"]
        constraints = [
            models.UniqueConstraint(
                name="pseudonym_is_unique_in_a_case",
                violation_error_message="Someone in this case has this pseudonym.",
                fields=["case_study", "pseudonym"],
            ),
            models.CheckConstraint(name="informant_has_a_pseudonym", condition=~Q(pseudonym="")),
        ]

    def __str__(self) -> str:
        return self.pseudonym


@tracked
class Consent(models.Model):
    """What an informant agreed to, when, where that is written down, and until when."""

    informant = models.ForeignKey(Informant, on_delete=models.PROTECT)
    scope = ArrayField(models.CharField(max_length=9, choices=ConsentScope.choices))
    given_on = models.DateField("given")
    evidence = models.CharField(max_length=300, help_text="Where the signed form or the recording is kept.")
    withdrawn_on = models.DateField("withdrawn", null=True, blank=True)
    updated_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[Any] = OfOwnCaseQuerySet.as_manager()
    case_study_path = "informant__case_study"

    class Meta:
        default_related_name = "consents"
        ordering = ["informant", "given_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="consent_has_known_scopes",
                condition=Q(scope__contained_by=ConsentScope.values) & Q(scope__len__gt=0),
            ),
            models.CheckConstraint(
                name="consent_is_withdrawn_after_given",
                violation_error_message="Consent is withdrawn before it was given.",
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("given_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.informant}: {', '.join(self.scope)}"
