"""Datasets, their source files, and the mappings of their columns to fields."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import AccessControlled, User
from accounts.querysets import AccessControlledQuerySet
from accounts.roles import AccessLevel
from imports.inbox_folder import NAME as INBOX_NAME
from rest.vocabularies import CutByProgramme
from standards.countries import country_choices
from standards.sentences import SentenceField


class Dataset(CutByProgramme, AccessControlled):
    """A secondary administrative dataset: records of one kind from one office, imported once or repeatedly."""

    class InboxRule(models.TextChoices):
        """What happens to a new file in the inbox folder of the dataset."""

        OFF = "off", _("Not watched")
        CHECK = "check", _("Check new files and ask before loading")
        LOAD = "load", _("Load new files automatically")

    class LanguageFrom(models.TextChoices):
        """Where the language of the dataset comes from."""

        NOBODY = "", _("Not recorded")
        PERSON = "person", _("Chosen by a person")
        DETECTED = "detected", _("Detected from its texts")

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=250)
    description = models.TextField(blank=True)
    recipe = models.CharField(max_length=40, help_text=_("What its rows are: the name of a recipe."))
    office = models.ForeignKey(
        "accounts.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    country = models.CharField(max_length=2, blank=True, choices=country_choices)
    language = models.CharField(max_length=2, blank=True, help_text=_("ISO 639-1, for rows without a language."))
    language_from = models.CharField(max_length=8, choices=LanguageFrom.choices, blank=True, editable=False)
    earlier_languages = ArrayField(
        models.CharField(max_length=2), default=list, editable=False,
        help_text=_("In which the search may still read rows without a language, until a job has read them again."),
    )  # fmt: skip
    languages = ArrayField(models.CharField(max_length=2), default=list, editable=False)
    first_year = models.PositiveSmallIntegerField(null=True, blank=True)
    last_year = models.PositiveSmallIntegerField(null=True, blank=True)
    licence = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=500, blank=True, help_text=_("Where the files come from."))
    retrieved_on = models.DateField(null=True, blank=True)
    update_rhythm = models.CharField(max_length=60, blank=True)
    narrative_access = models.CharField(max_length=12, choices=AccessLevel.choices, default=AccessLevel.CONSORTIUM)
    counts_access = models.CharField(
        max_length=12, choices=AccessLevel.choices, default=AccessLevel.RESTRICTED,
        help_text=_("Who may see counts of the records without reading them; those who may read them see "
"true counts."),
    )  # fmt: skip
    disclosure_threshold = models.PositiveSmallIntegerField(default=10)
    codebook = models.TextField(blank=True)
    linked_with = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="linked",
        help_text=_("The dataset whose rows are about the same things, with the same references."),
    )  # fmt: skip
    record_count = models.PositiveBigIntegerField(default=0, editable=False)
    inbox = models.CharField(
        max_length=80, blank=True, help_text=_("A folder below the site's inbox folder."),
        validators=[RegexValidator(rf"^{INBOX_NAME}\Z", _("Use one name of letters, digits, points and hyphens."))],
    )  # fmt: skip
    inbox_rule = models.CharField(max_length=5, choices=InboxRule.choices, default=InboxRule.OFF)
    inbox_problem = SentenceField(blank=True, editable=False)
    is_fictional = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = AccessControlledQuerySet.as_manager()

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            models.CheckConstraint(
                name="dataset_is_not_linked_with_itself",
                condition=Q(linked_with__isnull=True) | ~Q(linked_with=F("id")),
            ),
            models.CheckConstraint(
                name="dataset_years_in_order",
                condition=Q(first_year__isnull=True) | Q(last_year__isnull=True) | Q(first_year__lte=F("last_year")),
            ),
            models.CheckConstraint(
                name="dataset_watches_a_named_inbox",
                condition=Q(inbox_rule="off") | ~Q(inbox=""),
                violation_error_message=_("Name the inbox folder that is watched."),
            ),
            models.UniqueConstraint(
                name="inbox_belongs_to_one_dataset",
                fields=["inbox"],
                condition=~Q(inbox=""),
                violation_error_message=_("Another dataset has this inbox folder."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class SourceFile(models.Model):
    """An original file, stored once by its SHA-256 below MEDIA_ROOT."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    stored_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.sha256[:12]


class Mapping(models.Model):
    """How the columns of a dataset's files become fields. A changed mapping is a new version; versions are never
    edited."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="mappings")
    version = models.PositiveIntegerField()
    recipe = models.CharField(max_length=40)
    definition = models.JSONField(help_text=_("Dialect, columns, value maps, formats and constants."))
    fingerprint = models.CharField(max_length=64, editable=False, help_text=_("Equal for mappings that do the same."))
    created_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["dataset", "-version"]
        constraints = [
            models.UniqueConstraint(name="mapping_version_is_unique", fields=["dataset", "version"]),
            models.UniqueConstraint(name="mapping_is_kept_once", fields=["dataset", "recipe", "fingerprint"]),
        ]

    def __str__(self) -> str:
        return f"{self.dataset} v{self.version}"
