"""A version of a thing: a draft, or published and frozen."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class Version(models.Model):
    """One version of a thing. A subclass adds the foreign key to the thing, and the constraints of `version_rules`."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    number = models.PositiveIntegerField(_("number"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    note = models.CharField(_("what changed"), max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT


def version_rules(of: str) -> list[models.BaseConstraint]:
    """The constraints of the versions of a thing; `of` is the foreign key to the thing."""
    return [
        models.UniqueConstraint(name=f"{of}_version_number_is_unique", fields=[of, "number"]),
        models.UniqueConstraint(name=f"{of}_has_one_draft", fields=[of], condition=Q(status="draft")),
        models.CheckConstraint(name=f"{of}_versions_count_from_one", condition=Q(number__gte=1)),
        models.CheckConstraint(
            name=f"{of}_version_published_at_and_by_iff_published",
            condition=Q(status="published", published_at__isnull=False, published_by__isnull=False)
            | Q(status="draft", published_at__isnull=True, published_by__isnull=True),
        ),
    ]
