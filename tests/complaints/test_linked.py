"""Tables about the same records, loaded in either order, belong together by the case reference."""

import itertools

import pytest
from django.urls import reverse

from complaints.models import ComplaintRecord
from imports.actions import edit_dataset
from tests.factories.complaints import load_records
from tests.factories.complaints import make_dataset as made_dataset
from tests.factories.imports import csv_of, import_bytes, make_dataset

pytestmark = pytest.mark.django_db
LIST = "/api/v1/complaint-records/"
COMPLAINTS = csv_of(
    ["1,1003456,2010-01-02,The officer shouted at me for a long while in the street,Closed",
     "2,1003457,2010-01-03,My bag was taken and it was never given back to me at all,Closed",
     "3,1003456,2010-01-02,The same officer again shouted at me in the very same street,Closed"],
    header="row_id,cr_id,complaint_date,narrative,status",
)  # fmt: skip
# A data frame wrote the numbers of this table as floats.
ALLEGATIONS = csv_of(
    ["1,1003456.0,Profanity,SU", "2,1003456.0,Arrest,NS", "3,1003457.0,Theft,UN", "4,1003999.0,Theft,UN"],
    header="row_id,cr_id,complaint_category,final_finding",
)
COMPLAINANTS = csv_of(
    ["1,1003456,Victim", "2,1003456,Witness", "3,1003457,Victim"], header="row_id,cr_id,party_type"
)  # fmt: skip
FILES = {"complaints": COMPLAINTS, "allegations": ALLEGATIONS, "complainants": COMPLAINANTS}


@pytest.fixture
def get(api_client, token_for):
    def _get(path, user=None, **params):
        headers = {"Authorization": f"Bearer {token_for(user, scope='read')}"} if user else {}
        return api_client.get(path, params, headers=headers)

    return _get


def datasets_of(alpha, **fields):
    """Three datasets, the last two linked with the first."""
    first = make_dataset(alpha, slug="complaints", **fields)
    return {
        "complaints": first,
        **{name: make_dataset(alpha, slug=name, linked_with=first, **fields) for name in list(FILES)[1:]},
    }


def record(dataset, reference):
    return ComplaintRecord.objects.get(dataset=dataset, reference=reference)


def together(get, user, pk):
    answer = get(LIST, user, same_case_as=pk)
    assert answer.status_code == 200, answer.content
    return sorted((row["dataset"], row["reference"]) for row in answer.json()["results"])


@pytest.mark.parametrize("order", list(itertools.permutations(FILES)))
def test_three_linked_tables_belong_together_in_any_order_of_loading(get, alpha, rita, order):
    datasets = datasets_of(alpha)
    for name in order:
        run = import_bytes(datasets[name], FILES[name], name=f"{name}.csv")
        assert run.state == "loaded", (name, run.error_message)

    expected = [
        ("allegations", "1"), ("allegations", "2"), ("complainants", "1"), ("complainants", "2"), ("complaints", "1"),
        ("complaints", "3"),
    ]  # fmt: skip
    assert together(get, rita, record(datasets["complaints"], "1").pk) == expected
    assert together(get, rita, record(datasets["allegations"], "2").pk) == expected
    assert together(get, rita, record(datasets["allegations"], "4").pk) == [("allegations", "4")]


def test_whole_numbers_that_a_data_frame_wrote_as_floats_are_read_as_numbers_which_is_reported(alpha):
    dataset = make_dataset(alpha, slug="allegations")

    run = import_bytes(dataset, ALLEGATIONS)

    assert record(dataset, "1").case_reference == "1003456"
    assert any("17.0; they are read as 17" in note for note in run.notes)


def test_leading_zeros_and_other_text_of_a_number_stay(alpha):
    dataset = make_dataset(alpha, slug="allegations")
    rows = ["1,0012,A,SU", "2,0012,B,SU", "3,12.50,C,SU", "4,12.50,D,SU"]

    import_bytes(dataset, csv_of(rows, header="row_id,cr_id,complaint_category,final_finding"))

    assert set(ComplaintRecord.objects.values_list("case_reference", flat=True)) == {"0012", "12.50"}


def test_the_record_page_names_the_records_of_the_same_case(client_of, alpha, rita):
    datasets = datasets_of(alpha)
    for name, content in FILES.items():
        import_bytes(datasets[name], content)
    found = record(datasets["complaints"], "1")

    html = client_of(rita).get(reverse("record-detail", args=[found.pk])).content.decode()

    assert "Records of the same case" in html
    assert "in Allegations" in html
    assert f"same_case_as={found.pk}" in html


