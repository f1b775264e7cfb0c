"""Complaints, findings and recommendations of ombudsmen and audit offices.

`ComplaintRecord` is one table partitioned by dataset (docs/adr/0040): the first load of a dataset fills and indexes a
partition beside the live table and attaches it when ready. Its primary key in the database is (id, dataset); `id` comes
from one sequence and is unique by itself, so Django uses it alone. Tables that belong to a record have both columns.
"""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coding.models import TextUnit
from complaints.fields import NumericField, QuickJSONField
from complaints.querysets import RecordQuerySet, ValueGroupQuerySet
from exports.transactions import CurrentTransaction, StatementTime, TransactionNumber
from imports.models import Dataset, SourcedRow

NAMES_ITS_RECORD = Q(record__isnull=False) | ~Q(record_reference="") | ~Q(case_reference="")


class ComplaintRecord(models.Model):
    """One complaint, finding or recommendation as an office recorded it. Written by imports alone.

    Text that is not recorded is "", dates and numbers are null; `*_raw` holds the value in the source.
    """

    class Kind(models.TextChoices):
        COMPLAINT = "complaint", _("Complaint")
        FINDING = "finding", _("Finding")
        RECOMMENDATION = "recommendation", _("Recommendation")

    class InstitutionKind(models.TextChoices):
        OMBUDSMAN = "ombudsman", _("Ombudsman")
        AUDIT_OFFICE = "audit-office", _("Audit office")
        REGULATOR = "regulator", _("Regulator")
        OTHER = "other", _("Other")

    class Mandate(models.TextChoices):
        INSIDE = "inside", _("Inside the mandate")
        OUTSIDE = "outside", _("Outside the mandate")

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    class Finding(models.TextChoices):
        UPHELD = "upheld", _("Upheld")
        PARTLY_UPHELD = "partly-upheld", _("Partly upheld")
        NOT_UPHELD = "not-upheld", _("Not upheld")
        NO_FINDING = "no-finding", _("No finding")

    class Closure(models.TextChoices):
        SETTLED = "settled", _("Settled")
        FRIENDLY_SOLUTION = "friendly-solution", _("Friendly solution")
        TRANSFERRED = "transferred", _("Transferred")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        NO_FURTHER_INQUIRY = "no-further-inquiry", _("No further inquiry")
        RECOMMENDATION = "recommendation", _("Recommendation")
        CRITICAL_REMARK = "critical-remark", _("Critical remark")
        SPECIAL_REPORT = "special-report", _("Special report")
        DECISION = "decision", _("Decision")

    id = models.BigAutoField(primary_key=True)
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, db_constraint=False, related_name="+")
    reference = models.CharField(max_length=200)
    case_reference = models.CharField(max_length=200)
    kind = models.CharField(max_length=14, choices=Kind.choices)
    institution = models.CharField(max_length=250)
    institution_kind = models.CharField(max_length=12, choices=InstitutionKind.choices)
    country = models.CharField(max_length=2)
    policy_sector = models.CharField(max_length=60)
    respondent = models.CharField(max_length=500)
    category = models.CharField(max_length=500)
    subject = models.TextField()
    narrative = models.TextField()
    response = models.TextField()
    language = models.CharField(max_length=2)
    channel = models.CharField(max_length=100)
    service = models.CharField(max_length=300)
    complainant_kind = models.CharField(max_length=100)
    framing = models.CharField(max_length=60)
    harm = models.CharField(max_length=300)
    mandate = models.CharField(max_length=7, choices=Mandate.choices)
    admissibility = models.CharField(max_length=100)
    stage = models.CharField(max_length=100)
    status = models.CharField(max_length=6, choices=Status.choices)
    status_raw = models.CharField(max_length=200)
    finding = models.CharField(max_length=13, choices=Finding.choices)
    finding_raw = models.CharField(max_length=200)
    closure = models.CharField(max_length=18, choices=Closure.choices)
    closure_raw = models.CharField(max_length=200)
    remedy = models.CharField(max_length=300)
    amount = NumericField(null=True)
    currency = models.CharField(max_length=3)
    received_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    extra = QuickJSONField(help_text=_("Columns of the source that no field was mapped to, as text."))
    import_id = models.BigIntegerField(help_text=_("The import that wrote this version of the record."))
    source_record = models.BigIntegerField()
    source_line = models.BigIntegerField()
    content_hash = models.UUIDField(help_text=_("MD5 of all mapped values: an unchanged record is not written."))
    updated_at = models.DateTimeField(default=timezone.now)

    objects = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("record-detail", args=[self.pk])

    @property
    def title(self) -> str:
        """What lists and its page call the record: subject, else category, else reference."""
        return self.subject or self.category or self.reference


