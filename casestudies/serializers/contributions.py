"""Contributions as the API shows and accepts them."""

from typing import Any

from rest_framework import serializers

from casestudies.actions.events import CONTRIBUTION_FIELDS, DECISION_FIELDS
from casestudies.models import Contribution
from casestudies.serializers.fields import (
    SET_BY_THE_SERVER,
    VisibleCaseField,
    VisibleContributionField,
    VisibleEventField,
    VisibleOutcomeField,
    slug,
)
from imports.serializers import WithSource
from rest.serializers import RowSerializer


class ContributionSerializer(RowSerializer):
    case_study = slug()

    class Meta:
        model = Contribution
        fields = [
            "id",
            "case_study",
            *CONTRIBUTION_FIELDS,
            *DECISION_FIELDS,
            "version",
            "created_at",
            "updated_at",
        ]


class ContributionDetailSerializer(WithSource, ContributionSerializer):
    """One contribution with its provenance: rows of imported datasets."""

    class Meta:
        model = Contribution
        fields = ContributionSerializer.Meta.fields


class ContributionWriteSerializer(serializers.ModelSerializer):
    case_study = VisibleCaseField()
    event = VisibleEventField(required=False, allow_null=True)
    parent: Any = VisibleContributionField(required=False, allow_null=True)
    outcome = VisibleOutcomeField(required=False, allow_null=True)
    text = serializers.CharField(trim_whitespace=False)

    class Meta:
        model = Contribution
        fields = [n for n in ContributionSerializer.Meta.fields if n not in SET_BY_THE_SERVER]
        validators: list[object] = []
