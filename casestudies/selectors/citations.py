"""Which complaint records cases cite, for whoever would take such a record away."""

from casestudies.models import RecordLink


def cited_records(dataset: str) -> dict[str, str]:
    """Each cited reference of a dataset and by what. A case is named to no one: who undoes an import may not see it."""
    return dict.fromkeys(RecordLink.objects.filter(dataset=dataset).values_list("reference", flat=True), "a case study")