class Partition(models.Model):
    """The part of the record table that holds one dataset.

    Its foreign key prevents that a dataset is deleted while it has records. A foreign key of every record would be
    checked row by row and slow down each load.
    """

    dataset = models.OneToOneField(Dataset, primary_key=True, on_delete=models.PROTECT, related_name="+")
    table = models.CharField(max_length=63, unique=True)
    version = models.PositiveBigIntegerField(
        default=1, help_text=_("Grows with each load. Cached facets have it in their key.")
    )
    attached_at = models.DateTimeField(db_default=StatementTime(), help_text=_("When its records appeared."))

    def __str__(self) -> str:
        return self.table


class ValueCounts(models.Model):
    """How many records of a dataset have each value of a field: see `complaints.value_counts`."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="+")
    field = models.CharField(max_length=30)
    version = models.PositiveBigIntegerField(help_text=_("The version of the partition that was counted."))
    counts = models.JSONField(null=True, help_text=_("Pairs of value and number; null where there are too many."))

    class Meta:
        constraints = [models.UniqueConstraint(name="value_counts_of_a_field", fields=["dataset", "field"])]

    def __str__(self) -> str:
        return f"{self.field} of dataset {self.dataset_id}"


class ValueGroup(models.Model):
    """How many records of a dataset have the same values in all of the fields here: see `complaints.value_counts`."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveBigIntegerField(help_text=_("The version of the partition that was counted."))
    institution_kind = models.CharField(max_length=100)
    kind = models.CharField(max_length=100)
    country = models.CharField(max_length=2)
    status = models.CharField(max_length=100)
    finding = models.CharField(max_length=100)
    closure = models.CharField(max_length=100)
    number = models.PositiveBigIntegerField()

    objects = ValueGroupQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="value_groups_are_unique",
                fields=[
                    "dataset", "version", "country", "finding", "status", "kind", "closure", "institution_kind",
                ],
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number} records of dataset {self.dataset_id}"


class RemovedRecord(models.Model):
    """A record that was deleted from a partition, written by the database: see `complaints.selectors.changes`."""

    record_id = models.BigIntegerField(primary_key=True)
    dataset_id = models.BigIntegerField()
    removed_in = TransactionNumber(db_default=CurrentTransaction())
    removed_at = models.DateTimeField(db_default=StatementTime())

    class Meta:
        indexes = [models.Index(fields=["removed_in", "record_id"], name="removed_record_by_transaction")]

    def __str__(self) -> str:
        return str(self.record_id)


class OfRecord(models.Model):
    """A row that belongs to a complaint record by the foreign key (dataset, record)."""

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="+")
    record = models.ForeignKey(
        ComplaintRecord, on_delete=models.CASCADE, db_constraint=False, related_name="%(class)s_rows"
    )

    class Meta:
        abstract = True


