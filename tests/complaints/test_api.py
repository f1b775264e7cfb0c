"""`/complaint-records/`: access, search, and the shape of the answers."""

import pytest

from accounts.roles import AccessLevel
from complaints.models import ComplaintRecord, FollowUp, Issue, Recommendation
from tests.factories.complaints import load_records, make_dataset

pytestmark = pytest.mark.django_db
LIST = "/api/v1/complaint-records/"
CONTRACT = {
    "id", "dataset", "institution", "institution_kind", "kind", "reference", "case_reference", "country",
    "policy_sector", "respondent", "category", "subject", "narrative", "response", "language", "channel", "mandate",
    "admissibility", "stage", "status", "finding", "finding_raw", "closure", "closure_raw", "remedy", "amount",
    "currency", "received_on", "closed_on", "days_open", "issues", "recommendations", "extra", "provenance",
    "updated_at",
}  # fmt: skip


@pytest.fixture
def get(api_client, token_for):
    def _get(path, user=None, **params):
        headers = {"Authorization": f"Bearer {token_for(user, scope='read')}"} if user else {}
        return api_client.get(path, params, headers=headers)

    return _get


def references(response):
    assert response.status_code == 200, response.content
    return {row["reference"] for row in response.json()["results"]}


def test_a_record_has_the_fields_of_the_contract(get, alpha):
    dataset = make_dataset(alpha, slug="ombudsman")
    [pk] = load_records(
        dataset,
        [{"received_on": "2026-01-01", "closed_on": "2026-01-31", "amount": "12.50", "extra": '{"ward": "07"}'}],
    )
    issue = Issue.objects.create(dataset=dataset, record_id=pk, scheme="hcat", category="quality", severity=2)
    advice = Recommendation.objects.create(dataset=dataset, record_id=pk, addressee="Council", text="Repair the roof")
    FollowUp.objects.create(recommendation=advice, scale="percent", raw_value="50 %")

    record = get(f"{LIST}{pk}/").json()

    assert set(record) >= CONTRACT
    assert record["dataset"] == "ombudsman"
    assert record["days_open"] == 30
    assert record["amount"] == "12.50"
    assert record["extra"] == {"ward": "07"}
    assert record["withheld"] == []
    assert record["provenance"] == {"import": 0, "file_sha256": None, "line": 2}
    assert record["issues"][0]["severity"] == issue.severity
    assert record["recommendations"][0]["follow_ups"][0]["raw_value"] == "50 %"


class TestVisibility:
    @pytest.fixture
    def ids(self, alpha):
        made = {}
        for access in AccessLevel.values:
            dataset = make_dataset(alpha, access=access, narrative_access=access)
            [made[access]] = load_records(dataset, [{"reference": access, "narrative": "the roof leaks"}])
        return made

    def test_nobody_sees_public_records_only(self, get, ids):
        assert references(get(LIST)) == {"public"}

    def test_an_organisation_without_access_does_not_see_restricted_records(self, get, ids, charlie):
        assert references(get(LIST, charlie)) == {"public", "consortium"}

    def test_the_owner_sees_all(self, get, ids, rita):
        assert references(get(LIST, rita)) == {"public", "consortium", "restricted"}

    def test_a_hidden_record_is_not_found(self, get, ids, charlie):
        assert get(f"{LIST}{ids['restricted']}/", charlie).status_code == 404
        assert get(f"{LIST}{ids['consortium']}/").status_code == 404
        assert get(f"{LIST}{ids['restricted']}/", charlie).json()["title"] == get(f"{LIST}99999999/").json()["title"]

    def test_an_organisation_it_is_shared_with_sees_it(self, get, alpha, beta, charlie):
        dataset = make_dataset(alpha, access="restricted", narrative_access="restricted", shared_with=[beta])
        load_records(dataset, [{"reference": "shared", "narrative": "the roof leaks"}])
        assert references(get(LIST, charlie)) == {"shared"}
        assert references(get(LIST, charlie, search="roof")) == {"shared"}

    def test_a_hidden_dataset_cannot_be_named(self, get, ids, charlie, alpha):
        hidden = make_dataset(alpha, slug="hidden", access="restricted")
        load_records(hidden, [{}])
        answer = get(LIST, charlie, dataset="hidden")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["code"] == get(LIST, charlie, dataset="no-such").json()["errors"][0]["code"]


