"""People who may see only counts of a dataset see none of its records and no small count."""

import pytest

from complaints.models import ComplaintRecord
from tests.factories.complaints import load_records, make_dataset

pytestmark = pytest.mark.django_db
LIST = "/api/v1/complaint-records/"
ROWS = (
    [{"finding": "upheld", "country": "NL", "received_on": "2020-02-03", "respondent": "Town hall"}] * 40
    + [{"finding": "not-upheld", "country": "NL", "received_on": "2022-02-03", "respondent": "Town hall"}] * 60
    + [{"finding": "no-finding", "country": "BE", "received_on": "2022-02-03", "respondent": "One small office"}] * 3
)


@pytest.fixture
def guarded(alpha):
    fields = {"access": "restricted", "narrative_access": "restricted", "counts_access": "public"}
    dataset = make_dataset(alpha, slug="guarded", title="Guarded letters", disclosure_threshold=10, **fields)
    load_records(dataset, ROWS)
    return dataset


@pytest.fixture
def open_dataset(alpha):
    dataset = make_dataset(alpha, slug="open", title="Open letters", disclosure_threshold=10)
    load_records(dataset, [{"finding": "upheld", "country": "NL"}] * 8)
    return dataset


def facet(client, field, **params):
    answer = client.get(f"{LIST}facets/", {"field": field, **params})
    assert answer.status_code == 200, answer.content
    return answer.json()[field]


def counts(found):
    return {value["value"]: value["count"] for value in found["values"]}


def test_people_who_may_read_the_records_see_exact_counts_below_the_threshold_too(api_client, open_dataset):
    listed = api_client.get(LIST, {"count": "exact"}).json()
    found = facet(api_client, "finding")
    assert listed["count"] == {"value": 8, "exact": True}
    assert len(listed["results"]) == 8
    assert counts(found) == {"upheld": 8}
    assert (found["total"], found["suppressed"], found["rounded_to"]) == (8, False, None)


def test_members_of_its_organisation_see_true_counts(api_client, token_for, rita, guarded):
    bearer = {"Authorization": f"Bearer {token_for(rita)}"}
    found = api_client.get(f"{LIST}facets/", {"field": "finding", "dataset": "guarded"}, headers=bearer).json()[
        "finding"
    ]
    assert counts(found) == {"upheld": 40, "not-upheld": 60, "no-finding": 3}
    assert (found["total"], found["rounded_to"]) == (103, None)


def test_others_see_rounded_counts_and_no_small_one(api_client, guarded):
    found = facet(api_client, "finding", dataset="guarded")
    shown = counts(found)
    assert found["rounded_to"] == 10
    assert found["total"] % 10 == 0
    assert shown.get("no-finding") is None
    assert all(count is None or count % 10 == 0 for count in shown.values())
    assert abs(shown["not-upheld"] - 60) <= 30


@pytest.mark.parametrize("count", ["exact", "estimated"])
@pytest.mark.parametrize("params", [{}, {"dataset": "guarded"}, {"dataset__in": "guarded"}, {"search": "letter"}])
def test_no_list_holds_or_counts_its_records(api_client, guarded, params, count):
    page = api_client.get(LIST, params | {"count": count}).json()
    assert page["results"] == []
    assert page["count"]["value"] == 0


def test_no_record_can_be_opened_exported_or_asked_for_by_its_case(api_client, client, guarded):
    pk = ComplaintRecord.objects.filter(dataset=guarded).first().pk
    exported = api_client.get(f"{LIST}export/", {"format": "jsonl", "dataset": "guarded"})
    assert b"".join(exported.streaming_content) == b""
    assert exported["Lipse-Rows"] == "0"
    assert api_client.get(f"{LIST}{pk}/").status_code == 404
    assert client.get(f"/complaint-records/{pk}/").status_code == 404
    assert api_client.get(LIST, {"same_case_as": pk}).json()["results"] == []
    assert client.get("/datasets/guarded/").status_code == 404
    assert api_client.get("/api/v1/datasets/guarded/").status_code == 404


NARROW = (
    {"search": "roof"}, {"reference": "R-1"}, {"received_on": "2020-02-03"}, {"received_on__gte": "2020-02-03"},
    {"received_on__lte": "2020-01-01"}, {"days_open__gte": "3"}, {"amount__gte": "3"}, {"same_case_as": "3"},
    {"codes": "a"}, {"updated_since": "2026-01-01T00:00:00Z"}, {"case_reference": "x"},
)  # fmt: skip


@pytest.mark.parametrize("params", NARROW)
def test_a_filter_that_could_choose_one_record_is_refused(api_client, guarded, params):
    answer = api_client.get(f"{LIST}facets/", {"field": "finding", "dataset": "guarded", **params})
    assert answer.status_code == 400
    assert [error["code"] for error in answer.json()["errors"]] == ["not_countable"]
    # Where it is not named it is not counted at all.
    assert facet(api_client, "dataset", **params)["values"] == []


def test_whole_years_are_not_refused(api_client, guarded):
    found = facet(
        api_client, "finding", dataset="guarded", received_on__gte="2021-01-01", received_on__lte="2022-12-31"
    )
    assert found["total"] is not None
    assert "upheld" not in counts(found)


def test_a_rare_value_in_the_source_is_not_named(api_client, guarded):
    found = facet(api_client, "respondent", dataset="guarded")
    assert "One small office" not in counts(found)


def test_readable_records_beside_it_have_exact_counts(api_client, guarded, open_dataset):
    """Without a dataset, facets are those of the list; a dataset with counts only is in the facet of datasets."""
    assert counts(facet(api_client, "finding")) == {"upheld": 8}
    datasets = counts(facet(api_client, "dataset"))
    assert datasets["open"] == 8
    assert datasets["guarded"] % 10 == 0
    both = counts(facet(api_client, "finding", dataset__in="open,guarded"))
    assert both["upheld"] is None or both["upheld"] % 10 == 8


def test_a_dataset_without_public_counts_is_not_there(api_client, alpha):
    load_records(make_dataset(alpha, slug="closed", access="restricted"), [{"finding": "upheld"}] * 50)
    assert facet(api_client, "dataset")["values"] == []
    assert api_client.get(f"{LIST}facets/", {"field": "finding", "dataset": "closed"}).status_code == 400


def test_counts_for_the_consortium_are_not_for_everybody(api_client, token_for, charlie, guarded):
    guarded.counts_access = "consortium"
    guarded.save()
    bearer = {"Authorization": f"Bearer {token_for(charlie)}"}
    seen = api_client.get(f"{LIST}facets/", {"field": "dataset"}, headers=bearer).json()["dataset"]
    assert list(counts(seen)) == ["guarded"]
    assert facet(api_client, "dataset")["values"] == []


def test_the_page_says_that_counts_are_rounded_and_shows_no_record(client, guarded):
    page = client.get("/complaint-records/", {"dataset": "guarded"}).content.decode()
    assert "Only rounded counts of this dataset may be seen" in page
    assert "One small office" not in page
    assert "Suppressed (small count)" in page
