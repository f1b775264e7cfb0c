"""Datasets, questionnaires and rounds in numbers: counted and crossed by each cut of the programme, and exported."""

import csv
import io
import json

import pytest

from casestudies.actions.events import record_participation
from casestudies.models import CaseStudy
from coding.actions.rounds import edit_round
from exports.writers import AGGREGATES
from imports.actions import edit_dataset
from imports.models import Dataset
from registry.models import Term
from surveys.actions.questionnaires import update_questionnaire
from tests.exports.asking import ask as ask_for
from tests.exports.asking import content_of, made
from tests.factories.casestudies import make_case_study, make_event, make_sector
from tests.factories.coding import make_round
from tests.factories.complaints import make_dataset
from tests.factories.surveys import make_questionnaire

API = "/api/v1"
NOUNS = ("datasets", "questionnaires", "rounds")
CUTS = {"themes": ["innovation-inputs", "feedback-loops"], "strands": ["oversight"], "sectors": ["environment"]}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asking(client_of, bob, alpha, cody, monkeypatch):
    """Two rows of each kind, one of which carries terms, in the browser of somebody who sees all of them."""
    monkeypatch.setattr("exports.actions.wake_worker", lambda job: None)
    edit_dataset(dataset=make_dataset(alpha, slug="letters", access="consortium"), by=None, country="IT", **CUTS)
    make_dataset(alpha, slug="others", access="consortium")
    cut = make_questionnaire(bob, alpha, slug="telework")
    update_questionnaire(questionnaire=cut, by=bob, countries=["IT", "SK"], **CUTS)
    make_questionnaire(bob, alpha, slug="others")
    edit_round(coding_round=make_round(bob, [cody], start=False), values={"countries": ["IT", "SK"], **CUTS}, by=bob)
    make_round(bob, [cody], start=False)
    return client_of(bob)


def counts(client, noun, query):
    answer = client.get(f"{API}/{noun}/facets/?{query}")
    assert answer.status_code == 200, answer.content
    return {field: {one["value"]: one["count"] for one in found["values"]} for field, found in answer.json().items()}


@pytest.mark.parametrize("noun", NOUNS)
def test_each_cut_is_a_facet_without_its_own_filter(asking, noun):
    found = counts(asking, noun, "field=theme,strand,sector,country,organisation")
    assert (found["theme"], found["strand"]) == ({"innovation-inputs": 1, "feedback-loops": 1}, {"oversight": 1})
    assert (found["sector"], found["country"]["IT"]) == ({"environment": 1}, 1)
    assert sum(found["organisation"].values()) == 2
    for query in ("theme__in=innovation-inputs,innovation-outcomes", "strand=oversight", "sector__in=environment"):
        assert counts(asking, noun, f"field=organisation&{query}")["organisation"] == {"alpha-university": 1}
    assert counts(asking, noun, "field=theme&theme=innovation-outcomes")["theme"] == found["theme"]
    labels = asking.get(f"{API}/{noun}/facets/?field=sector").json()["sector"]["values"]
    assert labels[0]["label"] not in ("", "environment")


@pytest.mark.parametrize("noun", NOUNS)
def test_two_cuts_are_crossed_and_are_files(asking, noun):
    table = asking.get(f"{API}/{noun}/cross-table/?field=theme,strand&of=all").json()
    assert (table["total"], sorted(one["total"] for one in table["rows"]["values"])) == (2, [1, 1, 1])
    for fmt in AGGREGATES:
        assert content_of(asking.get(f"{API}/{noun}/cross-table/export/?field=theme,strand&format={fmt}"))
    cube = json.loads(content_of(asking.get(f"{API}/{noun}/facets/export/?field=theme&format=json-stat")))
    assert cube["dimension"]["theme"]["category"]["label"]["innovation-inputs"] == "Innovation inputs"


