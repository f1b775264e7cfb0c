"""Themes, strands, policy sectors and countries: everything studied carries them, and every list is cut by them."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from casestudies.actions.cases import edit_case_study
from coding.actions.rounds import edit_round
from imports.actions import edit_dataset
from registry.models import Term, Vocabulary
from rest.vocabularies import read_terms
from surveys.actions.questionnaires import update_questionnaire
from tests.factories.casestudies import make_case_study, make_contribution, make_event, make_sector
from tests.factories.coding import make_round
from tests.factories.complaints import load_records, make_dataset
from tests.factories.surveys import make_questionnaire

API = "/api/v1"
CUTS = {"themes": ["innovation-inputs"], "strands": ["oversight"], "sectors": ["environment"]}

pytestmark = pytest.mark.django_db


def found(client, path, query):
    answer = client.get(f"{API}{path}?{query}")
    assert answer.status_code == 200, answer.content
    return [row.get("slug", row.get("id")) for row in answer.json()["results"]]


def test_five_themes_seven_strands_and_eleven_countries_are_shipped():
    counted = {slug: Term.objects.filter(vocabulary__slug=slug).count() for slug in read_terms()}
    assert {name: counted.get(name) for name in ("theme", "strand", "programme-country")} == {
        "theme": 5,
        "strand": 7,
        "programme-country": 11,
    }
    assert len(read_terms()["policy-sector"]) == 7


def test_the_third_work_package_is_a_strand_and_tied_to_its_theme():
    oversight = Term.objects.get(vocabulary__slug="strand", key="oversight")
    assert "audit offices" in str(oversight)
    assert [term.key for term in oversight.close_match.filter(vocabulary__slug="theme")] == ["innovation-inputs"]


def test_a_dataset_carries_them_and_its_list_is_cut_by_each(client_of, bob, alpha):
    dataset = make_dataset(alpha, slug="letters")
    make_dataset(alpha, slug="others")
    edit_dataset(dataset=dataset, by=None, **CUTS)
    client = client_of(bob)
    for query in ("theme=innovation-inputs", "strand=oversight", "sector=environment"):
        assert found(client, "/datasets/", query) == ["letters"]
    assert found(client, "/datasets/", "strand=foresight") == []
    page = client.get("/datasets/letters/").content.decode()
    assert "Innovation inputs" in page
    assert "Ombudsmen, audit offices and large surveys" in page


def test_a_term_that_the_vocabulary_does_not_have_is_refused(alpha):
    dataset = make_dataset(alpha, slug="letters")
    with pytest.raises(ValidationError) as refused:
        edit_dataset(dataset=dataset, by=None, themes=["sorcery"])
    assert refused.value.error_dict["themes"][0].code == "unknown_term"
    assert "innovation-inputs" in refused.value.messages[0]


def test_a_term_that_is_no_longer_offered_stays_on_what_carries_it(alpha):
    dataset = make_dataset(alpha, slug="letters")
    edit_dataset(dataset=dataset, by=None, strands=["risk"])
    Term.objects.filter(vocabulary__slug="strand", key="risk").update(is_deprecated=True)
    edit_dataset(dataset=dataset, by=None, title="Letters of a year")
    dataset.refresh_from_db()
    assert dataset.strands == ["risk"]


def test_records_are_cut_by_what_their_dataset_carries(client_of, bob, alpha):
    dataset = make_dataset(alpha, slug="letters")
    [record] = load_records(dataset, [{"reference": "A-1"}])
    load_records(make_dataset(alpha, slug="others"), [{"reference": "B-1"}])
    edit_dataset(dataset=dataset, by=None, **CUTS)
    client = client_of(bob)
    assert found(client, "/complaint-records/", "theme=innovation-inputs") == [record]
    assert found(client, "/complaint-records/", "strand=foresight") == []
    counted = client.get(f"{API}/complaint-records/facets/?field=kind&strand=oversight").json()
    assert counted["kind"]["total"] == 1


def test_case_studies_their_events_and_contributions_are_cut_by_each(client_of, fay):
    sector = make_sector()
    case_study = make_case_study(fay, themes=["innovation-inputs"], strands=["oversight"], sector=sector, country="EE")
    make_contribution(case_study, fay, event=make_event(case_study, fay))
    other = make_case_study(fay, country="DK")
    make_contribution(other, fay, event=make_event(other, fay))
    client = client_of(fay)
    for path in ("/case-studies/", "/events/", "/contributions/"):
        for query in ("theme=innovation-inputs", "strand=oversight", "sector=environment", "country=EE"):
            assert len(found(client, path, query)) == 1, (path, query)
    edit_case_study(case_study=case_study, by=fay, values={"themes": ["innovation-outcomes"]})
    assert found(client, "/case-studies/", "theme=innovation-outcomes") == [case_study.slug]


def test_a_questionnaire_carries_them_and_its_list_is_cut_by_each(client_of, bob, alpha):
    questionnaire = make_questionnaire(bob, alpha, slug="telework")
    make_questionnaire(bob, alpha, slug="others")
    update_questionnaire(questionnaire=questionnaire, by=bob, countries=["NL", "SK"], **CUTS)
    client = client_of(bob)
    for query in ("theme=innovation-inputs", "strand=oversight", "sector=environment", "country=SK"):
        assert found(client, "/questionnaires/", query) == ["telework"]


def test_a_round_carries_them_and_its_list_is_cut_by_each(client_of, bob, cody):
    planned = make_round(bob, [cody], start=False)
    make_round(bob, [cody], start=False)
    edit_round(coding_round=planned, values={"countries": ["IT"], **CUTS}, by=bob)
    client = client_of(bob)
    for query in ("theme=innovation-inputs", "strand=oversight", "sector=environment", "country=IT"):
        assert found(client, "/rounds/", query) == [planned.pk]


def test_an_unknown_theme_names_the_allowed_ones(client_of, bob):
    answer = client_of(bob).get(f"{API}/datasets/?theme=sorcery")
    assert answer.status_code == 400
    assert "innovation-outcomes" in answer.json()["errors"][0]["message"]


@pytest.fixture
def rename():
    """What the migration does."""
    return import_module("registry.migrations.0002_strands_are_the_work_packages")


def _earlier_list(rename, **changed):
    Vocabulary.objects.filter(slug="strand").delete()
    vocabulary = Vocabulary.objects.create(slug="strand", name="Strands of the programme")
    for position, (key, label) in enumerate((rename.EARLIER | changed).items(), start=1):
        Term.objects.create(vocabulary=vocabulary, key=key, labels={"en": label}, position=position)


def test_the_default_list_of_strands_becomes_the_seven_work_packages(rename):
    _earlier_list(rename)
    rename.rename(apps, None)
    offered = Term.objects.filter(vocabulary__slug="strand", is_deprecated=False).order_by("position")
    assert [term.key for term in offered] == list(rename.LABELS)
    assert Term.objects.get(vocabulary__slug="strand", key="ict").is_deprecated


def test_a_list_of_strands_that_somebody_edited_is_not_changed(rename):
    _earlier_list(rename, risk="Risk, as we see it")
    rename.rename(apps, None)
    assert Term.objects.filter(vocabulary__slug="strand", is_deprecated=False).count() == 7
    assert not Term.objects.filter(vocabulary__slug="strand", key="oversight").exists()
