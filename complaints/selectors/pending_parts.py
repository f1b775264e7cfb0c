"""Pending parts, whose record has not been loaded yet, and the record of a part that has one."""

from collections.abc import Callable, Mapping

from django.db.models import Exists, OuterRef, Q, QuerySet

from complaints.models import ComplaintRecord, FollowUp, Issue, Part, Recommendation
from imports.erasing import linked_with
from imports.models import Dataset
from standards.translation import gettext as _
from standards.translation import ngettext

_SENTENCES: Mapping[type[Part], Callable[[int], str]] = {
    Issue: lambda count: ngettext(
        "%(number)s issue refers to a record that has not been loaded yet.",
        "%(number)s issues refer to records that have not been loaded yet.",
        count,
    ),
    Recommendation: lambda count: ngettext(
        "%(number)s recommendation refers to a record that has not been loaded yet.",
        "%(number)s recommendations refer to records that have not been loaded yet.",
        count,
    ),
    FollowUp: lambda count: ngettext(
        "%(number)s follow-up refers to a record that has not been loaded yet.",
        "%(number)s follow-ups refer to records that have not been loaded yet.",
        count,
    ),
}


def linked_datasets(dataset_id: int) -> list[int]:
    """Ids of all datasets with the same references as this one, itself included, whoever may read them."""
    return sorted(linked_with(dataset_id))


def parts_pending(model: type[Part], dataset_id: int) -> QuerySet[Part]:
    """Loaded parts of a dataset that refer to a record, case or recommendation that has not been loaded yet."""
    parts = model._default_manager.filter(dataset=dataset_id, row__isnull=False)
    above = Dataset.objects.values_list("linked_with_id", flat=True).get(pk=dataset_id)
    group = linked_datasets(dataset_id)
    records = ComplaintRecord.objects.all()
    by_record = records.filter(dataset_id=above, reference=OuterRef("record_reference"))
    in_case = records.filter(dataset_id__in=group, case_reference=OuterRef("case_reference"))
    is_case = records.filter(dataset_id__in=group, reference=OuterRef("case_reference"), case_reference="")
    parts = parts.filter(Q(record_reference="") | ~Exists(by_record))
    parts = parts.filter(Q(case_reference="") | (~Exists(in_case) & ~Exists(is_case)))
    if model is FollowUp:
        number = OuterRef("recommendation_reference")
        recommendations = Recommendation.objects.filter(dataset_id__in=group, reference=number)
        own = records.filter(dataset_id__in=group, reference=number, kind=ComplaintRecord.Kind.RECOMMENDATION)
        parts = parts.filter(Q(recommendation_reference="") | (~Exists(recommendations) & ~Exists(own)))
    return parts


def pending_sentences(dataset_id: int) -> list[str]:
    """Sentences on the pending parts of a dataset, one for each kind; none where every part has its record."""
    counts = {model: parts_pending(model, dataset_id).count() for model in _SENTENCES}
    found = [_SENTENCES[model](count) % {"number": f"{count:,}"} for model, count in counts.items() if count]
    if found and Dataset.objects.filter(pk=dataset_id, linked_with=None).exists():
        found.append(_("This dataset is not linked with another. Choose the dataset that its references belong to."))
    return found


def record_of(part: Part) -> ComplaintRecord | None:
    """The first record a part belongs to."""
    if part.dataset_id is None:
        return None
    above = Dataset.objects.values_list("linked_with_id", flat=True).get(pk=part.dataset_id)
    where = Q(pk__in=[])
    if part.record_reference:
        where |= Q(dataset_id=above, reference=part.record_reference)
    if part.case_reference:
        where |= Q(dataset_id__in=linked_datasets(part.dataset_id), case_reference=part.case_reference)
    return ComplaintRecord.objects.filter(where).order_by("id").first()
