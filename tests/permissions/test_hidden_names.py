"""What a person has no access to does not show by its name: creating and importing answer as if it did not exist."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.roles import AccessLevel
from casestudies.models import CaseStudy
from coding.actions.codebooks import create_codebook
from imports.models import Dataset
from surveys.actions.questionnaires import create_questionnaire
from surveys.models import Questionnaire
from tests.factories.casestudies import make_case_study
from tests.factories.imports import csv_of, letters, make_dataset

HIDDEN = {"slug": "hidden", "access": AccessLevel.RESTRICTED}


@pytest.fixture
def as_ada(api_client, token_for, ada):
    api_client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(ada)}")
    return api_client


def dataset_form(alpha, slug):
    return {
        "title": "Letters", "slug": slug, "organisation": alpha.pk, "access": "consortium", "inbox_rule": "off",
        "narrative_access": "consortium", "disclosure_threshold": 10, "recipe": "complaint-records",
    }  # fmt: skip


def test_a_dataset_with_a_hidden_name_is_created_by_the_api(as_ada, alpha, beta):
    make_dataset(beta, **HIDDEN)

    answers = [as_ada.post("/api/v1/datasets/", {"slug": s, "title": "L"}, format="json") for s in ("hidden", "free")]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["slug"] == "hidden-2"


def test_a_dataset_with_a_hidden_name_is_created_on_the_page(client_of, ada, alpha, beta):
    make_dataset(beta, **HIDDEN)
    browser = client_of(ada)

    answers = [browser.post("/datasets/new/", dataset_form(alpha, slug)) for slug in ("hidden", "free")]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert sorted(Dataset.objects.filter(organisation=alpha).values_list("slug", flat=True)) == ["free", "hidden-2"]


def test_a_name_that_is_taken_and_seen_is_refused_on_page_and_api(as_ada, client_of, ada, alpha, beta):
    make_dataset(beta, slug="seen", access=AccessLevel.CONSORTIUM)

    page = client_of(ada).post("/datasets/new/", dataset_form(alpha, "seen"))
    answer = as_ada.post("/api/v1/datasets/", {"slug": "seen", "title": "L"}, format="json")

    assert (page.status_code, answer.status_code) == (422, 400)
    assert answer.json()["errors"][0]["message"] in page.text


def test_case_studies_codebooks_and_questionnaires_with_hidden_names_are_created(as_ada, ada, alpha, charlie, beta):
    make_case_study(charlie, slug="hidden")
    create_codebook(organisation=beta, values={"title": "Hidden", "access": "restricted"}, by=charlie, slug="hidden")
    create_questionnaire(title="Hidden", organisation=beta, by=charlie, **HIDDEN)

    answer = as_ada.post(
        "/api/v1/case-studies/", {"slug": "hidden", "working_title": "Mine", "country": "EE"}, format="json"
    )
    codebook = create_codebook(organisation=alpha, values={"title": "Mine"}, by=ada, slug="hidden")
    questionnaire = create_questionnaire(title="Mine", slug="hidden", organisation=alpha, by=ada)

    assert (answer.status_code, answer.json()["slug"]) == (201, "hidden-2")
    assert (codebook.slug, questionnaire.slug) == ("hidden-2", "hidden-2")
    assert CaseStudy.objects.count() == Questionnaire.objects.count() == 2


def test_an_import_into_a_hidden_dataset_answers_as_into_none(as_ada, client_of, ada, alpha, beta):
    make_dataset(beta, **HIDDEN)
    make_dataset(alpha)

    def tried(send):
        answers = [send(slug, SimpleUploadedFile("letters.csv", csv_of(letters(3)))) for slug in ("hidden", "no-such")]
        return [(answer.status_code, answer.text.replace("no-such", "hidden")) for answer in answers]

    api = tried(lambda s, file: as_ada.post("/api/v1/imports/", {"dataset": s, "file": file}, format="multipart"))
    browser = client_of(ada)
    page = tried(lambda s, file: browser.post("/imports/new/", {"dataset": s, "file": file}))

    assert api[0] == api[1]
    assert api[0][0] == 400
    assert (page[0][0], page[1][0]) == (422, 422)
