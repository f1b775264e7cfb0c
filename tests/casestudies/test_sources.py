"""Where an imported thing comes from: on its page and in the API, for those who may know of the dataset."""

import pytest

from accounts.models import Organisation
from casestudies.actions.cases import edit_case_study
from casestudies.models import CaseStudy, Contribution
from imports.models import SourcedTarget
from tests.factories.casestudies import make_case_study
from tests.factories.imports import csv_of, import_bytes, make_dataset

pytestmark = pytest.mark.django_db
HEADER = "case id,title,body,country,published,staff"


@pytest.fixture
def dataset(alpha):
    return make_dataset(alpha, slug="cases", title="Catalogue of cases", recipe="case-studies", access="restricted")


@pytest.fixture
def case_study(dataset, bob):
    row = "17,A panel on the river,<p>Residents met.</p>,GB,Yes,Two volunteers"
    import_bytes(dataset, csv_of([row], header=HEADER), name="catalogue.csv", by=bob)
    return CaseStudy.objects.get(pk=SourcedTarget.objects.get(key="17").target_id)


def test_the_page_of_a_case_names_dataset_file_line_and_what_became_no_field(case_study, bob, client_of):
    page = client_of(bob).get(f"/case-studies/{case_study.slug}/").content.decode()

    for words in (
        "Provenance",
        "Catalogue of cases",
        "catalogue.csv",
        "mapping version 1",
        "Two volunteers",
    ):
        assert words in page
    assert "Original row of the file" in page


def test_the_page_shows_what_was_edited_here(case_study, bob, client_of):
    edit_case_study(case_study=case_study, by=bob, values={"working_title": "The river panel"})

    page = client_of(bob).get(f"/case-studies/{case_study.slug}/").content.decode()

    assert "“A panel on the river” in the source, “The river panel” here" in page


def test_a_reader_sees_no_cells_of_the_file(case_study, rita, client_of):
    page = client_of(rita).get(f"/case-studies/{case_study.slug}/").content.decode()

    assert "catalogue.csv" in page
    assert "Original row of the file" not in page


def test_another_organisation_sees_neither_case_nor_source(case_study, charlie, client_of):
    assert client_of(charlie).get(f"/case-studies/{case_study.slug}/").status_code == 404
    assert client_of(charlie).get(f"/api/v1/case-studies/{case_study.slug}/").status_code == 404


def test_a_case_that_is_shown_to_all_hides_a_dataset_that_is_not(case_study, charlie, client_of):
    CaseStudy.objects.filter(pk=case_study.pk).update(access="public")

    page = client_of(charlie).get(f"/case-studies/{case_study.slug}/")

    assert page.status_code == 200
    assert b"catalogue.csv" not in page.content
    assert client_of(charlie).get(f"/api/v1/case-studies/{case_study.slug}/").json()["source"] is None


def test_the_api_shows_the_source_rows_of_a_case_study(case_study, bob, client_of):
    source = client_of(bob).get(f"/api/v1/case-studies/{case_study.slug}/").json()["source"]

    (row,) = source["rows"]
    assert (row["dataset"], row["reference"], row["line"], row["file"]) == ("cases", "17", 2, "catalogue.csv")
    assert len(row["file_sha256"]) == 64
    assert row["mapping_version"] == 1
    assert row["values"]["country"] == "GB"
    assert row["values"]["extra"] == {"staff": "Two volunteers"}


def test_a_case_that_was_made_by_hand_has_no_source(bob, client_of):
    case_study = make_case_study(bob)

    assert client_of(bob).get(f"/api/v1/case-studies/{case_study.slug}/").json()["source"] is None
    assert b'id="source-h"' not in client_of(bob).get(f"/case-studies/{case_study.slug}/").content


def test_contributions_and_organisations_show_their_source_rows(alpha, bob, client_of):
    make_case_study(bob, slug="canal")
    ideas = make_dataset(alpha, slug="ideas", recipe="contributions")
    import_bytes(ideas, csv_of(["1,canal,Benches"], header="idea id,case,idea"), name="ideas.csv", by=bob)
    bodies = make_dataset(alpha, slug="bodies", recipe="organisations")
    import_bytes(bodies, csv_of(["1,Shire of Tideham,council"], header="id,name,kind"), name="bodies.csv", by=bob)
    idea, body = Contribution.objects.get(), Organisation.objects.get(name="Shire of Tideham")
    client = client_of(bob)

    assert b"ideas.csv" in client.get(idea.get_absolute_url()).content
    assert b"bodies.csv" in client.get(body.get_absolute_url()).content
    assert client.get(f"/api/v1/contributions/{idea.pk}/").json()["source"]["rows"][0]["dataset"] == "ideas"
    assert client.get(f"/api/v1/organisations/{body.slug}/").json()["source"]["rows"][0]["dataset"] == "bodies"
