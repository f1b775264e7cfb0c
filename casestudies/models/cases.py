"""The case study: strand by country by policy sector, with its place, people and period."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import tracked
from accounts.models import AccessControlled, Organisation, User
from casestudies.models.choices import Attitude, Level, Precision, ReviewState
from casestudies.querysets import CaseStudyQuerySet
from registry.models import Place, PolicySector
from standards.countries import country_choices

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def key_list(verbose_name: "str | _StrPromise") -> "ArrayField[list[str], list[str]]":
    """Keys of several terms of one vocabulary."""
    return ArrayField(models.SlugField(max_length=80), default=list, blank=True, verbose_name=verbose_name)


@tracked
class CaseStudy(AccessControlled):
    """One case of citizens taking part in public innovation. A draft until its organisation approves it."""

    slug = models.SlugField(max_length=80, unique=True)
    working_title = models.CharField(_("working title"), max_length=250)
    titles = models.JSONField(
        _("titles"), default=dict, blank=True, help_text=_("Titles in other languages, by language code.")
    )
    language = models.CharField(
        _("language"), max_length=8, default="en", help_text=_("Of the working title and the abstract.")
    )
    abstract = models.TextField(_("abstract"), blank=True)
    themes = key_list(_("themes"))
    strands = key_list(_("strands"))
    keywords = ArrayField(models.CharField(max_length=120), default=list, blank=True, verbose_name=_("keywords"))
    country = models.CharField(_("country"), max_length=2, choices=country_choices)
    place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("place")
    )
    sector = models.ForeignKey(
        PolicySector, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("policy sector")
    )
    level = models.CharField(_("level of government"), max_length=8, blank=True, choices=Level.choices)
    public_body = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("public body")
    )
    public_body_name = models.CharField(
        _("public body, if not listed"),
        max_length=250,
        blank=True,
        help_text=_("Where the list of organisations does not have it."),
    )
    initiator = models.SlugField(
        _("initiator"), max_length=80, blank=True, help_text=_("The group of actors that started the case.")
    )
    attitude = models.CharField(
        _("lead attitude of the public body"), max_length=10, blank=True, choices=Attitude.choices
    )
    innovation_type = models.SlugField(_("innovation type"), max_length=80, blank=True)
    newness = models.SlugField(_("newness"), max_length=80, blank=True)
    ict_role = models.SlugField(_("role of ICT"), max_length=80, blank=True)
    started_on = models.DateField(_("started"), null=True, blank=True)
    started_precision = models.CharField(
        _("precision of the start"), max_length=5, blank=True, choices=Precision.choices
    )
    ended_on = models.DateField(_("ended"), null=True, blank=True)
    ended_precision = models.CharField(_("precision of the end"), max_length=5, blank=True, choices=Precision.choices)
    documents = models.PositiveIntegerField(_("documents read"), null=True, blank=True)
    interviews = models.PositiveIntegerField(_("interviews held"), null=True, blank=True)
    observations = models.PositiveIntegerField(_("observations made"), null=True, blank=True)
    methods = models.TextField(_("methods"), blank=True, help_text=_("How it was studied, in a few sentences."))
    researcher = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("researcher")
    )
    review_state = models.CharField(
        _("review state"), max_length=10, choices=ReviewState.choices, default=ReviewState.DRAFT
    )
    withdrawn_because = models.CharField(_("reason for the withdrawal"), max_length=500, blank=True)
    persistent_identifier = models.CharField(_("persistent identifier"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now, db_index=True)
    updated_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = CaseStudyQuerySet.as_manager()

    class Meta:
        verbose_name = _("case study")
        verbose_name_plural = _("case studies")
        ordering = ["working_title", "id"]
        constraints = [
            models.CheckConstraint(name="case_has_a_working_title", condition=~Q(working_title="")),
            models.CheckConstraint(
                name="case_start_has_a_precision_iff_dated",
                violation_error_message=_(
                    "Enter the start with its precision (day, month or year), or leave both empty."
                ),
                condition=Q(started_on__isnull=True, started_precision="")
                | Q(started_on__isnull=False, started_precision__in=Precision.values),
            ),
            models.CheckConstraint(
                name="case_end_has_a_precision_iff_dated",
                violation_error_message=_(
                    "Enter the end with its precision (day, month or year), or leave both empty."
                ),
                condition=Q(ended_on__isnull=True, ended_precision="")
                | Q(ended_on__isnull=False, ended_precision__in=Precision.values),
            ),
            models.CheckConstraint(
                name="case_ends_after_it_starts",
                violation_error_message=_("The case cannot end before it starts."),
                condition=Q(started_on__isnull=True) | Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
            ),
            models.CheckConstraint(
                name="case_names_its_public_body_once",
                violation_error_message=_("Choose a listed public body or enter its name, not both."),
                condition=Q(public_body__isnull=True) | Q(public_body_name=""),
            ),
            models.CheckConstraint(name="case_has_a_known_state", condition=Q(review_state__in=ReviewState.values)),
            models.CheckConstraint(
                name="case_has_a_reason_iff_withdrawn",
                condition=Q(review_state=ReviewState.WITHDRAWN) & ~Q(withdrawn_because="")
                | ~Q(review_state=ReviewState.WITHDRAWN) & Q(withdrawn_because=""),
            ),
            models.CheckConstraint(name="case_versions_count_from_one", condition=Q(version__gte=1)),
            models.UniqueConstraint(
                name="persistent_identifier_is_unique_where_given",
                violation_error_message=_("Another case study has this persistent identifier."),
                fields=["persistent_identifier"],
                condition=~Q(persistent_identifier=""),
            ),
        ]
        indexes = [
            models.Index(fields=["country", "sector"], name="case_by_country_and_sector"),
            models.Index(fields=["organisation", "review_state"], name="case_by_organisation_and_state"),
        ]

    def __str__(self) -> str:
        return self.working_title

    def get_absolute_url(self) -> str:
        return reverse("case-study-detail", args=[self.slug])

    @property
    def public_body_label(self) -> str:
        return str(self.public_body) if self.public_body_id else self.public_body_name
