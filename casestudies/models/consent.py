"""Informants under pseudonyms, and their consent."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import tracked
from accounts.models import User
from casestudies.models.cases import CaseStudy
from casestudies.models.choices import ConsentScope
from casestudies.querysets import OfOwnCaseQuerySet


@tracked
class Informant(models.Model):
    """A person who gave information, known by a pseudonym. The casebook never holds the person's name."""

    case_study = models.ForeignKey(CaseStudy, on_delete=models.PROTECT, verbose_name=_("case study"))
    pseudonym = models.CharField(_("pseudonym"), max_length=120)
    group = models.SlugField(_("group of actors"), max_length=80)
    description = models.CharField(
        _("description"), max_length=300, blank=True, help_text=_("Nothing that identifies the person.")
    )
    created_at = models.DateTimeField(default=timezone.now)
    updated_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = OfOwnCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("informant")
        default_related_name = "informants"
        ordering = ["case_study", "pseudonym", "id"]
        constraints = [
            models.UniqueConstraint(
                name="pseudonym_is_unique_in_a_case",
                violation_error_message=_("Another informant of this case has this pseudonym."),
                fields=["case_study", "pseudonym"],
            ),
            models.CheckConstraint(name="informant_has_a_pseudonym", condition=~Q(pseudonym="")),
        ]

    def __str__(self) -> str:
        return self.pseudonym


@tracked
class Consent(models.Model):
    """What an informant agreed to, when, where the evidence is, and when consent was withdrawn."""

    informant = models.ForeignKey(Informant, on_delete=models.PROTECT, verbose_name=_("informant"))
    scope = ArrayField(models.CharField(max_length=9, choices=ConsentScope.choices), verbose_name=_("scope"))
    given_on = models.DateField(_("given on"))
    evidence = models.CharField(
        _("evidence"), max_length=300, help_text=_("Where the signed form or the recording is kept.")
    )
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    updated_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = OfOwnCaseQuerySet.as_manager()
    case_study_path = "informant__case_study"

    class Meta:
        verbose_name = _("consent")
        default_related_name = "consents"
        ordering = ["informant", "given_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="consent_has_known_scopes",
                condition=Q(scope__contained_by=ConsentScope.values) & Q(scope__len__gt=0),
            ),
            models.CheckConstraint(
                name="consent_is_withdrawn_after_given",
                violation_error_message=_("Consent cannot be withdrawn before it was given."),
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("given_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.informant}: {', '.join(self.scope)}"
