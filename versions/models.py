"""A version of a thing: a draft, or published and frozen. And erasures, which replace text in every version."""

import uuid
from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from versions.passages import Eraser, Passage, Tombstone
from versions.querysets import ErasureQuerySet

# How long an erasure can be undone. From then on it is final by the clock, whether or not the texts are deleted yet.
UNDO_DAYS = 14


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


class Erasure(models.Model):
    """Text of a thing that was replaced by a tombstone everywhere. Undone until `final_at` or not at all (ADR 0098)."""

    class Ground(models.TextChoices):
        CONSENT = "consent-withdrawn", _("Consent withdrawn")
        REDACTION = "redaction", _("Redaction")
        REQUEST = "personal-request", _("Request of a person")

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(_("ground"), max_length=17, choices=Ground.choices)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    passage_length = models.PositiveIntegerField(null=True, blank=True)
    passage_sha256 = models.CharField(max_length=64, blank=True)
    erased_at = models.DateTimeField(default=timezone.now)
    # Null: it was replayed on a backup that does not have this person; the name is the one in the tombstones.
    erased_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_username = models.CharField(max_length=150)
    final_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    # The passage itself, only in the request that erases it.
    words: str = ""

    objects = ErasureQuerySet.as_manager()

    class Meta:
        ordering = ["-erased_at", "uuid"]
        constraints = [
            models.CheckConstraint(
                name="erasure_passage_has_length_and_digest",
                condition=Q(passage_length__isnull=True, passage_sha256="")
                | Q(passage_length__gte=1) & ~Q(passage_sha256=""),
            ),
            models.CheckConstraint(
                name="erasure_is_final_after_14_days", condition=Q(final_at=F("erased_at") + timedelta(days=UNDO_DAYS))
            ),
            models.CheckConstraint(
                name="erasure_is_undone_before_it_is_final",
                condition=Q(undone_at__isnull=True) | Q(undone_at__lt=F("final_at")),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-erased_at"], name="erasure_by_organisation")]

    def __str__(self) -> str:
        return _("Erasure %(uuid)s") % {"uuid": self.uuid}

    def get_absolute_url(self) -> str:
        return reverse("erasure-detail", args=[self.uuid])

    @property
    def passage(self) -> Passage | None:
        if self.passage_length is None:
            return None
        return Passage(self.passage_length, str(self.uuid), self.passage_sha256, self.words)

    @property
    def eraser(self) -> Eraser:
        day = timezone.localtime(self.erased_at).date().isoformat()
        return Eraser(Tombstone(day, self.by_username, self.ground.replace("-", " ")), self.passage)

    @property
    def is_whole(self) -> bool:
        return self.passage_length is None

    @property
    def is_final(self) -> bool:
        return self.undone_at is None and self.final_at <= timezone.now()

    @property
    def can_be_undone(self) -> bool:
        return self.undone_at is None and self.final_at > timezone.now()


class ErasureTarget(models.Model):
    """A thing that an erasure reached, with the numbers of what was replaced in each place."""

    erasure = models.ForeignKey(Erasure, on_delete=models.CASCADE, related_name="targets")
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=300)
    counts = models.JSONField(default=list)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="erasure_has_a_target_once", fields=["erasure", "kind", "key"]),
        ]
        indexes = [models.Index(fields=["kind", "key"], name="erasure_by_target")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def pair(self) -> tuple[str, str]:
        return self.kind, self.key


class KeptText(models.Model):
    """The columns of one row before and after an erasure. Deleted when it is undone or final."""

    target = models.ForeignKey(ErasureTarget, on_delete=models.CASCADE, related_name="kept")
    table = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    row = models.CharField(max_length=64)
    before = models.JSONField(encoder=DjangoJSONEncoder)
    after = models.JSONField(encoder=DjangoJSONEncoder)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="text_is_kept_once", fields=["target", "table", "row"]),
        ]
        indexes = [models.Index(fields=["table", "row"], name="kept_text_by_row")]

    def __str__(self) -> str:
        return f"{self.table_id} {self.row}"
