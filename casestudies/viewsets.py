"""Files and counts of the lists of case studies, events, contributions and participation."""

from collections.abc import Mapping, Sequence

from django.db.models import Model, QuerySet

from casestudies.models import CaseStudy
from casestudies.selectors.terms import FIELDS, TermLabels
from exports.counted_viewsets import CountedMixin
from rest.vocabularies import SECTOR, labels_of


class CoCreationMixin(CountedMixin):
    """Files of the rows of a list, and counts of them. Who may read a row is who has access to its case study."""

    case_study_path = "case_study_id"

    def labels(self, names: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """Also those of the terms of case studies."""
        model, known = self.get_queryset().model, TermLabels()
        terms = FIELDS.get(model, {})
        words = {name: known.all_of(terms[name]) for name in terms.keys() & set(names)}
        sector = labels_of({"sector": SECTOR}) if model is CaseStudy and "sector" in names else {}
        return {**super().labels(names), **words, **sector}

    def rights_in(self, rows: QuerySet[Model], names: Sequence[str]) -> list[str]:
        found = rows.order_by().values_list(self.case_study_path, flat=True).distinct()
        return sorted(f"case study {pk}" for pk in found)

    def rights(self) -> set[str]:
        visible = CaseStudy.objects.visible_to(self.request.user).values_list("pk", flat=True)
        return {f"case study {pk}" for pk in visible}
