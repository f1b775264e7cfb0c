"""Field notes. A note holds its current text; its versions and conflicts hold every text ever sent."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from casestudies.merging import FIELDS
from casestudies.models.cases import CaseStudy
from casestudies.models.choices import NoteKind, Sensitivity
from casestudies.models.events import CoCreationEvent
from casestudies.models.plain import plain
from casestudies.querysets import (
    EarlierConflictTextQuerySet,
    FieldNoteQuerySet,
    NoteConflictQuerySet,
    NoteVersionQuerySet,
)
from versions.triggers import append_only

SHA256 = r"^[0-9a-f]{64}$"


class NoteContent(models.Model):
    """The fields of a note that are compared, combined and stored in every version."""

    case_study = models.ForeignKey(CaseStudy, on_delete=models.PROTECT, verbose_name=_("case study"))
    event = models.ForeignKey(CoCreationEvent, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("event"))
    kind = models.CharField(_("kind"), max_length=11, choices=NoteKind.choices)
    # A text can be saved before it has a title.
    title = models.CharField(_("title"), max_length=250, blank=True)
    text = models.TextField(_("text"), blank=True)
    language = models.CharField(_("language"), max_length=8, default="en")
    occurred_on = models.DateField(_("happened on"), null=True, blank=True)
    informants = ArrayField(
        models.CharField(max_length=120),
        default=list,
        blank=True,
        help_text=_("Pseudonyms, never real names."),
        verbose_name=_("informants"),
    )
    sensitivity = models.CharField(
        _("sensitivity"), max_length=12, choices=Sensitivity.choices, default=Sensitivity.NORMAL
    )

    class Meta:
        abstract = True

    @property
    def content(self) -> dict[str, object]:
        """The compared fields as JSON shows them."""
        return {name: plain(getattr(self, name)) for name in FIELDS}


class FieldNote(NoteContent):
    """The newest version of a note. Its identity is made by the device that first wrote it."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="field_notes", verbose_name=_("author"))
    version = models.PositiveIntegerField(default=1)
    sha256 = models.CharField(max_length=64)
    device = models.CharField(max_length=100, blank=True)
    written_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    stored_at = models.DateTimeField(default=timezone.now, db_index=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # Something was erased of it: what is written to it is asked for erased passages first.
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    # Annotations of a note that is read to be written: see `actions.notes`.
    is_visible: bool
    same_conflict: int | None

    objects = FieldNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("field note")
        default_related_name = "notes"
        ordering = ["-stored_at", "uuid"]
        constraints = [
            models.CheckConstraint(name="note_hash_is_a_sha256", condition=Q(sha256__regex=SHA256)),
            models.CheckConstraint(name="note_versions_count_from_one", condition=Q(version__gte=1)),
            models.CheckConstraint(
                name="note_names_who_deleted_it",
                condition=Q(deleted_at__isnull=True, deleted_by__isnull=True)
                | Q(deleted_at__isnull=False, deleted_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["author", "-stored_at"], name="note_by_author_newest_first"),
            models.Index(fields=["case_study", "-stored_at"], name="note_by_case_newest_first"),
        ]

    def __str__(self) -> str:
        return self.title or _("Note %(uuid)s") % {"uuid": self.uuid}

    def get_absolute_url(self) -> str:
        return reverse("field-note-detail", args=[self.uuid])


class FieldNoteVersion(NoteContent):
    """One text of a note and how it came about. Never changed but by an erasure, never deleted."""

    class Act(models.TextChoices):
        WRITTEN = "written", _("Written")
        COMBINED = "combined", _("Combined with another's edit")
        RESOLVED = "resolved", _("Conflict resolved")
        RESTORED = "restored", _("Older version restored")
        DELETED = "deleted", _("Deleted")
        UNDELETED = "undeleted", _("Deletion undone")

    note = models.ForeignKey(FieldNote, on_delete=models.PROTECT)
    number = models.PositiveIntegerField()
    act = models.CharField(max_length=9, choices=Act.choices, default=Act.WRITTEN)
    sha256 = models.CharField(max_length=64)
    # Digest of what was sent, base included: the same PUT again is known by it even when its text was combined.
    sent_sha256 = models.CharField(max_length=64)
    base_version = models.PositiveIntegerField(null=True, blank=True)
    device = models.CharField(max_length=100, blank=True)
    written_at = models.DateTimeField(null=True, blank=True)
    stored_at = models.DateTimeField(default=timezone.now)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("author"))
    reason = models.CharField(max_length=300, blank=True)

    objects = NoteVersionQuerySet.as_manager()

    class Meta:
        default_related_name = "versions"
        ordering = ["note", "number"]
        constraints = [
            models.UniqueConstraint(name="note_version_number_is_unique", fields=["note", "number"]),
            models.CheckConstraint(name="note_version_hash_is_a_sha256", condition=Q(sha256__regex=SHA256)),
        ]
        indexes = [models.Index(fields=["note", "sent_sha256"], name="note_version_by_what_was_sent")]
        triggers = [
            append_only(
                "note_versions_never_change", erasable=("title", "text", "informants", "sha256", "sent_sha256")
            ),
        ]

    def __str__(self) -> str:
        return _("%(note)s version %(number)d") % {"note": self.note_id, "number": self.number}


class NoteConflict(models.Model):
    """A text based on a version that is no longer current. Both texts are stored before and after a person decides.

    What its writer typed after it was stored takes the place of `mine`; the text before goes to `earlier_texts`.
    """

    note = models.ForeignKey(FieldNote, on_delete=models.PROTECT)
    # Null: the device named no base, or one this server never had.
    base_version = models.PositiveIntegerField(null=True, blank=True)
    theirs_version = models.PositiveIntegerField()
    mine = models.JSONField(help_text=_("The whole note as it was last sent."))
    sha256 = models.CharField(max_length=64)
    sent_sha256 = models.CharField(max_length=64)
    differing = ArrayField(models.CharField(max_length=20))
    device = models.CharField(max_length=100, blank=True)
    written_at = models.DateTimeField(null=True, blank=True)
    stored_at = models.DateTimeField(default=timezone.now)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("author"))
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    resolved_version = models.PositiveIntegerField(null=True, blank=True)
    # See `with_replaced`.
    replaced: int

    objects = NoteConflictQuerySet.as_manager()

    class Meta:
        default_related_name = "conflicts"
        ordering = ["note", "id"]
        constraints = [
            models.UniqueConstraint(name="conflict_is_stored_once", fields=["note", "sent_sha256"]),
            models.CheckConstraint(
                name="conflict_decision_is_whole",
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True, resolved_version__isnull=True)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False, resolved_version__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return _("Conflict %(number)d of note %(note)s") % {"number": self.pk, "note": self.note_id}

    @property
    def base(self) -> FieldNoteVersion | None:
        """The version on which both edits are based, where it is known; costs a query."""
        if self.base_version is None:
            return None
        versions = FieldNoteVersion.objects.select_related("case_study", "event")
        version: FieldNoteVersion | None = versions.filter(note=self.note_id, number=self.base_version).first()
        return version


class EarlierConflictText(models.Model):
    """A text of a conflict that a newer one of the same writer replaced. Never changed but by an erasure."""

    conflict = models.ForeignKey(NoteConflict, on_delete=models.PROTECT)
    mine = models.JSONField(help_text=_("The whole note as it was sent."))
    sha256 = models.CharField(max_length=64)
    sent_sha256 = models.CharField(max_length=64)
    device = models.CharField(max_length=100, blank=True)
    written_at = models.DateTimeField(null=True, blank=True)
    stored_at = models.DateTimeField()

    objects = EarlierConflictTextQuerySet.as_manager()

    class Meta:
        default_related_name = "earlier_texts"
        ordering = ["conflict", "id"]
        constraints = [
            models.UniqueConstraint(name="conflict_text_is_stored_once", fields=["conflict", "sent_sha256"]),
            models.CheckConstraint(name="conflict_text_hash_is_a_sha256", condition=Q(sha256__regex=SHA256)),
        ]
        triggers = [append_only("conflict_texts_never_change", erasable=("mine", "sha256", "sent_sha256"))]

    def __str__(self) -> str:
        return _("Earlier text %(number)d of conflict %(conflict)d") % {"number": self.pk, "conflict": self.conflict_id}
