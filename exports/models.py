"""What changed in the lists that have a change feed, exports that are made in the background, and saved queries."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exports.citing import Cited
from exports.querysets import ExportQuerySet, SavedQueryQuerySet
from exports.transactions import CurrentTransaction, StatementTime, TransactionNumber
from exports.writers import TITLES, WRITERS
from jobs.models import Job


def list_name_of(query: str) -> str:
    """The name in addresses of the list of a canonical query, such as `complaint-records`."""
    return query.partition("?")[0].removesuffix("export/").strip("/").removeprefix("api/v1/")


class Change(models.Model):
    """The last change of one row of a list, whose key is what its address has. Written by triggers alone.

    A row that was deleted keeps its entry, so that whoever has a copy of it can be informed.
    """

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    changed_in = TransactionNumber(db_default=CurrentTransaction())
    changed_at = models.DateTimeField(db_default=StatementTime())
    is_deleted = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(name="change_is_the_last_of_its_row", fields=["kind", "key"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class TableChange(models.Model):
    """A transaction that changed a table, written by a trigger: see `exports.states`. Older ones are removed by it."""

    relation = models.CharField(max_length=63)
    changed_in = TransactionNumber(db_default=CurrentTransaction())

    class Meta:
        indexes = [models.Index(fields=["relation", "changed_in"], name="table_change_by_transaction")]

    def __str__(self) -> str:
        return f"{self.relation} {self.changed_in}"


class Export(Job):
    """A file of all rows of a list, made by a worker for one person (docs/adr/0136).

    `query` is the address of the export, with its parameters in order and without the format, and `words` are what its
    rows are called in a citation. `version` names the state of the rows, where it has a name; `rights` are what the
    person must still have access to when they download the file. `file_name` is empty before the file is complete and
    after it was deleted.
    """

    class Stage(models.TextChoices):
        NONE = "", _("Not started")
        READING = "reading", _("Reading rows")
        WRITING = "writing", _("Writing the file")

    KIND = "export"

    stage = models.CharField(max_length=12, choices=Stage.choices, blank=True, default=Stage.NONE)
    query = models.TextField()
    format = models.CharField(max_length=10)
    language = models.CharField(max_length=10)
    words = models.TextField(blank=True)
    version = models.CharField(max_length=40, blank=True)
    rights = models.JSONField(null=True)
    rows = models.BigIntegerField(null=True)
    size = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    file_name = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    objects = ExportQuerySet.as_manager()

    class Meta(Job.Meta):
        ordering = ["-id"]
        indexes = [models.Index(fields=["created_by", "-id"], name="exports_of_a_person")]
        constraints = [
            *Job.Meta.constraints,
            models.CheckConstraint(
                name="export_has_a_checksum_iff_finished",
                condition=~Q(sha256="")
                & Q(state="finished", rows__isnull=False, size__isnull=False, made_at__isnull=False,
                    expires_at__isnull=False)
                | Q(sha256="", file_name="", rows__isnull=True, size__isnull=True, made_at__isnull=True,
                    expires_at__isnull=True) & ~Q(state="finished"),
            ),
        ]  # fmt: skip

    def get_absolute_url(self) -> str:
        return reverse("export-detail", args=[self.pk])

    @property
    def title(self) -> str:
        """The name of the format for people."""
        return TITLES.get(self.format, self.format)

    @property
    def list_name(self) -> str:
        """The name of the list in addresses, such as `complaint-records`."""
        return list_name_of(self.query)

    @property
    def name(self) -> str:
        """The name that the file has for whoever downloads it."""
        day = f"-{self.made_at.date()}" if self.made_at else ""
        return f"{self.list_name.replace('/', '-')}{day}.{WRITERS[self.format].ending}"

    def cited(self, site: str) -> str:
        """How to cite the file; empty before it is made. `site`: see `exports.citing`."""
        found = Cited(self.words, self.query, self.format, self.rows, self.made_at, self.sha256)
        return found.sentence(site)


class SavedQuery(models.Model):
    """A query that a person keeps under a name. `query` is its canonical address (see `exports.asked`): filters, no
    rows. Who opens it sees the rows that they have access to at that time (docs/adr/0150).
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    query = models.TextField()
    is_shared = models.BooleanField(
        _("who has the link can open it"),
        default=False,
        help_text=_("Everyone sees only the records that they have access to."),
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = SavedQueryQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(name="saved_queries_of_a_person_have_names", fields=["created_by", "name"]),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("saved-query-detail", args=[self.key])

    @property
    def list_name(self) -> str:
        """The name of the list in addresses, such as `complaint-records`."""
        return list_name_of(self.query)

    @property
    def filters(self) -> str:
        """The query string."""
        return self.query.partition("?")[2]

    @property
    def list_url(self) -> str:
        """The address of the page of the list."""
        return f"/{self.list_name}/{'?' if self.filters else ''}{self.filters}"

    @property
    def api_url(self) -> str:
        """The address of the list in the API."""
        return f"/api/v1{self.list_url}"
