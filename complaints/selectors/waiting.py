"""Parts whose record is not there yet, and the record of a part that has one."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from complaints.models import ComplaintRecord, FollowUp, Issue, Part, Recommendation
from imports.models import Dataset

_WORDS: dict[type[Part], tuple[str, str]] = {
    Issue: ("issue", "issues"),
    Recommendation: ("recommendation", "recommendations"),
    FollowUp: ("follow-up", "follow-ups"),
}


def joined_group(dataset_id: int) -> list[int]:
    """Every dataset that counts by the same numbers, whoever may see it."""
    edges = Dataset.objects.exclude(joined_with=None).values_list("pk", "joined_with_id")
    pairs, group = list(edges), {dataset_id}
    while added := {pk for pair in pairs for pk in pair if group.intersection(pair)} - group:
        group |= added
    return sorted(group)


def parts_that_wait(model: type[Part], dataset_id: int) -> QuerySet[Any]:
    """Loaded parts of a dataset that name a record, a case or a recommendation which nobody has loaded yet."""
    parts = model._default_manager.filter(dataset=dataset_id, row__isnull=False)
    above = Dataset.objects.values_list("joined_with_id", flat=True).get(pk=dataset_id)
    group = joined_group(dataset_id)
    records = ComplaintRecord.objects.all()
    by_record = records.filter(dataset_id=above, reference=OuterRef("record_reference"))
    in_case = records.filter(dataset_id__in=group, case_reference=OuterRef("case_reference"))
    is_case = records.filter(dataset_id__in=group, reference=OuterRef("case_reference"), case_reference="")
    parts = parts.filter(Q(record_reference="") | ~Exists(by_record))
    parts = parts.filter(Q(case_reference="") | (~Exists(in_case) & ~Exists(is_case)))
    if model is FollowUp:
        number = OuterRef("recommendation_reference")
        advice = Recommendation.objects.filter(dataset_id__in=group, reference=number)
        own = records.filter(dataset_id__in=group, reference=number, kind=ComplaintRecord.Kind.RECOMMENDATION)
        parts = parts.filter(Q(recommendation_reference="") | (~Exists(advice) & ~Exists(own)))
    return parts


def in_words(dataset_id: int) -> list[str]:
    """Sentences on what of a dataset waits; none where everything has its record."""
    found = []
    for model, (one, many) in _WORDS.items():
        if count := parts_that_wait(model, dataset_id).count():
            verb, word = ("waits", one) if count == 1 else ("wait", many)
            found.append(f"{count:,} {word} {verb} for records that are not there yet.")
    if found and Dataset.objects.filter(pk=dataset_id, joined_with=None).exists():
        found.append("The dataset is not joined with another: say in it whose records its numbers are of.")
    return found


def record_of(part: Any) -> ComplaintRecord | None:
    """The first record a part belongs to."""
    if part.dataset_id is None:
        return None
    above = Dataset.objects.values_list("joined_with_id", flat=True).get(pk=part.dataset_id)
    where = Q(pk__in=[])
    if part.record_reference:
        where |= Q(dataset_id=above, reference=part.record_reference)
    if part.case_reference:
        where |= Q(dataset_id__in=joined_group(part.dataset_id), case_reference=part.case_reference)
    return ComplaintRecord.objects.filter(where).order_by("id").first()
