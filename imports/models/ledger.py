"""Imports: operation, state, worker, figures and findings. These rows are authoritative."""

from django.db import models
from django.db.models import F, Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from imports.left_out import described_part, rows_delivered
from imports.models.datasets import Dataset, Mapping, SourceFile
from imports.querysets import ImportQuerySet
from jobs.models import Job, JobState
from standards.sentences import SentenceDecoder, SentenceEncoder


class Import(Job):
    """The import of one file into one dataset (docs/adr/0032, 0087)."""

    class State(models.TextChoices):
        RECEIVED = "received", gettext_lazy("Reading the file")
        UNDERSTOOD = "understood", gettext_lazy("Waiting for a mapping")
        WAITING = "waiting", gettext_lazy("Waiting to start")
        RUNNING = "running", gettext_lazy("Running")
        CHECKED = "checked", gettext_lazy("Checked, not loaded")
        LOADED = "loaded", gettext_lazy("Loaded")
        REFUSED = "refused", gettext_lazy("Refused")
        CANCELLED = "cancelled", gettext_lazy("Cancelled")
        FAILED = "failed", gettext_lazy("Failed")
        UNDONE = "undone", gettext_lazy("Undone")

    class Result(models.TextChoices):
        """The result so far, in addition to the state that all jobs have (`job_state`)."""

        NONE = "", gettext_lazy("Nothing yet")
        READ = "read", gettext_lazy("Read, waiting for a mapping")
        CHECKED = "checked", gettext_lazy("Checked, not loaded")
        LOADED = "loaded", gettext_lazy("Loaded")
        UNDONE = "undone", gettext_lazy("Undone")

    class Stage(models.TextChoices):
        NONE = "", gettext_lazy("Not started")
        READING = "reading", gettext_lazy("Reading the file")
        CHECKING = "checking", gettext_lazy("Checking every row")
        PUBLISHING = "publishing", gettext_lazy("Writing records")
        INDEXING = "indexing", gettext_lazy("Building indexes")
        SWITCHING = "switching", gettext_lazy("Making the records visible")
        RESTORING = "restoring", gettext_lazy("Restoring the previous records")

    class Operation(models.TextChoices):
        """What a worker does with the import. A replay and an undo apply to a loaded import, which stays loaded if they
        fail."""

        LOAD = "load", gettext_lazy("Load")
        REPLAY = "replay", gettext_lazy("Replay repaired rows")
        UNDO = "undo", gettext_lazy("Undo")

    class PersonalData(models.TextChoices):
        """The decision of a person about likely personal data in the file (docs/adr/0037)."""

        UNDECIDED = "", gettext_lazy("Not decided")
        INCLUDE = "include", gettext_lazy("Include: show it with the access level of the dataset")
        WITHHOLD = "withhold", gettext_lazy("Withhold: show it only to the owner and the named organisations")

    KIND = "import"
    ACTIVE = (State.RECEIVED, State.WAITING, State.RUNNING)
    STATES = {
        State.RECEIVED: JobState.RUNNING, State.UNDERSTOOD: JobState.WAITING, State.WAITING: JobState.WAITING,
        State.RUNNING: JobState.RUNNING, State.CHECKED: JobState.FINISHED, State.LOADED: JobState.FINISHED,
        State.REFUSED: JobState.REFUSED, State.CANCELLED: JobState.CANCELLED, State.FAILED: JobState.FAILED,
        State.UNDONE: JobState.FINISHED,
    }  # fmt: skip
    RESULTS = {
        State.UNDERSTOOD: Result.READ, State.CHECKED: Result.CHECKED, State.LOADED: Result.LOADED,
        State.UNDONE: Result.UNDONE,
    }  # fmt: skip
    PUBLISHING_STAGES = (Stage.PUBLISHING, Stage.INDEXING, Stage.SWITCHING, Stage.RESTORING)

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="imports")
    source_file = models.ForeignKey(SourceFile, on_delete=models.PROTECT, related_name="imports")
    file_name = models.CharField(max_length=255)
    recipe = models.CharField(max_length=40)
    reading_options = models.JSONField(
        default=dict, help_text=gettext_lazy("How the file is read, where a person chose it.")
    )
    understanding = models.JSONField(
        default=dict, help_text=gettext_lazy("How the file was read and what its columns hold.")
    )
    mapping = models.ForeignKey(Mapping, null=True, blank=True, on_delete=models.PROTECT, related_name="imports")
    operation = models.CharField(max_length=6, choices=Operation.choices, default=Operation.LOAD)
    replay_mapping = models.ForeignKey(
        Mapping, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text=gettext_lazy("The mapping for the replay of rows in quarantine."),
    )  # fmt: skip
    is_automatic = models.BooleanField(
        default=False, help_text=gettext_lazy("Mapped by the best guess, without a person.")
    )
    is_dry_run = models.BooleanField(default=False)
    all_or_nothing = models.BooleanField(
        default=False, help_text=gettext_lazy("Refused as a whole where one row has a problem.")
    )
    request_key = models.CharField(
        max_length=100, blank=True, editable=False,
        help_text=gettext_lazy("By which the program that sent the rows knows its request again."),
    )  # fmt: skip
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    stage = models.CharField(max_length=12, choices=Stage.choices, blank=True, default=Stage.NONE)
    staging = models.CharField(
        max_length=80, blank=True, help_text=gettext_lazy("The staging table that holds the whole file.")
    )
    rows = models.BigIntegerField(null=True)
    created = models.BigIntegerField(null=True)
    updated = models.BigIntegerField(null=True)
    unchanged = models.BigIntegerField(null=True)
    quarantined = models.BigIntegerField(null=True)
    skipped = models.BigIntegerField(null=True)
    written_along = models.JSONField(
        default=dict, editable=False,
        help_text=gettext_lazy("Rows created and updated in each part of the file; empty: not known."),
    )  # fmt: skip
    notes = models.JSONField(
        default=list, encoder=SentenceEncoder, decoder=SentenceDecoder,
        help_text=gettext_lazy("Sentences about how the file was read and mapped."),
    )  # fmt: skip
    findings = models.JSONField(
        default=list, encoder=SentenceEncoder, decoder=SentenceDecoder,
        help_text=gettext_lazy("What is unusual about the file although no row has a problem."),
    )  # fmt: skip
    left_out = models.JSONField(
        default=list, encoder=SentenceEncoder, decoder=SentenceDecoder,
        help_text=gettext_lazy("Parts of the delivery that were not read: kind, name, rows and why."),
    )  # fmt: skip
    personal = models.JSONField(
        default=list, help_text=gettext_lazy("Likely personal data by column and kind, examples masked.")
    )
    personal_decision = models.CharField(max_length=8, choices=PersonalData.choices, blank=True, default="")
    personal_reason = models.CharField(max_length=500, blank=True)
    personal_decided_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # fmt: skip
    personal_decided_at = models.DateTimeField(null=True, blank=True)
    from_inbox = models.BooleanField(
        default=False, help_text=gettext_lazy("It came through the dataset's inbox folder.")
    )
    same_as = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="repeats")
    changed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(null=True, help_text=gettext_lazy("When it was last replayed into, or undone."))

    file_deleted_at = models.DateTimeField(
        null=True, editable=False, help_text=gettext_lazy("When a person deleted its original file.")
    )

    objects = ImportQuerySet.as_manager()

    class Meta(Job.Meta):
        ordering = ["-id"]
        constraints = [
            *Job.Meta.constraints,
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
                name="import_decision_has_reason_and_time",
                condition=Q(personal_decision="", personal_reason="", personal_decided_at__isnull=True)
                | ~Q(personal_decision="") & ~Q(personal_reason="") & Q(personal_decided_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="identical_imports_at_once_are_one",
                fields=["dataset", "source_file", "mapping", "is_automatic", "is_dry_run", "all_or_nothing"],
                condition=Q(state__in=["received", "waiting", "running"]),
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                name="request_of_a_program_is_one_import",
                fields=["dataset", "created_by", "request_key"],
                condition=~Q(request_key=""),
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
                condition=Q(state__in=["received", "waiting", "running"]),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.file_name} into {self.dataset}"

    @classmethod
    def result_of(cls, state: str, operation: str) -> Result:
        """A loaded import stays loaded while rows are replayed into it or it is undone, and if that fails."""
        if operation != cls.Operation.LOAD:
            return cls.Result.LOADED
        return cls.RESULTS.get(cls.State(state), cls.Result.NONE)

    @property
    def result(self) -> Result:
        return self.result_of(self.state, self.operation)

    @property
    def delivered(self) -> int | None:
        """All rows of the delivery that could be counted: those that were read and those that were left out."""
        return rows_delivered(self.rows, self.left_out)

    @property
    def described_left_out(self) -> list[str]:
        """A sentence for each part of the delivery that was not read."""
        return [described_part(part) for part in self.left_out]

    @property
    def was_loaded(self) -> bool:
        """Loaded, with no operation in progress."""
        return self.state == self.State.LOADED

    @property
    def needs_decision(self) -> bool:
        """Likely personal data was found, and nobody has decided about it."""
        return bool(self.personal) and not self.personal_decision

    @property
    def to_load(self) -> int:
        """Rows that loading would store, after a check."""
        return (self.created or 0) + (self.updated or 0)

    @property
    def personal_summary(self) -> str:
        """The decision about likely personal data, for a list; empty if none was found."""
        words = {self.PersonalData.INCLUDE: _("included"), self.PersonalData.WITHHOLD: _("withheld")}
        return words.get(self.PersonalData(self.personal_decision), _("not decided")) if self.personal else ""

    @property
    def waits_for_decision(self) -> bool:
        """Checked and stopped, because its dataset is public and nobody has decided yet."""
        return self.state == self.State.CHECKED and not self.is_dry_run

    def _count(self) -> str:
        if self.stage != self.Stage.INDEXING or self.cancel_requested:
            return super()._count()
        text = _("Index %(done)s of %(total)s is built. The records appear all at once when all indexes are ready.")
        return text % {"done": number_format(self.progress_done), "total": number_format(self.progress_total)}

    def _rate(self) -> str:
        return "" if self.stage == self.Stage.INDEXING else super()._rate()


class ImportChunk(models.Model):
    """A range of records. offset: its position in the file. Its rows and `filled_at` are written in one transaction."""

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
