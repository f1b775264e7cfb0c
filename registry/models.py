"""What every study shares: policy sectors, places, vocabularies."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from standards.countries import country_choices


class PolicySector(models.Model):
    """A policy sector by which cases are compared, with its COFOG division (01 to 10)."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    cofog = models.CharField(_("COFOG division"), max_length=2, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Place(models.Model):
    """A named place. NUTS and LAU codes change, so a code is stored with its scheme and version."""

    class Scheme(models.TextChoices):
        NUTS = "NUTS", _("NUTS")
        LAU = "LAU", _("LAU")

    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, choices=country_choices)
    scheme = models.CharField(max_length=8, blank=True, choices=Scheme.choices)
    scheme_version = models.CharField(max_length=8, blank=True)
    code = models.CharField(max_length=20, blank=True)
    latitude = models.DecimalField(
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    precision_m = models.PositiveIntegerField(_("precision in metres"), null=True, blank=True)

    class Meta:
        ordering = ["country", "name", "id"]
        constraints = [
            models.CheckConstraint(
                name="place_code_iff_scheme_and_version",
                condition=Q(code="", scheme="", scheme_version="")
                | (~Q(code="") & ~Q(scheme="") & ~Q(scheme_version="")),
            ),
            models.CheckConstraint(
                name="place_has_both_coordinates_or_none",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
            ),
            models.UniqueConstraint(name="place_is_unique_by_name", fields=["country", "name", "scheme", "code"]),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.country})"


class Vocabulary(models.Model):
    """A concept scheme in the sense of SKOS, in one version."""

    slug = models.SlugField(max_length=60)
    version = models.CharField(max_length=20, default="1")
    name = models.CharField(max_length=200)
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name_plural = _("vocabularies")
        ordering = ["slug", "version"]
        constraints = [models.UniqueConstraint(name="vocabulary_version_is_unique", fields=["slug", "version"])]

    def __str__(self) -> str:
        return f"{self.name} ({self.version})"


class Term(models.Model):
    """A concept of a vocabulary. `labels` maps ISO 639-1 codes to labels and always has English."""

    vocabulary = models.ForeignKey(Vocabulary, on_delete=models.CASCADE, related_name="terms")
    key = models.SlugField(max_length=80)
    labels = models.JSONField(default=dict)
    definition = models.TextField(blank=True)
    broader = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="narrower")
    related = models.ManyToManyField("self", blank=True)
    exact_match = models.ManyToManyField("self", blank=True)
    close_match = models.ManyToManyField("self", blank=True)
    replaced_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaces")
    is_heading = models.BooleanField(
        default=False, help_text=_("Groups the terms below it; it cannot be chosen itself.")
    )
    is_deprecated = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["vocabulary", "position", "id"]
        constraints = [
            models.UniqueConstraint(name="term_key_is_unique_in_vocabulary", fields=["vocabulary", "key"]),
            models.CheckConstraint(name="term_has_an_english_label", condition=Q(labels__has_key="en")),
        ]

    def __str__(self) -> str:
        return str(self.labels.get("en", self.key))
