"""Complaint records as a case cites them: by the slug of a dataset and the reference in it (docs/adr/0051).

Cases and records stand on one floor and do not know each other; this stands above both.
"""

from collections import defaultdict
from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from accounts.models import User
from complaints.models import ComplaintRecord

Person = User | AnonymousUser
Pair = tuple[str, str]


def datasets(person: Person) -> list[tuple[str, str]]:
    """Slug and title of the datasets the person may see."""
    return [
        (dataset.slug, dataset.title) for dataset in ComplaintRecord.objects.visible_to(person).seen.datasets.values()
    ]


def addresses(pairs: Iterable[Pair], person: Person) -> dict[Pair, str]:
    """The page of each record that is there and that the person may see; two queries, none for no pairs."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for dataset, reference in pairs:
        wanted[dataset].add(reference)
    if not wanted:
        return {}
    records = ComplaintRecord.objects.visible_to(person)
    slugs = {dataset.id: dataset.slug for dataset in records.seen.datasets.values() if dataset.slug in wanted}
    where = Q()
    for pk, slug in slugs.items():
        where |= Q(dataset_id=pk, reference__in=wanted[slug])
    found = records.filter(where).only("id", "dataset_id", "reference") if slugs else []
    return {(slugs[record.dataset_id], record.reference): record.get_absolute_url() for record in found}