def test_a_dataset_whose_reference_is_the_case_number_joins_by_it(get, alpha, rita):
    first = make_dataset(alpha, slug="complaints")
    other = make_dataset(alpha, slug="allegations", linked_with=first)
    [main] = load_records(first, [{"reference": "C-7"}])
    load_records(other, [{"reference": "1", "case_reference": "C-7"}, {"reference": "2", "case_reference": "C-8"}])

    assert together(get, rita, main) == [("allegations", "1"), ("complaints", "C-7")]
    assert together(get, rita, record(other, "1").pk) == [("allegations", "1"), ("complaints", "C-7")]


def test_the_same_number_in_a_dataset_that_is_not_linked_is_another_case(get, alpha, rita):
    first = made_dataset(alpha, slug="one")
    [pk] = load_records(first, [{"reference": "A", "case_reference": "7"}])
    load_records(made_dataset(alpha, slug="two"), [{"reference": "B", "case_reference": "7"}])

    assert together(get, rita, pk) == [("one", "A")]


class TestVisibility:
    @pytest.fixture
    def found(self, alpha):
        first = make_dataset(alpha, slug="complaints", access="restricted", narrative_access="restricted")
        rest = {
            name: make_dataset(alpha, slug=name, access="public", linked_with=first)
            for name in ("allegations", "complainants")
        }
        load_records(first, [{"reference": "secret", "case_reference": "7"}])
        for name, dataset in rest.items():
            load_records(dataset, [{"reference": f"{name}-1", "case_reference": "7"}])
        return first, rest

    def test_what_a_reader_may_not_see_stays_unseen(self, get, client_of, found, charlie):
        _, rest = found
        pk = record(rest["allegations"], "allegations-1").pk

        html = client_of(charlie).get(reverse("record-detail", args=[pk])).content.decode()

        assert "secret" not in html
        assert "complainants-1" in html
        assert together(get, charlie, pk) == [("allegations", "allegations-1"), ("complainants", "complainants-1")]

    def test_a_person_without_access_to_a_record_sees_no_linked_records(self, get, found, charlie):
        first, _ = found
        assert together(get, charlie, record(first, "secret").pk) == []

    def test_the_dataset_does_not_name_what_a_reader_may_not_see(self, get, client_of, found, charlie, rita):
        assert get("/api/v1/datasets/allegations/", charlie).json()["linked_with"] is None
        assert get("/api/v1/datasets/allegations/", rita).json()["linked_with"] == "complaints"
        assert "Linked datasets" not in client_of(charlie).get("/datasets/allegations/").content.decode()
        assert "Linked datasets" in client_of(rita).get("/datasets/allegations/").content.decode()


class TestTheApi:
    @pytest.fixture
    def patch(self, api_client, token_for):
        def _patch(slug, user, **body):
            headers = {"Authorization": f"Bearer {token_for(user, scope='write')}"}
            return api_client.patch(f"/api/v1/datasets/{slug}/", body, format="json", headers=headers)

        return _patch

    def test_joins_datasets_that_hold_records_already(self, patch, alpha, bob):
        make_dataset(alpha, slug="complaints")
        other = make_dataset(alpha, slug="allegations")
        import_bytes(other, ALLEGATIONS)

        answer = patch("allegations", bob, linked_with="complaints")

        assert answer.status_code == 200, answer.content
        assert answer.json()["linked_with"] == "complaints"
        assert patch("allegations", bob, linked_with=None).json()["linked_with"] is None

    def test_refuses_a_dataset_that_is_not_seen_as_one_that_is_not_there(self, patch, alpha, beta, bob):
        make_dataset(alpha, slug="allegations")
        make_dataset(beta, slug="hidden", access="restricted", narrative_access="restricted")

        hidden, missing = (patch("allegations", bob, linked_with=slug) for slug in ("hidden", "nowhere"))

        assert hidden.status_code == missing.status_code == 400
        assert hidden.json()["errors"][0]["code"] == missing.json()["errors"][0]["code"]


def test_datasets_are_never_linked_in_a_ring(alpha, bob):
    first = make_dataset(alpha, slug="one")
    second = make_dataset(alpha, slug="two", linked_with=first)

    with pytest.raises(Exception, match="circle"):
        edit_dataset(dataset=first, by=bob, linked_with=second)
