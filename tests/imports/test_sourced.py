"""Rows that become nouns of the casebook: organisations, which every room shares."""

import io
import json

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from accounts.models import Organisation
from imports.actions import edit_dataset, undo_import
from imports.models import Import, PreviousVersion, RowProblem, SourcedRow, SourcedTarget
from imports.recipe import recipe_named
from imports.selectors.undoing import undo_preview
from rest.problems import Conflict
from tests.factories.casestudies import make_case_study
from tests.factories.imports import csv_of, figures, import_bytes, make_dataset, undo

pytestmark = pytest.mark.django_db
HEADER = "id,name,kind,country,part of,ROR,Director"
ROWS = [
    "1,Ward Council,council,GB,2,,Ann Archer",
    "2,Shire of Tideham,council,GB,,,Bo Bolt",
    "3,Riverside Residents,ngo,GB,,,",
]


@pytest.fixture
def dataset(alpha):
    return make_dataset(alpha, slug="bodies", recipe="organisations")


def load(dataset, rows=ROWS, header=HEADER, **options):
    return import_bytes(dataset, csv_of(rows, header=header), name="bodies.csv", **options)


def imported():
    return Organisation.objects.filter(pk__in=SourcedTarget.objects.values("target_id")).order_by("name")


def everything(dataset):
    """What rows, nouns and organisations hold, but for when they were written."""
    rows = SourcedRow.objects.filter(dataset=dataset).order_by("id")
    names = [f.attname for f in SourcedRow._meta.concrete_fields if f.name != "updated_at"]
    nouns = SourcedTarget.objects.order_by("id").values()
    return list(rows.values(*names)), list(nouns), list(Organisation.objects.order_by("id").values())


def test_rows_become_organisations_with_a_parent_that_comes_later_in_the_file(dataset):
    run = load(dataset)

    assert figures(run) == ("loaded", 3, 0, 0, 0, 0)
    council = Organisation.objects.get(name="Ward Council")
    assert (council.kind, council.country, council.slug) == ("public-body", "GB", "ward-council")
    assert council.parent.name == "Shire of Tideham"
    dataset.refresh_from_db()
    assert dataset.record_count == 3


def test_columns_that_hold_names_of_people_are_not_kept(dataset):
    run = load(dataset)

    assert not SourcedRow.objects.filter(values__extra__has_key="Director").exists()
    assert "Names of people were not stored with the rows: “Director”." in run.notes


def test_the_same_file_again_changes_nothing(dataset):
    load(dataset)
    before = everything(dataset)

    again = load(dataset, [*ROWS, "4,Another,ngo,GB,,,"])
    third = load(dataset, [*ROWS, "4,Another,ngo,GB,,,"])

    assert figures(again) == ("loaded", 1, 0, 3, 0, 0)
    assert figures(third)[3] == 4
    assert everything(dataset)[0][:3] == before[0]


def test_a_new_version_of_a_file_changes_what_it_says_otherwise(dataset):
    load(dataset)

    run = load(dataset, ["1,Ward Council,ngo,IE,,,", *ROWS[1:]])

    assert figures(run) == ("loaded", 0, 1, 2, 0, 0)
    council = Organisation.objects.get(name="Ward Council")
    assert (council.kind, council.country, council.parent) == ("civic-association", "IE", None)


def test_undo_deletes_what_an_import_made_and_restores_what_it_changed(dataset, bob):
    load(dataset)
    before = everything(dataset)
    second = load(dataset, ["1,Ward Board,ngo,IE,4,,", *ROWS[1:], "4,New Parent,ngo,GB,,,"])
    assert Organisation.objects.get(name="Ward Board").parent.name == "New Parent"

    run = undo(second, bob)

    assert run.state == Import.State.UNDONE
    assert everything(dataset) == before
    assert not PreviousVersion.objects.exists()


def test_undo_of_the_first_import_leaves_nothing(dataset, bob):
    standing = set(Organisation.objects.values_list("slug", flat=True))
    first = load(dataset)

    undo(first, bob)

    assert set(Organisation.objects.values_list("slug", flat=True)) == standing
    assert not SourcedRow.objects.exists()
    assert not SourcedTarget.objects.exists()


