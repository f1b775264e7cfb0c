"""Parts of the API of datasets."""

from typing import cast

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request

from imports.models import Dataset
from imports.selectors.values import as_json, value_maps_of
from imports.serializers import ValueMapsSerializer
from rest.answers import json_answer
from rest.viewsets import ReadViewSet, no_parameters


class ValueMapsMixin(ReadViewSet):
    """What the values of the files of a dataset became."""

    @extend_schema(responses=ValueMapsSerializer)
    @action(detail=True, methods=["get"], filterset_class=None, url_path="value-maps")
    def value_maps(self, request: Request, **kwargs: object) -> HttpResponse:
        """What each value of the files of the dataset became, import by import, for everyone who may read its rows."""
        no_parameters(request)
        rows = [row for one in value_maps_of(cast(Dataset, self.locate())) for row in as_json(one)]
        return json_answer(request, {"results": rows})
