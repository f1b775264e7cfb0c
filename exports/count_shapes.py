"""The shapes of tables of two fields in the API."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

ROUNDED = _(
    "Not null where counts of datasets are included whose records you have no access to: they are approximate, "
    "multiples of the disclosure threshold of the dataset. This is the largest threshold."
)


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
    rounded_to = serializers.IntegerField(allow_null=True, help_text=ROUNDED)
    timed_out = serializers.BooleanField()
