"""Units: frozen texts. A unit names its source by kind and key, as `versions.pointing` does."""

import pgtrigger
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from coding.querysets.units import TextUnitQuerySet
from versions.triggers import append_only


def _digest_of(column: str) -> Func:
    """SHA-256 of the text's UTF-8 bytes in hexadecimal, computed by the database."""
    octets = Func(F(column), Value("UTF8"), function="convert_to", output_field=models.BinaryField())
    digest = Func(octets, function="sha256", output_field=models.BinaryField())
    return Func(digest, Value("hex"), function="encode", output_field=models.CharField())


class TextUnit(models.Model):
    """A text as it was when it was sent to coding. Line ends are LF; offsets count code points."""

    source_kind = models.SlugField(_("kind of source"), max_length=40)
    source_key = models.CharField(_("key of source"), max_length=300)
    title = models.CharField(_("title"), max_length=300)
    text = models.TextField(_("text"))
    sha256 = models.CharField(max_length=64)
    language = models.CharField(_("language"), max_length=8, blank=True)
    context = models.JSONField(
        _("context"), default=dict, blank=True, help_text=_("Labels and values shown to the coder.")
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField(default=timezone.now)
    frozen_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = TextUnitQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="text_unit_is_frozen_once", fields=["organisation", "source_kind", "source_key", "sha256"]
            ),
            models.CheckConstraint(name="text_unit_has_its_sha256", condition=Q(sha256=_digest_of("text"))),
            models.CheckConstraint(name="text_unit_has_text", condition=~Q(text="")),
        ]
        indexes = [models.Index(fields=["organisation", "source_kind", "id"], name="text_unit_by_organisation")]
        triggers = [
            append_only(
                "text_unit_is_frozen", erasable=("title", "text", "sha256", "context"), operation=pgtrigger.Update
            )
        ]

    def __str__(self) -> str:
        return self.title
