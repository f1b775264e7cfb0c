"""A questionnaire, its versions and their parts. Published versions are frozen by triggers."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import AccessControlled, User
from rest.vocabularies import COUNTRY, CutByProgramme, TermKeysField
from surveys.kinds import ITEM_TYPE_LABELS, MISSING_LABELS, RESPONDENT_MISSING, SELECTS, ItemType
from surveys.querysets import QuestionnaireQuerySet, QuestionnaireVersionQuerySet, VersionPartQuerySet
from surveys.validation import NAME_RULE
from versions.models import Version, version_rules
from versions.triggers import frozen_part, frozen_version, same_version

ITEM_TYPES = [(kind.value, _(label)) for kind, label in ITEM_TYPE_LABELS.items()]
VERSIONS = "surveys_questionnaireversion"
MISSING_KINDS = [(kind.value, _(label)) for kind, label in MISSING_LABELS.items()]
is_valid_name = RegexValidator(
    r"^[A-Za-z_][A-Za-z0-9_.-]{0,63}$",
    _(NAME_RULE),
    code="bad_name",
)


class Questionnaire(CutByProgramme, AccessControlled):
    """A questionnaire over all its versions."""

    slug = models.SlugField(_("short name"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=250)
    description = models.TextField(_("description"), blank=True)
    countries = TermKeysField(_("countries"), vocabulary=COUNTRY)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    is_fictional = models.BooleanField(default=False, help_text=_("Fictional data of the demonstration."))
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        ordering = ["title", "id"]
        constraints = [models.CheckConstraint(name="questionnaire_has_a_title", condition=~Q(title=""))]

    def __str__(self) -> str:
        return self.title


class QuestionnaireVersion(Version):
    """A version of a questionnaire: a draft that can be edited, or published and frozen."""

    class Source(models.TextChoices):
        BROWSER = "browser", _("Created in the browser")
        XLSFORM = "xlsform", _("Loaded from an XLSForm")

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="versions")
    languages = ArrayField(models.CharField(max_length=12))
    default_language = models.CharField(max_length=12)
    titles = models.JSONField(default=dict, blank=True)
    introductions = models.JSONField(default=dict, blank=True)
    thanks = models.JSONField(default=dict, blank=True)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.BROWSER)
    source_name = models.CharField(max_length=255, blank=True)
    source_sha256 = models.CharField(max_length=64, blank=True)

    objects = QuestionnaireVersionQuerySet.as_manager()

    class Meta(Version.Meta):
        ordering = ["questionnaire", "-number"]
        constraints = [
            *version_rules("questionnaire"),
            models.CheckConstraint(
                name="version_default_language_is_one_of_its_languages",
                condition=Q(languages__contains=[F("default_language")]),
            ),
            models.CheckConstraint(
                name="version_has_a_sheet_iff_loaded",
                condition=Q(source="browser", source_name="", source_sha256="")
                | (Q(source="xlsform") & ~Q(source_name="") & ~Q(source_sha256="")),
            ),
        ]
        triggers = [frozen_version("published_version_is_frozen")]

    def __str__(self) -> str:
        return f"{self.questionnaire} version {self.number}"


class Section(models.Model):
    """Items that belong together, on one page or on consecutive pages."""

    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.CASCADE, related_name="sections")
    name = models.CharField(_("name"), max_length=64, validators=[is_valid_name])
    position = models.PositiveIntegerField()
    titles = models.JSONField(default=dict, blank=True)
    relevance = models.TextField(blank=True)

    objects = VersionPartQuerySet.as_manager()

    class Meta:
        ordering = ["version", "position", "id"]
        constraints = [
            models.UniqueConstraint(name="section_name_is_unique_in_version", fields=["version", "name"]),
            models.UniqueConstraint(
                name="section_position_is_unique_in_version",
                fields=["version", "position"],
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]
        triggers = [frozen_part("section_is_frozen", VERSIONS)]

    def __str__(self) -> str:
        return next(filter(None, self.titles.values()), self.name)


class ChoiceList(models.Model):
    """Choices that one or several items offer."""

    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.CASCADE, related_name="choice_lists")
    name = models.CharField(_("name"), max_length=64, validators=[is_valid_name])

    objects = VersionPartQuerySet.as_manager()

    class Meta:
        ordering = ["version", "name"]
        constraints = [models.UniqueConstraint(name="list_name_is_unique_in_version", fields=["version", "name"])]
        triggers = [frozen_part("choice_list_is_frozen", VERSIONS)]

    def __str__(self) -> str:
        return self.name


class Choice(models.Model):
    """One choice of a list. `value` is its number in scales and in labelled SPSS and Stata files."""

    choice_list = models.ForeignKey(ChoiceList, on_delete=models.CASCADE, related_name="choices")
    code = models.CharField(max_length=64)
    labels = models.JSONField(default=dict)
    value = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    missing = models.CharField(max_length=14, blank=True, choices=MISSING_KINDS)
    columns = models.JSONField(
        default=list, blank=True, help_text=_("Values of the filter columns for which the choice is shown.")
    )
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["choice_list", "position", "id"]
        constraints = [
            models.UniqueConstraint(name="code_is_unique_in_list", fields=["choice_list", "code"]),
            models.CheckConstraint(
                name="code_has_no_blanks",
                condition=~Q(code="") & ~Q(code__regex=r"\s") & ~Q(code__startswith="missing:"),
            ),
            models.CheckConstraint(
                name="choice_has_a_known_kind_of_missing",
                condition=Q(missing__in=["", *(kind for kind, _ in MISSING_KINDS)]),
            ),
        ]
        triggers = [
            frozen_part(
                "choice_is_frozen",
                VERSIONS,
                "(SELECT l.version_id FROM surveys_choicelist l WHERE l.id = affected.choice_list_id)",
            )
        ]

    def __str__(self) -> str:
        return self.code


class Scale(models.Model):
    """Items that together measure one thing. A subscale names the scale it is part of."""

    class MissingPolicy(models.TextChoices):
        COMPLETE = "complete", _("Only respondents who answered every item")
        AT_LEAST = "at-least", _("Mean of the answered items, if there are enough of them")

    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.CASCADE, related_name="scales")
    name = models.CharField(_("name"), max_length=64, validators=[is_valid_name])
    titles = models.JSONField(default=dict, blank=True)
    part_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="subscales")
    missing_policy = models.CharField(max_length=10, choices=MissingPolicy.choices, default=MissingPolicy.COMPLETE)
    least_items = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = VersionPartQuerySet.as_manager()

    class Meta:
        ordering = ["version", "name"]
        constraints = [
            models.UniqueConstraint(name="scale_name_is_unique_in_version", fields=["version", "name"]),
            models.CheckConstraint(name="scale_is_not_part_of_itself", condition=~Q(part_of=F("id"))),
            models.CheckConstraint(
                name="scale_names_least_items_iff_its_policy_needs_them",
                condition=Q(missing_policy="complete", least_items__isnull=True)
                | Q(missing_policy="at-least", least_items__isnull=False, least_items__gt=0),
            ),
        ]
        triggers = [frozen_part("scale_is_frozen", VERSIONS)]

    def __str__(self) -> str:
        return next(filter(None, self.titles.values()), self.name)


class Item(models.Model):
    """A question, a note or a calculation. `offers` are the missing values that a respondent can choose."""

    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.CASCADE, related_name="items")
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    name = models.CharField(_("name"), max_length=64, validators=[is_valid_name])
    type = models.CharField(max_length=16, choices=ITEM_TYPES)
    labels = models.JSONField(default=dict, blank=True)
    hints = models.JSONField(default=dict, blank=True)
    choice_list = models.ForeignKey(ChoiceList, null=True, blank=True, on_delete=models.PROTECT, related_name="items")
    is_required = models.BooleanField(default=False)
    required_messages = models.JSONField(default=dict, blank=True)
    constraint = models.TextField(blank=True)
    constraint_messages = models.JSONField(default=dict, blank=True)
    relevance = models.TextField(blank=True)
    calculation = models.TextField(blank=True)
    choice_filter = models.TextField(blank=True)
    offers = ArrayField(models.CharField(max_length=14), default=list, blank=True)
    scale = models.ForeignKey(Scale, null=True, blank=True, on_delete=models.PROTECT, related_name="items")
    is_reversed = models.BooleanField(default=False)

    objects = VersionPartQuerySet.as_manager()

    class Meta:
        ordering = ["version", "section__position", "position", "id"]
        constraints = [
            models.UniqueConstraint(name="item_name_is_unique_in_version", fields=["version", "name"]),
            models.UniqueConstraint(
                name="item_position_is_unique_in_section",
                fields=["section", "position"],
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                name="item_has_a_list_iff_it_selects",
                condition=Q(type__in=sorted(SELECTS), choice_list__isnull=False)
                | (~Q(type__in=sorted(SELECTS)) & Q(choice_list__isnull=True, choice_filter="")),
            ),
            models.CheckConstraint(
                name="item_has_a_calculation_iff_calculated",
                condition=(Q(type=ItemType.CALCULATE.value) & ~Q(calculation=""))
                | (~Q(type=ItemType.CALCULATE.value) & Q(calculation="")),
            ),
            models.CheckConstraint(
                name="only_a_question_has_rules_for_answers",
                condition=~Q(type__in=[ItemType.NOTE.value, ItemType.CALCULATE.value])
                | Q(is_required=False, constraint="", offers=[]),
            ),
            models.CheckConstraint(
                name="item_offers_what_respondents_can_say",
                condition=Q(offers__contained_by=[kind.value for kind in RESPONDENT_MISSING]),
            ),
            models.CheckConstraint(
                name="item_is_reversed_only_in_a_scale",
                condition=Q(is_reversed=False) | Q(scale__isnull=False),
            ),
        ]
        triggers = [
            frozen_part("item_is_frozen", VERSIONS),
            same_version("item_and_section_are_of_one_version", "section_id", "surveys_section"),
            same_version("item_and_list_are_of_one_version", "choice_list_id", "surveys_choicelist"),
            same_version("item_and_scale_are_of_one_version", "scale_id", "surveys_scale"),
        ]

    def __str__(self) -> str:
        return self.name
