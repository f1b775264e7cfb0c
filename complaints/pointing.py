"""References to complaint records: by the slug of a dataset and the reference in it (docs/adr/0051)."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models import ComplaintRecord
from versions.pointing import Kind, Person, model_kind
from versions.targets import Pointer, key_in, key_parts

RECORD = "complaint-record"


def _resolve(keys: Collection[str], person: Person) -> dict[str, Pointer]:
    """Takes two queries for any number of records and datasets."""
    wanted: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        dataset, reference = key_parts(key)
        wanted[dataset].append(reference)
    records = ComplaintRecord.objects.visible_to(person)
    slugs = {dataset.id: dataset.slug for dataset in records.scope.datasets.values() if dataset.slug in wanted}
    if not slugs:
        return {}
    where = Q()
    for pk, slug in slugs.items():
        where |= Q(dataset_id=pk, reference__in=wanted[slug])
    found = records.filter(where).only("id", "dataset_id", "reference")
    return {
        key_in(slugs[record.dataset_id], record.reference): Pointer(
            f"{slugs[record.dataset_id]} {record.reference}", record.get_absolute_url()
        )
        for record in found
    }


def _datasets(person: Person) -> list[tuple[str, str]]:
    scope = ComplaintRecord.objects.visible_to(person).scope
    return [(dataset.slug, dataset.title) for dataset in scope.datasets.values()]


KINDS = [
    Kind(RECORD, _("a complaint record"), _resolve, groups=_datasets),
    model_kind(ComplaintRecord, _("a complaint record")),
]