class TestWithheldText:
    @pytest.fixture
    def dataset(self, alpha):
        dataset = make_dataset(alpha, access="public", narrative_access="restricted", languages=["en"])
        load_records(
            dataset,
            [
                {"reference": "A", "subject": "Repairs", "narrative": "asbestos in the ceiling", "response": "sorry"},
                {"reference": "B", "subject": "Repairs of a roof", "narrative": "nothing else"},
            ],
        )
        return dataset

    def test_is_left_out_and_listed_as_withheld(self, get, dataset, charlie):
        for record in get(LIST, charlie).json()["results"]:
            assert "narrative" not in record
            assert "response" not in record
            assert record["withheld"] == ["narrative", "response", "extra"]

    def test_is_left_out_when_asked_for_by_name(self, get, dataset):
        record = get(LIST, fields="reference,narrative").json()["results"][0]
        assert record == {"reference": "A", "withheld": ["narrative", "response", "extra"]}

    def test_other_columns_of_the_source_follow_one_rule_on_page_api_and_export(
        self, get, client_of, alpha, rita, charlie
    ):
        dataset = make_dataset(alpha, slug="other", access="public", narrative_access="restricted")
        [pk] = load_records(dataset, [{"extra": '{"neighbour": "Mrs Planted"}'}])
        addresses = (
            f"{LIST}{pk}/",
            LIST,
            f"{LIST}?fields=extra",
            f"{LIST}export/?format=csv",
            f"/complaint-records/{pk}/",
        )

        def shows(person, address):
            answer = client_of(person).get(address)
            assert answer.status_code == 200
            return b"Mrs Planted" in (b"".join(answer.streaming_content) if answer.streaming else answer.content)

        assert {address: shows(charlie, address) for address in addresses} == dict.fromkeys(addresses, False)
        assert {address: shows(rita, address) for address in addresses} == dict.fromkeys(addresses, True)

    def test_is_shown_to_people_with_access(self, get, dataset, rita):
        record = get(LIST, rita, reference="A").json()["results"][0]
        assert record["narrative"] == "asbestos in the ceiling"
        assert record["withheld"] == []

    def test_finds_nothing(self, get, dataset, charlie, rita):
        assert references(get(LIST, charlie, search="asbestos")) == set()
        assert references(get(LIST, rita, search="asbestos")) == {"A"}

    def test_hides_nothing_when_written_with_a_minus(self, get, dataset, charlie, rita):
        assert references(get(LIST, charlie, search="repairs -asbestos")) == {"A", "B"}
        assert references(get(LIST, rita, search="repairs -asbestos")) == {"B"}
        assert references(get(LIST, charlie, search="-asbestos")) == {"A", "B"}

    def test_completes_no_phrase(self, get, dataset, charlie):
        assert references(get(LIST, charlie, search='"repairs asbestos"')) == set()

    def test_leaves_the_subject_to_be_searched(self, get, dataset, charlie):
        assert references(get(LIST, charlie, search="roof")) == {"B"}
        assert references(get(LIST, charlie, search="repairs -roof")) == {"A"}

    def test_does_not_show_in_counts_and_facets(self, get, dataset, charlie):
        assert get(LIST, charlie, search="asbestos").json()["count"] == {"value": 0, "exact": True}
        facets = get(f"{LIST}facets/", charlie, search="asbestos", field="kind").json()
        assert facets["kind"]["values"] == []

    def test_is_searched_where_another_dataset_may_be_read(self, get, dataset, alpha, charlie):
        other = make_dataset(alpha, languages=["en"])
        load_records(other, [{"reference": "C", "narrative": "asbestos"}, {"reference": "D", "narrative": "roof"}])
        assert references(get(LIST, charlie, search="asbestos")) == {"C"}
        assert references(get(LIST, charlie, search="-asbestos")) == {"A", "B", "D"}


class TestSearch:
    @pytest.fixture
    def records(self, alpha):
        rows = [
            {"reference": "en", "language": "en", "narrative": "The landlords delayed repairing the damp walls"},
            {"reference": "en2", "language": "en", "narrative": "Water bills and repeated repairs"},
            {"reference": "de", "language": "de", "narrative": "Die Behörden haben die Häuser nicht geprüft"},
            {"reference": "fr", "language": "fr", "narrative": "Les réparations étaient retardées à l'école"},
            {"reference": "es", "language": "es", "narrative": "Las reclamaciones por daños"},
            {"reference": "none", "language": "", "narrative": "Lorem repairs ipsum"},
        ]
        load_records(make_dataset(alpha), rows)

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("repair", {"en", "en2"}),
            ("delays repairs", {"en"}),
            ("REPAIRS", {"en", "en2", "none"}),
            ("Haus", {"de"}),
            ("behorde", {"de"}),
            ("reparation", {"fr"}),
            ("retardée", {"fr"}),
            ("ecole", {"fr"}),
            ("reclamaciones", {"es"}),
            ("danos", {"es"}),
            ('"damp walls"', {"en"}),
            ('"walls damp"', set()),
            ("repairs -water", {"en", "none"}),
            ("repairs -waters", {"en", "none"}),
            ("water or damp", {"en", "en2"}),
            ("nowhere", set()),
        ],
    )
    def test_looks_in_the_language_of_each_record(self, get, records, words, found):
        assert references(get(LIST, search=words)) == found

    def test_survives_any_punctuation(self, get, records):
        for words in ["'", '"', "a & | !", "((", "\\", "<->", "§en", "%", ":*", "' or 1=1 --", "🙂", "-", "--"]:
            assert get(LIST, search=words).status_code == 200

    def test_narrows_together_with_filters(self, get, records):
        assert references(get(LIST, search="repairs", language="en")) == {"en", "en2"}


