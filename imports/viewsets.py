"""Parts of the API of datasets."""

from typing import cast

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from exports.counted_viewsets import CountedMixin
from imports.mapping import Definition, read_definition
from imports.models import Dataset
from imports.recipe import recipe_named
from imports.selectors.counted import fields_of_datasets
from imports.selectors.deliveries import as_json as delivery
from imports.selectors.deliveries import cited, deliveries_of
from imports.selectors.values import as_json, value_maps_of
from rest.answers import json_answer
from rest.citation import citation
from rest.viewsets import no_parameters
from standards.json_values import JsonObject


def written_mapping(written: JsonObject | None, recipe_name: str) -> Definition | None:
    """The mapping in a request; None if there is none. Raises ValidationError while the dataset has no recipe."""
    if not written:
        return None
    recipe = recipe_named(recipe_name)
    if recipe is None:
        text = gettext("The dataset has no recipe yet. Choose it, or send the first file without a mapping.")
        raise ValidationError({"mapping": ValidationError(text, code="no_recipe")})
    return read_definition(written, recipe, latest_year=timezone.now().year)


class MappedValueShape(serializers.Serializer):
    """What a value of a file became."""

    loaded_at = serializers.DateTimeField(allow_null=True)
    file_sha256 = serializers.CharField()
    mapping_version = serializers.IntegerField(help_text=_("The version of the dataset’s mapping."))
    column = serializers.CharField(help_text=_("The column of the file."))
    word = serializers.CharField(help_text=_("The value as in the source."))
    value = serializers.CharField(help_text=_("What it became; empty for no value."))
    rows = serializers.IntegerField(help_text=_("Rows of the file that have it, also those that were not loaded."))
    decided = serializers.BooleanField(
        help_text=_("Whether the mapping or a vocabulary says what it means; false: only the source is stored.")
    )

    def get_fields(self) -> dict[str, serializers.Field]:
        """Two names mean something else as attributes of this class."""
        run = serializers.IntegerField(help_text=_("The import, as in the provenance of records."))
        field = serializers.CharField(help_text=_("The field that the column became."))
        return {"import": run, "field": field, **super().get_fields()}


class ValueMapsSerializer(serializers.Serializer):
    results = MappedValueShape(many=True)


class DeliveryShape(serializers.Serializer):
    """A file of which rows are in the dataset."""

    loaded_at = serializers.DateTimeField(allow_null=True, help_text=_("When its rows were loaded."))
    file_sha256 = serializers.CharField()
    rows = serializers.IntegerField(allow_null=True, help_text=_("Rows of the file."))
    created = serializers.IntegerField(allow_null=True, help_text=_("Rows that were new."))
    updated = serializers.IntegerField(allow_null=True, help_text=_("Rows that replaced an earlier text."))
    unchanged = serializers.IntegerField(allow_null=True, help_text=_("Rows that were in the dataset as they are."))
    quarantined = serializers.IntegerField(allow_null=True)
    skipped = serializers.IntegerField(allow_null=True)

    def get_fields(self) -> dict[str, serializers.Field]:
        """A name that Python keeps for itself."""
        run = serializers.IntegerField(help_text=_("The import, as in the provenance of records."))
        return {"import": run, **super().get_fields()}


class DeliveriesSerializer(serializers.Serializer):
    citation = serializers.CharField(help_text=_("How to cite the dataset as it is now, as a sentence."))
    results = DeliveryShape(many=True)


class OfFilesMixin(CountedMixin):
    """Datasets as a table and in numbers; the files of one, and what their values became."""

    export_name = "datasets"
    facet_fields = staticmethod(fields_of_datasets)
    right_paths = ("pk", "linked_with_id")

    @extend_schema(responses=DeliveriesSerializer)
    @action(detail=True, methods=["get"], filterset_class=None)
    def deliveries(self, request: Request, **kwargs: object) -> HttpResponse:
        """The files of which the rows of the dataset are, the latest first, for everyone who may read its rows; and how
        to cite it."""
        no_parameters(request)
        dataset = cast(Dataset, self.locate())
        found = list(deliveries_of(dataset))
        told = cited(dataset, found[0] if found else None)
        sentence = citation(told, request.build_absolute_uri(reverse("dataset-detail", args=[dataset.slug])))
        return json_answer(request, {"citation": sentence, "results": [*map(delivery, found)]})

    @extend_schema(responses=ValueMapsSerializer)
    @action(detail=True, methods=["get"], filterset_class=None, url_path="value-maps")
    def value_maps(self, request: Request, **kwargs: object) -> HttpResponse:
        """What each value of the files of the dataset became, import by import, for everyone who may read its rows."""
        no_parameters(request)
        rows = [row for one in value_maps_of(cast(Dataset, self.locate())) for row in as_json(one)]
        return json_answer(request, {"results": rows})
