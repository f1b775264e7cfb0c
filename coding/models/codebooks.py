"""Codebooks and their versions. A published version never changes; its codes are rows of their own (ADR 0060)."""

from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from tree_queries.models import TreeNode

from accounts.history import tracked
from accounts.models import AccessControlled
from coding.querysets.codebooks import CodebookQuerySet, CodebookVersionQuerySet, CodeQuerySet
from versions.models import Version, version_rules
from versions.triggers import frozen_part, frozen_version, same_version

COLOURS = ["#1d5c96", "#1c6b3c", "#7a4b00", "#a3221f", "#6b3fa0", "#00676e", "#8a3a68", "#515c6b"]


@tracked
class Codebook(AccessControlled):
    """What a team looks for in texts: a tree of codes, in numbered versions."""

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True, help_text="What it is for, and what it is not for.")
    language = models.CharField(max_length=8, default="en", help_text="Language of names and definitions, e.g. en.")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects: ClassVar[Any] = CodebookQuerySet.as_manager()

    class Meta:
        ordering = ["title", "id"]
        constraints = [models.CheckConstraint(name="codebook_has_a_title", condition=~Q(title=""))]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("codebook-detail", args=[self.slug])


@tracked
class CodebookVersion(Version):  # type: ignore[django-manager-missing] # the tree's base has no types
    """The codes as they were when published, or the draft people work on."""

    codebook = models.ForeignKey(Codebook, on_delete=models.PROTECT, related_name="versions")

    objects: ClassVar[Any] = CodebookVersionQuerySet.as_manager()

    class Meta(Version.Meta):
        ordering = ["codebook", "-number"]
        constraints = version_rules("codebook")
        triggers = [frozen_version("codebook_version_is_frozen")]

    def __str__(self) -> str:
        return f"{self.codebook}, version {self.number}"


@tracked
class Code(TreeNode):
    """One code in one version. `key` names the same idea in every version; the name may change, the key does not."""

    version = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="codes")
    key = models.SlugField(max_length=80)
    name = models.CharField(max_length=120)
    definition = models.TextField(blank=True)
    include = models.TextField("use it when", blank=True)
    exclude = models.TextField("do not use it when", blank=True)
    examples = models.TextField(blank=True)
    colour = models.CharField(
        max_length=7, default=COLOURS[0], validators=[RegexValidator(r"^#[0-9a-f]{6}$", "Write it as #1d5c96.")]
    )
    is_codable = models.BooleanField(
        "may be given to texts", default=True, help_text="Without the tick it is only a heading for the codes below it."
    )
    position = models.PositiveIntegerField(default=0)

    objects: ClassVar[Any] = CodeQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(name="code_key_is_unique_in_its_version", fields=["version", "key"]),
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
    """Where a code of a version comes from: one row when carried over, several to one code when merged, one code to
    several when split. What became of a coding is read along these rows; no coding is ever re-pointed."""

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
