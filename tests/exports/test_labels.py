"""Labels of the columns of an export: the words of choices, and nothing of rows that the person may not read."""

import pytest
from rest_framework import serializers

from casestudies.models import CaseStudy
from exports.viewsets import columns_of
from tests.factories.casestudies import make_case_study, make_sector
from tests.factories.complaints import load_records, make_dataset


class ThingSerializer(serializers.Serializer):
    finding = serializers.ChoiceField([("upheld", "Upheld"), ("rejected", "Rejected")], label="What was found")
    case_study = serializers.SlugRelatedField("slug", queryset=CaseStudy.objects.all())
    case_studies = serializers.SlugRelatedField("slug", queryset=CaseStudy.objects.all(), many=True)


@pytest.mark.django_db
def test_choices_have_labels_and_relations_have_none(fay):
    """A relation has all rows of its table as choices: an export of responses named the waves of others."""
    make_case_study(fay, working_title="Secret")

    finding, *relations = columns_of(ThingSerializer, ["finding", "case_study", "case_studies"])

    assert finding.labels == {"upheld": "Upheld", "rejected": "Rejected"}
    assert [one.labels for one in relations] == [{}, {}]


@pytest.mark.django_db
def test_countries_of_the_programme_and_policy_sectors_have_their_names(client, alpha, fay):
    make_sector()
    load_records(make_dataset(alpha), [{"country": "EE", "policy_sector": "environment"}])
    book = client.get("/api/v1/exports/codebook/", {"query": "/api/v1/complaint-records/"}).json()
    labels = {one["name"]: {label["value"]: label["label"] for label in one["labels"]} for one in book["columns"]}
    assert (labels["country"]["EE"], len(labels["country"])) == ("Estonia", 11)
    assert labels["policy_sector"]["environment"] not in ("", "environment")
    cases = client.get("/api/v1/exports/codebook/", {"query": "/api/v1/case-studies/"}).json()
    [sector] = [one for one in cases["columns"] if one["name"] == "sector"]
    assert "environment" in {one["value"] for one in sector["labels"]}