def test_an_organisation_the_registry_has_is_met_and_filled_in_where_it_is_empty(dataset, bob):
    standing = Organisation.objects.create(slug="tideham", name="Shire of Tideham", kind="company", country="GB")

    run = load(dataset, ["2,Shire of Tideham,council,GB,,https://ror.org/012abcd34,"])

    standing.refresh_from_db()
    assert (standing.ror, standing.kind) == ("012abcd34", "company")
    problem = RowProblem.objects.get(import_run=run)
    assert (problem.code, problem.column, problem.value) == ("changed_here", "kind", "public-body")
    assert Organisation.objects.filter(name="Shire of Tideham").count() == 1

    undo(run, bob)
    standing.refresh_from_db()
    assert (standing.ror, standing.kind) == ("", "company")


def test_a_parent_of_a_later_file_is_found_when_it_comes(dataset):
    first = load(dataset, ["1,Ward Council,council,GB,2,,"])
    assert "1 of the organisations name another one that does not exist yet, such as “2”." in first.notes

    load(dataset, ["1,Ward Council,council,GB,2,,", "2,Shire of Tideham,council,GB,,,"])

    assert Organisation.objects.get(name="Ward Council").parent.name == "Shire of Tideham"


def test_a_parent_that_a_person_chose_stays_and_the_report_says_so(dataset):
    load(dataset)
    council, residents = (Organisation.objects.get(name=name) for name in ("Ward Council", "Riverside Residents"))
    Organisation.objects.filter(pk=council.pk).update(parent=residents)

    run = load(dataset, ["1,Ward Council,council,GB,4,,", *ROWS[1:], "4,Province,council,GB,,,"])

    council.refresh_from_db()
    assert council.parent == residents
    assert "1 of the organisations keep the relation that a person set, such as “Ward Council”." in run.notes


def test_an_organisation_that_something_points_to_keeps_its_import_from_being_undone(dataset, bob):
    run = load(dataset)
    make_case_study(bob, public_body=Organisation.objects.get(name="Shire of Tideham"))

    blockers = undo_preview(run, recipe_named("organisations")).blockers

    assert [(b.code, b.sentence) for b in blockers] == [
        ("in_use", "1 case study belongs to organisations that it created, such as “Shire of Tideham”.")
    ]
    with pytest.raises(Conflict):
        undo_import(run=run, by=bob)


def test_a_kind_that_no_column_says_is_asked_for(dataset):
    run = load(dataset, ["1,Ward Council,GB"], "id,name,country")

    assert (run.state, run.error_code) == ("refused", "mapping_incomplete")
    assert "Kind" in run.error_message


def test_a_dry_run_counts_what_a_load_would_do_and_makes_nothing(dataset):
    load(dataset)

    run = load(dataset, ["1,Ward Board,council,GB,2,,", *ROWS[1:], "4,New,ngo,GB,,,"], is_dry_run=True)

    assert figures(run) == ("checked", 1, 1, 2, 0, 0)
    assert not Organisation.objects.filter(name__in=["New", "Ward Board"]).exists()


def test_datasets_are_linked_before_they_have_rows_in_one_organisation_and_never_in_a_circle(dataset, alpha, beta, ada):
    other = make_dataset(alpha, slug="others", recipe="organisations", linked_with=dataset)
    theirs = make_dataset(beta, slug="theirs", recipe="organisations")
    third = make_dataset(alpha, slug="third", recipe="organisations")
    load(other)

    for linked, to in ((dataset, other), (third, theirs), (dataset, third)):
        with pytest.raises(ValidationError) as refused:
            edit_dataset(dataset=linked, by=ada, linked_with=to)
        assert "linked_with" in refused.value.message_dict


def test_the_command_joins_a_new_dataset_with_one_that_is_there(dataset, tmp_path):
    path = tmp_path / "more.csv"
    path.write_bytes(csv_of(["1,IE"], header="id,country"))
    load(dataset)
    out = io.StringIO()

    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps({"fields": {"reference": {"column": "id"}, "kind": {"constant": "ombudsman"},
                                              "country": {"column": "country"}}}))  # fmt: skip
    arguments = ["--recipe", "organisations", "--linked-with", "bodies", "--mapping", str(mapping)]
    call_command("import_file", str(path), "--dataset", "more", *arguments, stdout=out, stderr=io.StringIO())

    assert json.loads(out.getvalue().splitlines()[-1])["created"] == 1
    council = Organisation.objects.get(name="Ward Council")
    assert (council.country, council.kind) == ("GB", "public-body"), "the first dataset has the last word"
    assert SourcedRow.objects.filter(target_id=council.pk).count() == 2
