"""Where the texts of a complaint record are. The original file of its import stays; its row is not shown any more."""

from collections.abc import Iterator

from django.db import connection
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from complaints import partitions
from complaints.models import ComplaintRecord, FollowUp, Recommendation
from complaints.pointing import RECORD
from imports.models import ComparisonRow, Dataset, PreviousVersion, QuarantinedRow, RowProblem
from versions.erasing import Erasable, Place
from versions.jobs import reapply
from versions.pointing import Person
from versions.targets import key_in, key_parts

TEXTS = ("subject", "narrative", "response", "extra")
# Of a comparison of imports: field, before and after.
COMPARED = tuple(f"changes.{name}" for name in TEXTS)
OF_RECOMMENDATION = ("text", "criterion", "condition", "cause", "effect", "promised_action", "reply")


def _find(key: str) -> QuerySet[Model]:
    dataset, reference = key_parts(key)
    rows: QuerySet[Model] = ComplaintRecord.objects.filter(
        dataset__in=Dataset.objects.filter(slug=dataset), reference=reference
    )
    return rows


def _visible(key: str, person: Person) -> QuerySet[Model]:
    dataset, reference = key_parts(key)
    records = ComplaintRecord.objects.visible_to(person)
    rows: QuerySet[Model] = records.filter(dataset_id__in=records.scope.ids_of([dataset]), reference=reference)
    return rows


def _places(row: Model) -> Iterator[Place]:
    yield Place(_("Record"), ComplaintRecord.objects.filter(pk=row.pk), TEXTS)
    before = PreviousVersion.objects.filter(record_id=row.pk)
    yield Place(_("Previous versions"), before, tuple(f"row.{name}" for name in TEXTS))
    yield from _places_of_imports(ComplaintRecord.objects.get(pk=row.pk))
    advised = Recommendation.objects.filter(record=row.pk)
    yield Place(_("Recommendations"), advised, OF_RECOMMENDATION)
    yield Place(_("Follow-ups"), FollowUp.objects.filter(recommendation__in=advised), ("promised_action",))


def _places_of_imports(record: ComplaintRecord) -> Iterator[Place]:
    """What imports wrote down of the record beside it."""
    compared = ComparisonRow.objects.filter(comparison__older__dataset=record.dataset_id, reference=record.reference)
    yield Place(_("Comparisons of imports"), compared, COMPARED)
    source = {"import_run": record.import_id, "record": record.source_record}
    yield Place(_("Rows in quarantine"), QuarantinedRow.objects.filter(**source), ("cells", "repaired"))
    problems = RowProblem.objects.filter(**source)
    yield Place(_("Problems of rows"), problems.filter(field__in=TEXTS), ("value",))
    yield Place(_("Problems of rows"), problems.exclude(field__in=TEXTS), searched=("value",))


def _owner(row: Model) -> int:
    return int(row.dataset.organisation_id)  # type: ignore[attr-defined]


def _changed(row: Model) -> None:
    """Have the search read the text again, and cached counts be counted again."""
    if isinstance(row, ComplaintRecord):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE complaints_complaintrecord SET search_vector = NULL WHERE id = %s", [row.pk])
            partitions.count_change(cursor, row.dataset_id)


def erase_again(dataset_id: int) -> None:
    """Erase in the records of a dataset what was erased before, after an import wrote them."""
    slug = Dataset.objects.values_list("slug", flat=True).get(pk=dataset_id)
    reapply(key_in(slug, ""))


ERASABLES = [Erasable(RECORD, _("a complaint record"), _find, _visible, _owner, _places, changed=_changed)]
