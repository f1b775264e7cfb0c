"""What a recipe stores where the file says nothing is announced, on page and report, in the API and by the command."""

import io
import json

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.core.management import call_command

from accounts.models import Organisation
from casestudies.models import CaseStudy, Contribution
from complaints.models import ComplaintRecord, FollowUp, Issue, Recommendation
from imports.findings.assumed import CODE, assumed_findings
from imports.mapping import DETECTED, Rule
from imports.recipe import RecipeField, all_recipes
from imports.sniff.profile import Column
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset
from tests.imports.recipes import recipe_of

KIND = RecipeField("kind", "Kind", "choice", choices={"a": "A", "b": "B"}, assumed="the kind A")
RECIPE = recipe_of("subject", fields_too=[KIND])
MODELS = {
    "case-studies": CaseStudy, "contributions": Contribution, "organisations": Organisation, "issues": Issue,
    "complaint-records": ComplaintRecord, "recommendation-records": ComplaintRecord, "recommendations": Recommendation,
    "follow-ups": FollowUp,
}  # fmt: skip
CASES = b"id,title,start date\n1,Green yards,2019-03-02\n2,Open doors,2019-04-05\n"


def found_for(rule, column=None):
    columns = [Column("subject", rows=10), column or Column("sort", rows=10)]
    rules = {"subject": Rule("subject")} | ({"kind": rule} if rule else {})
    return [(f.sentence, f.columns, f.count) for f in assumed_findings(columns, RECIPE, rules)]


def test_a_field_that_nothing_gives_is_announced_with_all_rows():
    sentence = "No column and no fixed value gives Kind. What is stored: the kind A."
    assert found_for(None) == [(sentence, [], 10)]


def test_a_field_with_a_fixed_value_or_a_full_column_assumes_nothing():
    assert found_for(Rule(constant="b")) == found_for(Rule("sort")) == []
    assert found_for(Rule("sort", words={"b": "b"}), Column("sort", rows=10, values={"b": 10})) == []


def test_rows_that_say_nothing_are_counted():
    column = Column("sort", rows=10, empty=2, missing={"-": 3}, values={"-": 3, "b": 4, "x": 1})
    rule = Rule("sort", words={"b": "b", "x": ""}, missing=("-",))

    assert found_for(rule, column) == [
        ("6 rows do not say Kind in “sort”. What is stored: the kind A.", ["sort"], 6)
    ]  # fmt: skip
    one = Column("sort", rows=10, empty=1)
    assert found_for(Rule("sort"), one)[0][0].startswith("1 row does not say Kind in “sort”.")


def test_a_detected_field_says_what_is_stored_where_nothing_is_detected():
    sentence = "Where “sort” does not show which language it is, this is stored as Kind: the kind A."
    assert found_for(Rule("sort", format=DETECTED)) == [(sentence, ["sort"], 0)]


@pytest.mark.parametrize("recipe", [pytest.param(recipe, id=recipe.name) for recipe in all_recipes()])
def test_every_field_whose_model_has_a_value_of_its_own_says_so(recipe):
    model = MODELS[recipe.name]
    silent = []
    for field in recipe.fields:
        try:
            own = model._meta.get_field(field.name)
        except FieldDoesNotExist:
            continue
        if own.has_default() and own.get_default() not in ("", None, [], {}) and not field.assumed:
            silent.append(field.name)
    assert silent == []


@pytest.mark.django_db
def test_case_studies_without_a_language_say_that_they_become_english(alpha, bob, client_of, tmp_path):
    dataset = make_dataset(alpha, slug="cases", recipe="case-studies")
    run = import_bytes(dataset, CASES, name="cases.csv", by=bob, is_automatic=False)
    client = client_of(bob)
    stored = "English, unless a linked dataset says another one"
    sentence = f"No column and no fixed value gives Language. What is stored: {stored}."
    assert sentence in client.get(f"/imports/{run.pk}/mapping/").content.decode()

    loaded = import_bytes(make_dataset(alpha, slug="more", recipe="case-studies"), CASES, name="c.csv", by=bob)
    assert sentence in client.get(f"/imports/{loaded.pk}/").content.decode()
    shown = client.get(f"/api/v1/imports/{loaded.pk}/").json()["findings"]
    assert sentence in [f["sentence"] for f in shown if f["code"] == CODE]
    (tmp_path / "cases.csv").write_bytes(CASES)
    out = io.StringIO()
    call_command(
        "import_file", str(tmp_path / "cases.csv"), "--dataset", "third", "--recipe", "case-studies", stdout=out,
        stderr=io.StringIO(),
    )  # fmt: skip
    told = json.loads(out.getvalue().splitlines()[-1])["findings"]
    assert sentence in [finding["sentence"] for finding in told]


@pytest.mark.django_db
def test_a_fixed_language_leaves_nothing_to_announce(alpha, bob):
    dataset = make_dataset(alpha, slug="cases", recipe="case-studies", language="et")
    run = import_bytes(dataset, CASES, name="cases.csv", by=bob)

    assert [f["sentence"] for f in run.findings if f["code"] == CODE and "Language" in f["sentence"]] == []
    assert set(CaseStudy.objects.values_list("language", flat=True)) == {"et"}


@pytest.mark.django_db
def test_what_is_proposed_for_every_row_is_named(alpha, bob):
    text = "The office did not answer my letter about the road and I have waited for it for three months now. " * 2
    run = import_bytes(
        make_dataset(alpha), csv_of([f"{n},2019-03-02,Road,{text} {n},Upheld" for n in range(60)]), by=bob
    )

    [note] = [note for note in run.notes if "proposed for every row" in note]
    assert "Language “en”" in note
    assert "Kind “Complaint”" in note
    again = import_bytes(run.dataset, csv_of(letters(3, first=900)), by=bob)
    assert not [note for note in again.notes if "proposed for every row" in note]
