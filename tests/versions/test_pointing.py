"""References by kind and key: labels and addresses for the person who reads, and what cites what."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from accounts import audit
from casestudies.actions.parts import add_part
from casestudies.models import RecordLink
from coding.actions import rounds
from coding.models import Assignment
from complaints.actions import send_to_coding
from complaints.models import ComplaintRecord
from complaints.pointing import RECORD
from tests.factories.casestudies import make_case_study
from tests.factories.coding import make_codebook, make_round
from tests.factories.complaints import load_records, make_dataset
from tests.factories.surveys import make_questionnaire
from versions import pointing
from versions.kinds import ORGANISATION
from versions.pointing import cited_by, groups, pointer, pointers
from versions.targets import Pointer, key_in, key_parts

pytestmark = pytest.mark.django_db
CASE = "casestudies.casestudy"


@pytest.fixture
def records(alpha):
    """Two records of a dataset that the consortium sees."""
    load_records(make_dataset(alpha), [{"reference": f"L/{n}", "narrative": f"Letter {n}."} for n in range(2)])
    return list(ComplaintRecord.objects.select_related("dataset").order_by("id"))


@pytest.fixture
def cite(fay):
    def link(case_study, record):
        chosen = {name: RecordLink._meta.get_field(name).choices[0][0] for name in ("effect", "grade")}
        values = {"dataset": record.dataset.slug, "reference": record.reference, **chosen}
        add_part(case_study=case_study, model=RecordLink, values=values, by=fay)

    return link


def key_of(record):
    return key_in(record.dataset.slug, record.reference)


def test_a_reference_may_hold_slashes():
    assert key_parts(key_in("letters", "2014/12/A")) == ("letters", "2014/12/A")


def test_a_thing_has_a_label_and_an_address(bob, cody):
    book = make_codebook(bob)
    assert pointer("coding.codebook", str(book.pk), cody) == Pointer(book.title, f"/codebooks/{book.slug}/")


def test_what_is_hidden_unknown_or_no_key_resolves_to_nothing(ada, charlie, alpha):
    draft = make_questionnaire(ada, alpha).versions.get()
    kind, key = "surveys.questionnaireversion", str(draft.pk)
    assert pointer(kind, key, ada) == Pointer(str(draft), reverse("questionnaire-draft", args=["complaints-and-you"]))
    for person in (charlie, AnonymousUser()):
        assert pointers([(kind, key)], person) == {}
    wrong = [(kind, "999999"), (kind, "x"), (kind, "9" * 40), ("no.kind", "1"), (RECORD, "no-dataset/1"), (RECORD, "x")]
    assert pointers(wrong, ada) == {}


def test_many_targets_of_a_kind_cost_one_query(bob, django_assert_num_queries):
    targets = [("coding.codebook", str(make_codebook(bob).pk)) for _ in range(4)]
    assert bob.organisation_ids
    with django_assert_num_queries(1):
        assert set(pointers(targets, bob)) == set(targets)


def test_many_records_cost_two_queries(records, bob, django_assert_max_num_queries):
    targets = [(RECORD, key_of(record)) for record in records]
    assert bob.organisation_ids
    with django_assert_max_num_queries(2):
        found = pointers(targets, bob)
    assert {target: found[target].url for target in targets} == {
        (RECORD, key_of(record)): record.get_absolute_url() for record in records
    }


def test_the_groups_of_records_are_the_datasets_one_may_see(records, bob):
    assert groups(RECORD, bob) == [(records[0].dataset.slug, records[0].dataset.title)]
    assert groups("coding.codebook", bob) == []


def test_what_cites_a_record_is_named_to_those_who_see_it(records, cite, fay, charlie):
    one, other = records
    public, closed = make_case_study(fay, access="public"), make_case_study(fay, access="restricted")
    cite(public, one)
    cite(closed, one)
    everything = [key_in(one.dataset.slug, "")]
    assert set(cited_by(RECORD, everything, fay)) == {key_of(one)}
    assert [p.url for p in cited_by(RECORD, [key_of(one)], fay)[key_of(one)]] == [
        public.get_absolute_url(),
        closed.get_absolute_url(),
    ]
    assert cited_by(RECORD, [key_of(other)], fay) == {}
    assert Pointer("a case study") in cited_by(RECORD, everything, charlie)[key_of(one)]
    assert cited_by(RECORD, everything) == {key_of(one): [Pointer("a case study")]}
    assert cited_by(RECORD, []) == {}


def test_the_page_of_a_record_links_to_the_case_studies_that_cite_it(records, cite, client_of, fay, charlie):
    hidden = make_case_study(fay, access="restricted")
    cite(hidden, records[0])
    address = records[0].get_absolute_url()
    assert hidden.get_absolute_url() in client_of(fay).get(address).text
    assert hidden.get_absolute_url() not in client_of(charlie).get(address).text


def test_the_audit_trail_links_to_what_was_changed(client_of, ada, bob, django_assert_max_num_queries):
    books = [make_codebook(bob) for _ in range(3)]
    audit.record("codebook.edited", by=bob, target=books[0])
    browser = client_of(ada)
    with django_assert_max_num_queries(12):
        page = browser.get("/audit-trail/").text
    assert all(f'href="{book.get_absolute_url()}"' in page for book in books)


@pytest.fixture
def sent(records, bob, cody, alpha):
    """A round with the text of one record, and one text whose source nobody knows."""
    plan = make_round(bob, [cody], texts=1, start=False)
    rows = ComplaintRecord.objects.visible_to(bob).filter(reference="L/0")
    send_to_coding(records=rows, coding_round=plan, by=bob)
    return plan


def test_a_lead_coder_finds_the_source_of_a_text(sent, records, client_of, bob):
    other = make_round(bob, [bob], texts=0, start=False)
    page = client_of(bob).get(f"/rounds/{other.pk}/units/").text
    assert f'href="{records[0].get_absolute_url()}"' in page


def test_a_coder_finds_the_source_of_a_text_in_the_api(sent, records, api_client, token_for, bob, cody):
    rounds.open_round(coding_round=sent, by=bob)
    Assignment.objects.filter(round_unit__round=sent).update(coder=cody)
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {token_for(cody)}"}
    results = api_client.get("/api/v1/assignments/", **bearer).json()["results"]
    urls = {row["unit"]["source_key"].partition("/")[2]: row["unit"]["url"] for row in results}
    assert urls.pop("L/0") == records[0].get_absolute_url()
    assert set(urls.values()) == {""}
    one = api_client.get(f"/api/v1/assignments/{results[0]['id']}/", **bearer).json()
    assert one["unit"] == results[0]["unit"]


@pytest.mark.parametrize("kind", sorted(pointing._kinds))
def test_references_of_every_kind_show_no_target_that_does_not_exist(kind, rita):
    for person in (rita, AnonymousUser()):
        assert pointers([(kind, "1"), (kind, "no/such")], person).keys() <= {(ORGANISATION._meta.label_lower, "1")}


def test_the_page_of_a_case_study_links_to_the_record_it_cites(records, cite, client_of, fay):
    case_study = make_case_study(fay)
    cite(case_study, records[0])
    assert f'href="{records[0].get_absolute_url()}"' in client_of(fay).get(case_study.get_absolute_url()).text
