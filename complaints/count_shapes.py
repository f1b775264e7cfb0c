"""The shapes of counts in the API: facets, days open."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from complaints.value_counts import COUNTED
from exports.count_shapes import ROUNDED


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
    rounded_to = serializers.IntegerField(allow_null=True, help_text=ROUNDED)


class FacetSerializer(serializers.Serializer):
    """One member for each field in `field`."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return {name: FacetCountsSerializer(required=False) for name in COUNTED}


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
