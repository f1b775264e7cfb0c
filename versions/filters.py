"""The query string of the list of erasures."""

from django.utils.translation import ngettext_lazy

from rest.filters import StrictFilterSet
from versions.models import Erasure


class ErasureFilter(StrictFilterSet):
    counted = ngettext_lazy("%(count)s erasure", "%(count)s erasures", "number")
    page_fields = ("ground",)
    ordering_fields = {"erased_at": "erased_at", "uuid": "uuid"}
    default_ordering = "-erased_at"

    class Meta:
        model = Erasure
        fields = {"ground": ["exact", "in"], "erased_at": ["gte", "lte"]}
