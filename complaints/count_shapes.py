"""The shapes of counts in the API: facets, cross-tables, days open."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from complaints.value_counts import COUNTED

_ROUNDED = _(
    "Not null where counts of datasets are included whose records you have no access to: they are approximate, "
    "multiples of the disclosure threshold of the dataset. This is the largest threshold."
)


class FacetValueSerializer(serializers.Serializer):
    value = serializers.CharField(allow_blank=True, help_text=_("Empty where it is not recorded."))
    label = serializers.CharField()  # type: ignore[assignment]
    count = serializers.IntegerField(allow_null=True, help_text=_("Null where it is suppressed (small count)."))
    suppressed = serializers.BooleanField()


class FacetCountsSerializer(serializers.Serializer):
    """Counts per value of one field; `more` values are left out."""

    values = FacetValueSerializer(many=True)
    total = serializers.IntegerField(allow_null=True)
    suppressed = serializers.BooleanField()
    more = serializers.IntegerField()
    timed_out = serializers.BooleanField()
    rounded_to = serializers.IntegerField(allow_null=True, help_text=_ROUNDED)


class FacetSerializer(serializers.Serializer):
    """One member for each field in `field`."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return {name: FacetCountsSerializer(required=False) for name in COUNTED}


class CrossedValueSerializer(serializers.Serializer):
    value = serializers.CharField(allow_blank=True, help_text=_("Empty where it is not recorded."))
    label = serializers.CharField()  # type: ignore[assignment]
    total = serializers.IntegerField(
        allow_null=True, help_text=_("Records with this value; null where counts are rounded: ask for the facet.")
    )


class SideSerializer(serializers.Serializer):
    field = serializers.CharField(help_text=_("The name of what was counted by."))
    values = CrossedValueSerializer(many=True)
    more = serializers.IntegerField(help_text=_("Number of values that are left out."))


class CrossTableSerializer(serializers.Serializer):
    rows = SideSerializer()
    columns = SideSerializer()
    counts = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField(allow_null=True)),
        help_text=_("For each row a count for each column; null where it is suppressed."),
    )
    of = serializers.ChoiceField(["row", "column", "all"])
    shares = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(allow_null=True)),
        help_text=_("The share of each count, 0 to 1, in the total that `of` names; null where one of both is."),
    )
    denominator = serializers.CharField(help_text=_("What the shares are of, in words."))
    total = serializers.IntegerField(allow_null=True)
    suppressed = serializers.BooleanField()
    rounded_to = serializers.IntegerField(allow_null=True, help_text=_ROUNDED)
    timed_out = serializers.BooleanField()


class DurationsSerializer(serializers.Serializer):
    """Days from receipt to closing. A quartile that too few records have reached is null."""

    value = serializers.CharField(allow_blank=True, help_text=_("Empty where it is not recorded."))
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    first_quartile = serializers.IntegerField(allow_null=True)
    median = serializers.IntegerField(allow_null=True)
    third_quartile = serializers.IntegerField(allow_null=True)
    closed = serializers.IntegerField(help_text=_("Records that were closed by then."))
    open = serializers.IntegerField(help_text=_("Records that were open then: censored."))
    left_out = serializers.IntegerField(
        help_text=_("Records without a day of receipt or received later, that close before they begin, or that are "
                    "closed on a day that is not recorded.")
    )  # fmt: skip


class DaysOpenSerializer(serializers.Serializer):
    field = serializers.CharField(
        allow_null=True, help_text=_("What the records are grouped by; null for all of them.")
    )
    until = serializers.DateField(help_text=_("The last day that was observed."))
    values = DurationsSerializer(many=True)
    more = serializers.IntegerField(help_text=_("Number of values that are left out."))
