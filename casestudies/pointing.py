"""References to case studies, events, contributions and notes, and citations of complaint records."""

from collections.abc import Collection, Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casestudies.models import CaseStudy, CoCreationEvent, Contribution, FieldNote, RecordLink
from imports.models import SourcedTarget
from versions.pointing import model_kind
from versions.targets import Target, key_in, key_parts

RECORD = "complaint-record"
# Rows of files about one thing, by the slug of their dataset and what they are about (`key_in`).
ROWS = SourcedTarget._meta.label_lower
CASE = CaseStudy._meta.label_lower
KINDS = [
    model_kind(CaseStudy, _("a case study")),
    model_kind(CoCreationEvent, _("an event")),
    model_kind(Contribution, _("a contribution")),
    model_kind(FieldNote, _("a field note")),
]


def citations_of_records(keys: Collection[str]) -> Iterator[tuple[str, Target]]:
    """Cited records and the case studies whose links cite them; one query."""
    if not keys:
        return
    wanted = Q()
    for key in keys:
        dataset, reference = key_parts(key)
        wanted |= Q(dataset=dataset, reference=reference) if reference else Q(dataset=dataset)
    links = RecordLink.objects.filter(wanted).order_by("case_study_id", "id")
    for dataset, reference, case_study in links.values_list("dataset", "reference", "case_study"):
        yield key_in(dataset, reference), (CASE, str(case_study))