class Part(models.Model):
    """An issue, recommendation or follow-up, loaded from a table of its own or stored with the record itself.

    A loaded part refers to its record by text, so that the two may be loaded in either order: `record_reference` is the
    reference of a record in the dataset that the part's own dataset is linked with, `case_reference` a case number in
    any linked dataset. Records are looked up by these on reading; until there is one the part is pending
    (docs/adr/0043).
    """

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="+")
    row = models.OneToOneField(SourcedRow, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    record = models.ForeignKey(
        ComplaintRecord, null=True, blank=True, on_delete=models.CASCADE, db_constraint=False,
        related_name="%(class)s_rows",
    )  # fmt: skip
    record_reference = models.CharField(max_length=200, blank=True)
    case_reference = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True


class Issue(Part):
    """One problem in a complaint; severity 0 to 3 is judged independently of harm."""

    scheme = models.CharField(max_length=60)
    category = models.CharField(max_length=120)
    severity = models.PositiveSmallIntegerField(null=True, blank=True)
    stage = models.CharField(max_length=100, blank=True)
    norm = models.CharField(max_length=200, blank=True)
    coded_by = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="issue_names_its_record", condition=NAMES_ITS_RECORD),
            models.CheckConstraint(
                name="issue_severity_is_0_to_3", condition=Q(severity__isnull=True) | Q(severity__lte=3)
            ),
        ]
        indexes = [
            models.Index(fields=["dataset", "record_reference"], name="issue_by_record"),
            models.Index(fields=["dataset", "case_reference"], name="issue_by_case"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme}: {self.category}"


class Recommendation(Part):
    """What an office advised a body to do, and the response of the body.

    A record of the kind recommendation is its own recommendation and needs no row here.
    """

    class Decision(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        PARTLY = "partly", _("Partly accepted")
        REJECTED = "rejected", _("Rejected")
        NONE = "none", _("No response")

    reference = models.CharField(max_length=200, blank=True, help_text=_("Its own number, to which follow-ups refer."))
    addressee = models.CharField(max_length=500, blank=True)
    text = models.TextField(blank=True)
    type = models.CharField(max_length=60, blank=True)
    priority = models.CharField(max_length=60, blank=True)
    made_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    criterion = models.TextField(blank=True)
    condition = models.TextField(blank=True)
    cause = models.TextField(blank=True)
    effect = models.TextField(blank=True)
    decision = models.CharField(max_length=8, blank=True, choices=Decision.choices)
    decision_raw = models.CharField(max_length=200, blank=True)
    promised_action = models.TextField(blank=True)
    reply = models.TextField(blank=True)
    responded_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(name="recommendation_names_its_record", condition=NAMES_ITS_RECORD)]
        indexes = [
            models.Index(fields=["dataset", "record_reference"], name="recommendation_by_record"),
            models.Index(fields=["dataset", "case_reference"], name="recommendation_by_case"),
            models.Index(fields=["dataset", "reference"], name="recommendation_by_number"),
        ]

    def __str__(self) -> str:
        return gettext("To %(addressee)s") % {"addressee": self.addressee}


class FollowUp(Part):
    """One assessment of what was done about a recommendation. Offices use different scales, so `raw_value` and `scale`
    are stored beside the value on the common scale.

    It belongs to a recommendation by key, or refers to one by number, to its record or to its case.
    """

    class Value(models.TextChoices):
        """The common scale, to which the scale of each office is mapped."""

        IMPLEMENTED = "implemented", _("Implemented")
        MOSTLY = "mostly-implemented", _("Implemented in most respects")
        PARTLY = "partly-implemented", _("Implemented in some respects")
        NOT = "not-implemented", _("Not implemented")
        UNDER_WAY = "under-way", _("Under way")
        OTHER_ACTION = "other-action", _("Other action taken")
        NO_LONGER = "no-longer-applicable", _("No longer applicable")

    dataset = models.ForeignKey(Dataset, null=True, blank=True, on_delete=models.PROTECT, related_name="+")  # type: ignore[assignment]
    record = None
    recommendation = models.ForeignKey(
        Recommendation, null=True, blank=True, on_delete=models.CASCADE, db_constraint=False, related_name="follow_ups"
    )
    recommendation_reference = models.CharField(max_length=200, blank=True)
    observed_on = models.DateField(null=True, blank=True)
    assessor = models.CharField(max_length=200, blank=True)
    scale = models.CharField(max_length=100)
    raw_value = models.CharField(max_length=200)
    value = models.CharField(max_length=60, blank=True)
    promised_action = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="follow_up_names_what_it_follows",
                condition=Q(recommendation__isnull=False)
                | Q(dataset__isnull=False)
                & (~Q(recommendation_reference="") | ~Q(record_reference="") | ~Q(case_reference="")),
            ),
        ]
        indexes = [
            models.Index(fields=["dataset", "recommendation_reference"], name="follow_up_by_recommendation"),
            models.Index(fields=["dataset", "record_reference"], name="follow_up_by_record"),
            models.Index(fields=["dataset", "case_reference"], name="follow_up_by_case"),
        ]

    def __str__(self) -> str:
        return f"{self.scale}: {self.raw_value}"


class RecordUnit(OfRecord):
    """The unit that was made of a record for coding. A record with a unit cannot be deleted; a unit of no round can."""

    unit = models.OneToOneField(TextUnit, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.record_id} as unit {self.unit_id}"
