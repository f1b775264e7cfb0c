"""Files and counts of the lists of case studies, events, contributions and participation."""

from collections.abc import Sequence

from django.db.models import Model, QuerySet
from rest_framework.request import Request

from casestudies.models import CaseStudy
from casestudies.selectors.terms import FIELDS, TermLabels
from exports.counted_viewsets import CountedMixin
from exports.viewsets import Exported, with_labels
from registry.models import PolicySector


class CoCreationMixin(CountedMixin):
    """Files of the rows of a list, and counts of them. Who may read a row is who has access to its case study."""

    case_study_path = "case_study_id"

    def exported(self, request: Request) -> Exported:
        """With the labels of terms of vocabularies."""
        found, labels = super().exported(request), TermLabels()
        terms = FIELDS.get(found.rows.model, {})
        words = {name: labels.all_of(terms[name]) for name in terms.keys() & set(found.table.names)}
        if found.rows.model is CaseStudy:
            words["sector"] = dict(PolicySector.objects.values_list("slug", "name"))
        return with_labels(found, words)

    def rights_in(self, rows: QuerySet[Model], names: Sequence[str]) -> list[str]:
        found = rows.order_by().values_list(self.case_study_path, flat=True).distinct()
        return sorted(f"case study {pk}" for pk in found)

    def rights(self) -> set[str]:
        visible = CaseStudy.objects.visible_to(self.request.user).values_list("pk", flat=True)
        return {f"case study {pk}" for pk in visible}