class TestParameters:
    def test_an_unknown_one_is_named_with_the_allowed_ones(self, get, alpha):
        answer = get(LIST, colour="red")
        assert answer.status_code == 400
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["errors"][0]["field"] == "colour"
        assert "country" in answer.json()["errors"][0]["message"]

    @pytest.mark.parametrize(
        "params",
        [
            {"finding": "Upheld"}, {"country": "EL"}, {"received_on__gte": "2026-13-01"}, {"page_size": "1001"},
            {"ordering": "narrative"}, {"cursor": "x"}, {"count": "some"}, {"fields": "narrative,secret"},
            {"days_open__gte": "many"}, {"amount__gte": "NaN"}, {"dataset": "no-such"}, {"updated_since": "yesterday"},
            {"finding__in": "upheld,x"}, {"search": "a\0b"},
        ],
    )  # fmt: skip
    def test_a_wrong_value_is_a_problem_document(self, get, alpha, params):
        answer = get(LIST, **params)
        assert answer.status_code == 400, answer.content
        assert answer.json()["errors"][0]["field"] == next(iter(params))

    def test_every_operator_of_the_contract_narrows(self, get, alpha, db):
        dataset = make_dataset(alpha)
        load_records(
            dataset,
            [
                {"reference": "1", "country": "NL", "finding": "upheld", "received_on": "2026-01-01",
                 "closed_on": "2026-01-11", "amount": "5", "channel": "web"},
                {"reference": "2", "country": "BE", "finding": "not-upheld", "received_on": "2026-02-01"},
                {"reference": "3", "country": "DE", "received_on": None},
            ],
        )  # fmt: skip
        expected = [
            ({"country": "NL"}, {"1"}),
            ({"country__in": "NL,BE"}, {"1", "2"}),
            ({"country__not": "NL"}, {"2", "3"}),
            ({"finding__isnull": "true"}, {"3"}),
            ({"channel__isnull": "false"}, {"1"}),
            ({"received_on__gte": "2026-01-15"}, {"2"}),
            ({"received_on__lte": "2026-01-15"}, {"1"}),
            ({"received_on__isnull": "true"}, {"3"}),
            ({"days_open": "10"}, {"1"}),
            ({"days_open__gte": "11"}, set()),
            ({"amount__gte": "4.5"}, {"1"}),
            ({"dataset": dataset.slug}, {"1", "2", "3"}),
            ({"dataset__not": dataset.slug}, set()),
            ({"reference__in": "1,3"}, {"1", "3"}),
        ]
        for params, found in expected:
            assert references(get(LIST, **params)) == found, params


def test_pages_follow_each_other_through_nulls_and_ties(get, alpha):
    load_records(
        make_dataset(alpha),
        [{"received_on": day, "reference": str(n)} for n, day in enumerate(["2026-01-01", None, "2026-01-01"] * 5)],
    )
    for ordering in ("received_on", "-received_on", "id", "-updated_at"):
        answer, seen = get(LIST, page_size=4, ordering=ordering).json(), []
        while True:
            seen += [row["reference"] for row in answer["results"]]
            if not answer["next"]:
                break
            answer = get(answer["next"]).json()
        assert sorted(seen) == sorted(str(n) for n in range(15))


def test_an_unchanged_list_is_not_sent_again(get, api_client, alpha):
    load_records(make_dataset(alpha), [{}])
    first = get(LIST)
    assert api_client.get(LIST, headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_a_list_costs_few_queries_however_long(api_client, token_for, alpha, rita, django_assert_max_num_queries):
    dataset = make_dataset(alpha)
    load_records(dataset, [{} for _ in range(60)])
    for record in ComplaintRecord.objects.all():
        Issue.objects.create(dataset=dataset, record=record, scheme="hcat", category="quality")
    headers = {"Authorization": f"Bearer {token_for(rita, scope='read')}"}
    with django_assert_max_num_queries(12):
        assert len(api_client.get(LIST, headers=headers).json()["results"]) == 60
