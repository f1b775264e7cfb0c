"""The real catalogue of participation as cases and organisations: its tables in either order, and away again."""

import io
import itertools
import json
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import Organisation
from casestudies.models import CaseStudy
from imports.actions import create_dataset, undo_import
from imports.jobs.run import run_import
from imports.models import Import, SourcedRow, SourcedTarget

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "participation"
pytestmark = [pytest.mark.django_db, pytest.mark.real_data]
FILES = {
    "cases": "participedia_2016_cases.csv",
    "titles": "participedia_2016_case_titles.csv",
    "tags": "participedia_2016_case_tags.csv",
    "pages": "participedia_2016_pages.jsonl.gz",
}
COUNTRIES = {"united states": "US", "united kingdom": "GB", "vereinigte staaten": "US", "kanada": "CA"}
TAGS = {"reference": {"columns": ["case_id", "tag"]}, "case_reference": {"column": "case_id"},
        "keywords": {"column": "tag"}}  # fmt: skip


@pytest.fixture
def datasets(alpha):
    """Four datasets that are about the same cases."""
    first = create_dataset(slug="cases", title="Cases", organisation=alpha, by=None, recipe="case-studies")
    rest = {"organisation": alpha, "by": None, "recipe": "case-studies", "linked_with": first}
    return [first, *(create_dataset(slug=name, title=name.title(), **rest) for name in FILES if name != "cases")]


def real(name):
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} is not beside the project")
    return path


def imported(path, slug, *arguments):
    out = io.StringIO()
    code = 0
    try:
        call_command("import_file", str(path), "--dataset", slug, *arguments, stdout=out, stderr=io.StringIO())
    except SystemExit as stop:
        code = stop.code
    return json.loads(out.getvalue().strip().splitlines()[-1]), code


def load(slug, tmp_path):
    arguments = []
    if slug == "tags":
        mapping = tmp_path / "tags.json"
        mapping.write_text(json.dumps({"fields": TAGS}))
        arguments = ["--mapping", str(mapping)]
    answer, code = imported(real(FILES[slug]), slug, *arguments)
    assert code == 0, answer
    return tuple(answer[name] for name in ("rows", "created", "quarantined", "skipped"))


def told():
    aside = ("id", "slug", "version", "created_at", "updated_at")
    names = [f.attname for f in CaseStudy._meta.concrete_fields if f.attname not in aside]
    keys = dict(SourcedTarget.objects.values_list("target_id", "key"))
    return {keys[row.pop("pk")]: row for row in CaseStudy.objects.values("pk", *names)}


EXPECTED = {
    "cases": (599, 595, 4, 0),
    "titles": (599, 599, 0, 0),
    "tags": (462, 462, 0, 0),
    "pages": (1_016, 1_016, 0, 0),
}


def undo_everything(bob):
    for run in Import.objects.loaded().order_by("-pk"):
        undo_import(run=run, by=bob)
        run_import(run.pk)
        run.refresh_from_db()
        assert run.state == Import.State.UNDONE, run.notes


def test_the_tables_of_the_catalogue_make_the_same_cases_in_either_order(datasets, tmp_path, bob):
    found = {slug: load(slug, tmp_path) for slug in ("cases", "titles", "tags")}
    cases = told()
    undo_everything(bob)
    assert not CaseStudy.objects.exists()

    again = {slug: load(slug, tmp_path) for slug in ("tags", "titles", "cases")}

    assert found == again == {slug: EXPECTED[slug] for slug in found}
    assert told() == cases
    first = cases["1"]
    assert first["working_title"] == "British Columbia Citizens' Assembly on Electoral Reform"
    assert (first["country"], first["review_state"]) == ("CA", "approved")


def test_the_pages_find_the_cases_of_their_number(datasets, tmp_path):
    for slug in ("pages", "titles", "cases"):
        assert load(slug, tmp_path) == EXPECTED[slug]

    cases = told()
    assert "Citizens" in cases["1"]["abstract"]
    assert "<p>" not in cases["1"]["abstract"]


def test_organisations_load_with_a_fixed_kind_and_without_names_of_people(alpha, tmp_path):
    path = real("participedia_2016_organizations.csv")
    answer, code = imported(path, "bodies", "--recipe", "organisations")
    assert (code, answer["error"]["code"]) == (1, "mapping_incomplete")
    assert "Kind" in answer["error"]["message"]
    mapping = tmp_path / "bodies.json"
    fields = {"reference": {"column": "Title"}, "kind": {"constant": "civic-association"},
              "country": {"column": "Country", "words": COUNTRIES}}  # fmt: skip
    mapping.write_text(json.dumps({"fields": fields}))

    answer, code = imported(path, "bodies", "--recipe", "organisations", "--mapping", str(mapping))

    assert code == 0, answer
    assert (answer["rows"], answer["created"], answer["quarantined"], answer["skipped"]) == (394, 390, 4, 0)
    assert not SourcedRow.objects.filter(values__extra__has_key="Executive Director").exists()
    assert any("Executive Director" in note for note in Import.objects.get(pk=answer["import"]).notes)
    assert Organisation.objects.filter(pk__in=SourcedTarget.objects.values("target_id")).count() == answer["created"]


def test_undo_of_every_table_leaves_nothing(datasets, tmp_path, bob):
    for slug in FILES:
        load(slug, tmp_path)

    undo_everything(bob)

    assert not list(itertools.chain(CaseStudy.objects.all(), SourcedRow.objects.all(), SourcedTarget.objects.all()))
