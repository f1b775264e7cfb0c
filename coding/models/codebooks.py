"""Codebooks and their versions. Published versions are frozen; each version has its own codes (ADR 0060)."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from tree_queries.models import TreeNode

from accounts.history import tracked
from accounts.models import AccessControlled
from coding.querysets.codebooks import CodebookQuerySet, CodebookVersionQuerySet, CodeQuerySet
from versions.models import Version, version_rules
from versions.triggers import frozen_part, frozen_version, same_version

# Fixed keys of codes: the row of digits, alone and with Shift. They are named by their place on the keyboard, not by
# the letter that a layout prints there.
SHORTCUTS = [*"1234567890", *(f"shift-{digit}" for digit in "1234567890")]
COLOURS = ["#1d5c96", "#1c6b3c", "#7a4b00", "#a3221f", "#6b3fa0", "#00676e", "#8a3a68", "#515c6b"]


@tracked
class Codebook(AccessControlled):
    """A tree of codes with definitions, in numbered versions."""

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(
        _("description"), blank=True, help_text=_("What the codebook is for, and what it is not for.")
    )
    language = models.CharField(
        _("language"), max_length=8, default="en", help_text=_("Language of names and definitions, for example en.")
    )
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = CodebookQuerySet.as_manager()

    class Meta:
        ordering = ["title", "id"]
        constraints = [models.CheckConstraint(name="codebook_has_a_title", condition=~Q(title=""))]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("codebook-detail", args=[self.slug])


@tracked
class CodebookVersion(Version):  # type: ignore[django-manager-missing] # the tree's base has no types
    """The codes of a published version or of the draft."""

    class Passages(models.TextChoices):
        WORDS = "words", _("Whole words")
        SENTENCES = "sentences", _("Whole sentences")
        PARAGRAPHS = "paragraphs", _("Whole paragraphs")

    codebook = models.ForeignKey(Codebook, on_delete=models.PROTECT, related_name="versions")
    passages = models.CharField(
        _("passages"),
        max_length=10,
        choices=Passages.choices,
        default=Passages.WORDS,
        help_text=_(
            "Where a coded passage can start and end. The same for all coders, so that passages can be compared."
        ),
    )

    objects = CodebookVersionQuerySet.as_manager()

    class Meta(Version.Meta):
        ordering = ["codebook", "-number"]
        constraints = version_rules("codebook")
        triggers = [frozen_version("codebook_version_is_frozen")]

    def __str__(self) -> str:
        return gettext("%(codebook)s, version %(number)d") % {"codebook": self.codebook, "number": self.number}


@tracked
class Code(TreeNode):
    """A code in one version. `key` is the same in every version, even where the name changes."""

    version = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="codes")
    key = models.SlugField(max_length=80)
    name = models.CharField(_("name"), max_length=120)
    definition = models.TextField(_("definition"), blank=True)
    include = models.TextField(_("include"), blank=True)
    exclude = models.TextField(_("exclude"), blank=True)
    examples = models.TextField(_("examples"), blank=True)
    colour = models.CharField(
        _("colour"),
        max_length=7,
        default=COLOURS[0],
        validators=[RegexValidator(r"^#[0-9a-f]{6}$", _("Enter a colour like #1d5c96."))],
    )
    is_codable = models.BooleanField(
        _("can be applied"),
        default=True,
        help_text=_("If this is not selected, the code is a heading that groups the codes below it."),
    )
    shortcut = models.CharField(
        _("key on the keyboard"),
        max_length=7,
        blank=True,
        choices=[(key, key.replace("shift-", "Shift + ")) for key in SHORTCUTS],
        help_text=_("The key that applies this code. It is the same for all coders and all units."),
    )
    position = models.PositiveIntegerField(default=0)

    objects = CodeQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(name="code_key_is_unique_in_its_version", fields=["version", "key"]),
            models.UniqueConstraint(
                name="code_shortcut_is_unique_in_its_version", fields=["version", "shortcut"], condition=~Q(shortcut="")
            ),
            models.CheckConstraint(name="code_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="code_is_not_its_own_parent", condition=Q(parent__isnull=True) | ~Q(parent=F("id"))
            ),
        ]
        triggers = [
            frozen_part("published_codes_are_final", "coding_codebookversion"),
            same_version("code_stands_in_the_version_of_its_parent", "parent_id", "coding_code"),
        ]

    def __str__(self) -> str:
        return self.name


class CodeOrigin(models.Model):
    """Which code of the version before a code comes from: one row for a copy, several rows to one code for a merge,
    several rows from one code for a split. Codings always keep the code they were made with."""

    before = models.ForeignKey(Code, on_delete=models.CASCADE, related_name="became")
    after = models.ForeignKey(Code, on_delete=models.CASCADE, related_name="came_from")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="code_origin_is_unique", fields=["before", "after"]),
            models.CheckConstraint(name="code_is_not_its_own_origin", condition=~Q(before=F("after"))),
        ]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
