"""The truth about every import: what it is, where it stands, who works on it, what came of it."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from imports.models.datasets import Dataset, Mapping, SourceFile
from imports.querysets import ImportQuerySet

_MINUTES_FROM = 100  # seconds; less is told in seconds


class Import(models.Model):
    """One file on its way into one dataset. Workers hold it by a lease; `fence` grows with each lease, and a write
    that carries an older fence fails (docs/adr/0032)."""

    class State(models.TextChoices):
        RECEIVED = "received", "Being read"
        UNDERSTOOD = "understood", "Waits for its mapping"
        QUEUED = "queued", "Waits for a worker"
        RUNNING = "running", "Running"
        CHECKED = "checked", "Checked, not loaded"
        LOADED = "loaded", "Loaded"
        REFUSED = "refused", "Refused"
        CANCELLED = "cancelled", "Cancelled"
        PARKED = "parked", "Parked after repeated failures"
        UNDONE = "undone", "Undone"

    class Stage(models.TextChoices):
        NONE = "", "Not started"
        READING = "reading", "Reading the file"
        CHECKING = "checking", "Checking every row"
        PUBLISHING = "publishing", "Writing records"
        INDEXING = "indexing", "Building indexes"
        SWITCHING = "switching", "Making the records visible"
        RESTORING = "restoring", "Restoring what was there before"

    class Errand(models.TextChoices):
        """What a worker is asked to do; the last two are for an import that was loaded before, and stays so if they
        come to nothing."""

        LOAD = "load", "Load"
        REPLAY = "replay", "Replay repaired rows"
        UNDO = "undo", "Undo"

    class PersonalData(models.TextChoices):
        """What a person decided about likely personal data in the file (docs/adr/0037)."""

        UNDECIDED = "", "Not decided"
        KEEP = "keep", "Keep: show it as the dataset's access says"
        WITHHOLD = "withhold", _("Withhold: show it to the owner and the organisations named only")

    ACTIVE = (State.RECEIVED, State.QUEUED, State.RUNNING)
    PUBLISHING_STAGES = (Stage.PUBLISHING, Stage.INDEXING, Stage.SWITCHING, Stage.RESTORING)

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="imports")
    source_file = models.ForeignKey(SourceFile, on_delete=models.PROTECT, related_name="imports")
    file_name = models.CharField(max_length=255)
    recipe = models.CharField(max_length=40)
    wishes = models.JSONField(default=dict, help_text="What a person said about how the file is read.")
    understanding = models.JSONField(default=dict, help_text="How the file was read and what its columns hold.")
    mapping = models.ForeignKey(Mapping, null=True, blank=True, on_delete=models.PROTECT, related_name="imports")
    errand = models.CharField(max_length=6, choices=Errand.choices, default=Errand.LOAD)
    replay_mapping = models.ForeignKey(
        Mapping, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="The mapping that rows which were set aside are replayed under.",
    )  # fmt: skip
    is_automatic = models.BooleanField(default=False, help_text="Mapped by the best guess without asking.")
    is_dry_run = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    stage = models.CharField(max_length=12, choices=Stage.choices, blank=True, default=Stage.NONE)
    stage_started_at = models.DateTimeField(null=True)
    progress_done = models.BigIntegerField(default=0)
    progress_total = models.BigIntegerField(default=0)
    staging = models.CharField(max_length=80, blank=True, help_text="The staging table that holds the whole file.")
    rows = models.BigIntegerField(null=True)
    created = models.BigIntegerField(null=True)
    updated = models.BigIntegerField(null=True)
    unchanged = models.BigIntegerField(null=True)
    quarantined = models.BigIntegerField(null=True)
    skipped = models.BigIntegerField(null=True)
    notes = models.JSONField(default=list, help_text="Sentences about how the file was read and mapped.")
    findings = models.JSONField(default=list, help_text="What is odd about the file though no row is wrong.")
    personal = models.JSONField(default=list, help_text="Likely personal data by column and kind, examples masked.")
    personal_decision = models.CharField(max_length=8, choices=PersonalData.choices, blank=True, default="")
    personal_reason = models.CharField(max_length=500, blank=True)
    personal_decided_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # fmt: skip
    personal_decided_at = models.DateTimeField(null=True, blank=True)
    from_inbox = models.BooleanField(default=False, help_text="It came through the dataset's inbox folder.")
    same_as = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="repeats")
    error_code = models.CharField(max_length=60, blank=True)
    error_message = models.TextField(blank=True)
    cancel_requested = models.BooleanField(default=False)
    lease_owner = models.UUIDField(null=True)
    lease_expires_at = models.DateTimeField(null=True)
    fence = models.BigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    furthest = models.PositiveIntegerField(default=0, help_text="The furthest step that any attempt has come to.")
    created_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(null=True, help_text="When it was last replayed into, or undone.")

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="import_accounts_for_every_row",
                condition=~Q(state__in=["loaded", "checked"])
                | Q(rows=F("created") + F("updated") + F("unchanged") + F("quarantined") + F("skipped")),
            ),
            models.CheckConstraint(
                name="import_counts_iff_done",
                condition=~Q(state__in=["loaded", "checked"])
                | Q(rows__isnull=False, created__isnull=False, updated__isnull=False, unchanged__isnull=False,
                    quarantined__isnull=False, skipped__isnull=False),
            ),
            models.CheckConstraint(
                name="import_says_why_iff_refused",
                condition=Q(state__in=["refused", "parked"]) & ~Q(error_code="")
                | ~Q(state__in=["refused", "parked"]) & Q(error_code=""),
            ),
            models.CheckConstraint(
                name="import_decision_has_reason_and_time",
                condition=Q(personal_decision="", personal_reason="", personal_decided_at__isnull=True)
                | ~Q(personal_decision="") & ~Q(personal_reason="") & Q(personal_decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="import_lease_has_owner_and_end",
                condition=Q(lease_owner__isnull=True, lease_expires_at__isnull=True)
                | Q(lease_owner__isnull=False, lease_expires_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="identical_imports_at_once_are_one",
                fields=["dataset", "source_file", "mapping", "is_automatic", "is_dry_run"],
                condition=Q(state__in=["received", "queued", "running"]),
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                name="one_import_at_a_time_writes_a_dataset",
                fields=["dataset"],
                condition=Q(state="running", stage__in=["publishing", "indexing", "switching", "restoring"]),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["dataset", "-id"], name="import_by_dataset"),
            models.Index(
                fields=["state", "lease_expires_at"], name="import_active",
                condition=Q(state__in=["received", "queued", "running"]),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.file_name} into {self.dataset}"

    @property
    def is_active(self) -> bool:
        return self.state in self.ACTIVE

    @property
    def was_loaded(self) -> bool:
        """Loaded, with nothing under way."""
        return self.state == self.State.LOADED

    @property
    def needs_decision(self) -> bool:
        """Likely personal data was found, and nobody has said what to do."""
        return bool(self.personal) and not self.personal_decision

    @property
    def personal_in_a_word(self) -> str:
        """What was decided about likely personal data, for a list; empty where none was found."""
        words = {self.PersonalData.KEEP: "kept", self.PersonalData.WITHHOLD: "withheld"}
        return words.get(self.PersonalData(self.personal_decision), "not decided") if self.personal else ""

    @property
    def waits_for_decision(self) -> bool:
        """Checked and stopped, because its dataset is public and nobody has decided yet."""
        return self.state == self.State.CHECKED and not self.is_dry_run

    @property
    def duration(self) -> timedelta | None:
        if self.started_at is None:
            return None
        return (self.finished_at or timezone.now()) - self.started_at

    @property
    def seconds(self) -> float | None:
        return None if self.duration is None else round(self.duration.total_seconds(), 2)

    @property
    def percent(self) -> int | None:
        """How much of the present stage is done; None where that is not known."""
        return min(100, self.progress_done * 100 // self.progress_total) if self.progress_total else None

    @property
    def rate(self) -> float | None:
        """Rows (or steps) a second in the present stage; None while there is nothing to tell it by."""
        if self.stage_started_at is None or not self.progress_done:
            return None
        return self.progress_done / max((timezone.now() - self.stage_started_at).total_seconds(), 0.001)

    @property
    def seconds_left(self) -> int | None:
        """Of the present stage, at its rate until now."""
        rate = self.rate
        return (
            int(max(0, self.progress_total - self.progress_done) / rate) + 1 if rate and self.progress_total else None
        )

    @property
    def time_left(self) -> str:
        """The same in words; empty where it is not known."""
        left = self.seconds_left
        if left is None:
            return ""
        return f"{left} s" if left < _MINUTES_FROM else f"{round(left / 60)} min"


class ImportChunk(models.Model):
    """A range of records. `offset` leads back to it in the file; it is filled once, in the transaction that says so."""

    import_run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    first_record = models.BigIntegerField()
    last_record = models.BigIntegerField()
    first_line = models.BigIntegerField()
    offset = models.BigIntegerField(null=True)
    filled_at = models.DateTimeField(null=True)
    written = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["import_run", "number"]
        constraints = [
            models.UniqueConstraint(name="chunk_is_unique", fields=["import_run", "number"]),
            models.CheckConstraint(name="chunk_in_order", condition=Q(first_record__lte=F("last_record"))),
            models.CheckConstraint(
                name="chunk_written_iff_filled",
                condition=Q(filled_at__isnull=True, written__isnull=True)
                | Q(filled_at__isnull=False, written__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"records {self.first_record} to {self.last_record}"