@pytest.mark.parametrize("noun", NOUNS)
def test_the_rows_are_a_file_with_the_labels_of_their_terms(asking, noun):
    listed = asking.get(f"{API}/{noun}/?ordering=id").json()["results"]
    content = content_of(asking.get(f"{API}/{noun}/export/?format=csv")).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    key = "slug" if noun == "datasets" else "id"
    assert [row[key] for row in rows] == [str(one[key]) for one in listed]
    assert (list(rows[0]), json.loads(rows[0]["themes"])) == (list(listed[0]), listed[0]["themes"])
    Term.objects.filter(vocabulary__slug="theme", key="innovation-inputs").update(is_deprecated=True)
    book = asking.get(f"{API}/exports/codebook/", {"query": f"{API}/{noun}/?theme=feedback-loops"}).json()
    [themes] = [one for one in book["columns"] if one["name"] == "themes"]
    assert {"value": "innovation-inputs", "label": "Innovation inputs"} in themes["labels"]
    assert f"{noun} where theme is “Feedback loops" in book["citation"]
    assert ". 1 row. " in book["citation"]
    assert len(made(asking, f"{API}/{noun}/", "xlsx")["sha256"]) == 64


def test_a_file_is_closed_with_the_datasets_in_it(asking, client_of, charlie):
    client = client_of(charlie)
    export = made(client, f"{API}/datasets/")
    assert client.head(export["file"]).status_code == 200
    Dataset.objects.filter(slug="letters").update(access="restricted")
    refused = client.get(export["file"])
    assert (refused.status_code, refused.json()["type"]) == (410, "urn:lipse:problem:export_closed")
    assert counts(client, "datasets", "field=strand")["strand"] == {}
    assert made(client, f"{API}/datasets/?strand=oversight")["rows"] == 0
    assert ask_for(client, f"{API}/datasets/?strand=sorcery").status_code == 400


@pytest.mark.parametrize("slug", ["export", "facets", "cross-table", "new"])
def test_no_dataset_takes_the_address_of_a_file_of_all(client_of, bob, slug):
    body = {"slug": slug, "title": "Letters"}
    answer = client_of(bob).post(f"{API}/datasets/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["slug"]) == (201, f"{slug}-2")


def test_participation_and_contributions_take_several_values_and_the_policy_sector(client_of, fay):
    case = make_case_study(fay, themes=["innovation-inputs"], sector=make_sector(), country="EE")
    record_participation(event=make_event(case, fay), values={"group": "citizen", "people": 3}, by=fay)
    other = make_case_study(fay, country="DK")
    record_participation(event=make_event(other, fay), values={"group": "manager", "people": 3}, by=fay)
    client = client_of(fay)
    found = counts(client, "participation", "field=policy_sector,country&policy_sector=environment")
    assert found == {"policy_sector": {"environment": 1}, "country": {"EE": 1}}
    for query, number in (
        ("country__in=EE,DK", 2),
        ("theme__in=innovation-inputs,risk", 400),
        ("group__in=citizen", 1),
    ):
        answer = client.get(f"{API}/participation/?{query}")
        assert (len(answer.json()["results"]) if answer.status_code == 200 else answer.status_code) == number
    assert client.get(f"{API}/contributions/?decision__in=accepted,rejected&sector__in=environment").status_code == 200


def test_a_deprecated_term_has_its_label_in_a_file_of_case_studies(client_of, fay):
    case = make_case_study(fay, themes=["innovation-inputs"])
    CaseStudy.objects.filter(pk=case.pk).update(initiator="citizen")
    Term.objects.filter(key__in=["citizen", "innovation-inputs"]).update(is_deprecated=True)
    book = client_of(fay).get(f"{API}/exports/codebook/", {"query": f"{API}/case-studies/"}).json()
    labels = {one["name"]: [label["value"] for label in one["labels"]] for one in book["columns"]}
    assert "citizen" in labels["initiator"]
    assert "innovation-inputs" in labels["themes"]
