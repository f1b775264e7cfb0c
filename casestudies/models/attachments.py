"""Files of field notes, addressed by what they contain."""

from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from casestudies.models.choices import Sensitivity
from casestudies.models.notes import SHA256, FieldNote
from casestudies.querysets import AttachmentQuerySet, NoteAttachmentQuerySet

# How long a file that arrives in parts may be incomplete without another part.
DAYS_KEPT = 14


class Attachment(models.Model):
    """Bytes an organisation holds. Two organisations that hold the same bytes have a row each, and do not know."""

    sha256 = models.CharField(max_length=64)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    stored_at = models.DateTimeField(default=timezone.now)
    stored_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # Nobody gets it any more; the bytes are deleted when the erasure is final.
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["-stored_at", "-id"]
        constraints = [
            models.UniqueConstraint(name="attachment_is_held_once", fields=["organisation", "sha256"]),
            models.CheckConstraint(name="attachment_hash_is_a_sha256", condition=Q(sha256__regex=SHA256)),
        ]

    def __str__(self) -> str:
        return self.sha256

    @property
    def path(self) -> Path:
        return path_of(self.sha256)


class NoteAttachment(models.Model):
    """A file shown with a note, under a name of its own."""

    class PhotoDetails(models.TextChoices):
        """What became of the place, names and serial numbers that a device writes into a photo or recording."""

        REMOVED = (
            "removed",
            _("without the place, names and serial numbers that the camera or recorder had written into it"),
        )
        KEPT = "kept", _("with the place, names or serial numbers that the camera or recorder wrote into it")

    note = models.ForeignKey(FieldNote, on_delete=models.PROTECT)
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="uses")
    name = models.CharField(max_length=200)
    caption = models.CharField(max_length=500, blank=True, default="")
    # That of the note when the file was added; it does not follow a note that becomes less sensitive.
    sensitivity = models.CharField(max_length=12, choices=Sensitivity.choices, default=Sensitivity.NORMAL)
    # Empty for a file that can have none or had none, and for one that was added before photos were looked at.
    photo_details = models.CharField(max_length=7, choices=PhotoDetails.choices, blank=True, default="")
    # The upload in parts by which it came last, with SHA-256 and size of what arrived: before details were removed.
    upload = models.UUIDField(null=True, blank=True, editable=False)
    sent_sha256 = models.CharField(max_length=64, blank=True, default="", editable=False)
    sent_size = models.PositiveBigIntegerField(null=True, blank=True, editable=False)
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = NoteAttachmentQuerySet.as_manager()

    class Meta:
        default_related_name = "attachments"
        ordering = ["note", "added_at", "id"]
        constraints = [
            models.UniqueConstraint(name="note_shows_an_attachment_once", fields=["note", "attachment"]),
        ]

    def __str__(self) -> str:
        return self.name


def path_of(sha256: str) -> Path:
    """Where the bytes with this hash are kept; two levels, so that no folder grows large."""
    return Path(settings.MEDIA_ROOT) / "attachments" / sha256[:2] / sha256


def arrivals() -> Path:
    """The folder of files that have not arrived whole; it is in no backup, and nothing in it is shown to anybody."""
    folder = Path(settings.MEDIA_ROOT) / ".arriving"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def thumbnail_of(sha256: str) -> Path:
    """Where the small picture of the file with this hash is kept. It can be made again, so it is in no backup."""
    return Path(settings.MEDIA_ROOT) / ".thumbnails" / sha256[:2] / f"{sha256}.webp"
