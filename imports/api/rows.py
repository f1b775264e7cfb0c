"""REST API of rows that a program sends to a dataset (docs/adr/0157)."""

from http import HTTPStatus
from typing import cast

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from accounts.requests import signed_in
from imports.actions import receive_rows
from imports.models import Dataset, Import
from imports.sent_rows import MOST_ROWS
from imports.serializers import ImportSerializer
from imports.viewsets import written_mapping
from rest.answers import json_answer
from rest.problems import TooLarge
from rest.viewsets import ReadViewSet, no_parameters, read_body
from standards.json_values import JsonObject

MOST_BYTES = 8_000_000


class RowsSerializer(serializers.Serializer):
    """Rows to be created or changed, as one import."""

    rows = serializers.ListField(
        child=serializers.DictField(),
        allow_empty=False,
        help_text=_(
            "Up to 10,000 objects. Their members are named as the fields of the recipe, unless `mapping` says."
        ),
    )
    mapping = serializers.JSONField(
        required=False, help_text=_("The definition of a mapping, for members of any names.")
    )
    all_or_nothing = serializers.BooleanField(
        required=False, default=False, help_text=_("`true`: where one row has a problem, none is loaded.")
    )
    dry_run = serializers.BooleanField(
        required=False, default=False, help_text=_("`true`: check the rows and load nothing.")
    )
    key = serializers.RegexField(
        r"^[!-~]{1,100}$",
        required=False,
        help_text=_("A text of yours, such as a UUID: the same request with the same key is one import."),
    )


class TakesRowsMixin(ReadViewSet):
    """Rows of a dataset from a program."""

    @extend_schema(request=RowsSerializer, responses={200: ImportSerializer, 202: ImportSerializer})
    @action(
        detail=True,
        methods=["post"],
        filterset_class=None,
        max_body_bytes=MOST_BYTES,
        also_answers=(HTTPStatus.CONFLICT,),
    )
    def rows(self, request: Request, **kwargs: object) -> HttpResponse:
        """Create or change up to 10,000 rows of the dataset, known by their `reference`. They are an import like those
        of files: 202 with its address in `Location`, where each row is accounted for and which can be undone."""
        no_parameters(request)
        dataset = cast(Dataset, self.locate())
        by = signed_in(request)
        body = read_body(request, RowsSerializer)
        rows = cast("list[JsonObject]", body["rows"])
        if len(rows) > MOST_ROWS:
            message = gettext(
                "There are %(number)s rows; one request has up to %(most)s. Send them as a file to %(url)s."
            )
            message %= {"number": len(rows), "most": MOST_ROWS, "url": reverse("api-import-list")}
            raise TooLarge(message, rows=len(rows))
        run, is_new = receive_rows(
            dataset=dataset, rows=rows, by=by,
            definition=written_mapping(cast("JsonObject | None", body.get("mapping")), dataset.recipe),
            is_dry_run=bool(body["dry_run"]), all_or_nothing=bool(body["all_or_nothing"]), key=str(body.get("key", "")),
        )  # fmt: skip
        shown = next(iter(ImportSerializer.reader().rows(Import.objects.filter(pk=run.pk))))
        return json_answer(
            request,
            shown,
            status=HTTPStatus.ACCEPTED if is_new else HTTPStatus.OK,
            headers={"Location": request.build_absolute_uri(reverse("api-import-detail", args=[run.pk]))},
        )
