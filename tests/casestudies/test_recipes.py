"""Files of case studies: tables about the same cases in either order, new versions, undo, people's edits."""

import pytest

from casestudies.actions.cases import edit_case_study, submit_case_study, withdraw_case_study
from casestudies.models import CaseStudy
from imports.actions import repair_row, replay_import, undo_import
from imports.jobs.run import run_import
from imports.mapping import read_definition
from imports.models import Import, QuarantinedRow, RowProblem, SourcedRow, SourcedTarget
from imports.recipe import recipe_named
from imports.selectors.personal import can_withhold
from imports.selectors.undoing import undo_preview
from rest.problems import Conflict
from tests.factories.casestudies import make_event
from tests.factories.imports import csv_of, figures, import_bytes, make_dataset, undo
from versions.actions import erase

pytestmark = pytest.mark.django_db

CASES = "id,content_country,start_date,end_date,issue,original_language,published"
CASE_ROWS = [
    "7,United Kingdom,2009-03-02T09:00:00,2009-06-07T17:00:00,Planning,en,Yes",
    "8,Germany,2010-01-01T00:00:00,,Budgeting,de,Yes",
    "9,,,,,en,No",
]
ROWS_OF_MANY = [CASE_ROWS[0].replace("7,", f"{n},", 1) for n in range(7, 27)]
TITLES = "case_id,title,body,language"
TITLE_ROWS = [
    "7,A panel on the river,<p><em>Residents</em> met &amp; spoke.</p>,en",
    "8,Ein Haushalt für alle,<p>Bürger entscheiden,en",
    "9,A hall,<p>Stub</p>,en",
]
TAGS = {"reference": {"columns": ["case_id", "tag"]}, "case_reference": {"column": "case_id"},
        "keywords": {"column": "tag"}}  # fmt: skip


@pytest.fixture
def dataset(alpha):
    return make_dataset(alpha, slug="cases", recipe="case-studies", access="public")


@pytest.fixture
def titles(alpha, dataset):
    return make_dataset(alpha, slug="titles", recipe="case-studies", access="public", linked_with=dataset)


@pytest.fixture
def tags(alpha, dataset):
    return make_dataset(alpha, slug="tags", recipe="case-studies", linked_with=dataset)


def load(dataset, rows=None, header=CASES, name="cases.csv", **options):
    return import_bytes(dataset, csv_of(CASE_ROWS if rows is None else rows, header=header), name=name, **options)


def load_titles(titles, rows=None, header=TITLES, **options):
    return load(titles, TITLE_ROWS if rows is None else rows, header, "titles.csv", **options)


def load_tags(tags):
    recipe = recipe_named("case-studies")
    definition = definition_of(recipe, TAGS)
    rows = ["7,youth", "7,river", "7,Planning", "9,stub"]
    return load(tags, rows, "case_id,tag", "tags.csv", definition=definition)


def definition_of(recipe, fields):
    return read_definition({"fields": fields}, recipe, latest_year=2026)


def told():
    """What the cases say, without what only their making decides."""
    aside = ("id", "version", "created_at", "updated_at", "updated_by_id")
    names = [f.attname for f in CaseStudy._meta.concrete_fields if f.attname not in aside]
    return list(CaseStudy.objects.order_by("working_title").values(*names))


def case_study(number="7"):
    return CaseStudy.objects.get(pk=SourcedTarget.objects.get(key=number).target_id)


def test_a_table_of_cases_becomes_case_studies_of_the_datasets_organisation(dataset, alpha, bob):
    run = load(dataset, by=bob)

    assert figures(run) == ("loaded", 3, 0, 0, 0, 0)
    seven = case_study()
    assert (seven.working_title, seven.country, seven.language) == ("Case 7", "GB", "en")
    assert (str(seven.started_on), seven.started_precision, str(seven.ended_on)) == ("2009-03-02", "day", "2009-06-07")
    assert (seven.organisation, seven.access, seven.researcher, seven.updated_by) == (alpha, "public", bob, bob)
    assert seven.keywords == ["Planning"]
    assert seven.review_state == "draft", "a case without an abstract is shown to nobody else"


@pytest.mark.parametrize("first", ["cases", "titles", "tags"])
def test_tables_about_the_same_cases_load_in_either_order(dataset, titles, tags, first):
    steps = {"cases": lambda: load(dataset), "titles": lambda: load_titles(titles), "tags": lambda: load_tags(tags)}
    steps.pop(first)()
    for step in steps.values():
        step()

    assert CaseStudy.objects.count() == 3
    seven, eight = case_study(), case_study("8")
    assert (seven.working_title, seven.country) == ("A panel on the river", "GB")
    assert seven.slug == "a-panel-on-the-river"
    assert seven.abstract == "Residents met & spoke."
    assert sorted(seven.keywords) == ["Planning", "river", "youth"]
    assert seven.review_state == "approved"
    assert (eight.working_title, eight.language) == ("Ein Haushalt für alle", "de")
    assert case_study("9").review_state == "draft"


def test_a_table_without_a_field_does_not_empty_it(dataset, titles):
    load(dataset)
    load_titles(titles)

    load(dataset, ["7,France,2009-03-02T09:00:00,,Planning,en,Yes", *CASE_ROWS[1:]])

    seven = case_study()
    assert (seven.country, seven.ended_on, seven.working_title) == ("FR", None, "A panel on the river")


@pytest.mark.parametrize(
    ("start", "end", "precisions", "days"),
    [
        ("2009-03", "2010-11", ("month", "month"), ("2009-03-01", "2010-11-01")),
        ("2009", "2010", ("year", "year"), ("2009-01-01", "2010-01-01")),
        ("2009-Q2", "2010-Q4", ("year", "year"), ("2009-04-01", "2010-10-01")),
        ("3 March 2009 - 5 March 2009", "7 June 2009", ("day", "day"), ("2009-03-03", "2009-06-07")),
        ("3-5 March 2009", "7-9 June 2009", ("day", "day"), ("2009-03-03", "2009-06-09")),
        ("3-5 March 2009", "", ("day", "day"), ("2009-03-03", "2009-03-05")),
        ("2009-03 – 2010-11", "", ("month", "month"), ("2009-03-01", "2010-11-01")),
        ("Q2–Q4 2009", "", ("year", "year"), ("2009-04-01", "2009-10-01")),
    ],
)
def test_months_quarters_and_years_keep_their_precision(dataset, start, end, precisions, days):
    load(
        dataset, [row.replace("2009-03-02T09:00:00", start).replace("2009-06-07T17:00:00", end) for row in ROWS_OF_MANY]
    )

    seven = case_study()
    assert (seven.started_precision, seven.ended_precision) == precisions
    assert (str(seven.started_on), str(seven.ended_on)) == days


def test_a_case_that_ends_in_the_month_in_which_it_starts_is_no_problem(dataset, titles):
    run = load(dataset, ["7,Italy,2009-03-12,,Planning,en,Yes", "8,Italy,2009-03-12,,Planning,en,Yes"])
    ends = load_titles(titles, ["7,A,b,2009-03", "8,A,b,2009-02"], header="case_id,title,body,end date")

    assert (run.quarantined, ends.quarantined) == (0, 0)
    seven, eight = case_study(), case_study("8")
    assert (str(seven.ended_on), seven.ended_precision) == ("2009-03-12", "month")
    assert eight.ended_on is None, "another table says that it began later"
    own = make_dataset(dataset.organisation, slug="own", recipe="case-studies")
    rows = ["7,Italy,2009-03-12,2009-03,Planning,en,Yes", "8,Italy,2009-03-12,2009-02,Planning,en,Yes"]
    both = load(own, rows)
    assert figures(both) == ("loaded", 1, 0, 0, 1, 0)


def test_a_row_whose_end_is_before_its_start_is_quarantined_repaired_and_replayed(dataset, bob):
    run = load(dataset, ["7,Italy,2009-03-02T09:00:00,2008-01-01T09:00:00,Planning,en,Yes", *CASE_ROWS[1:]])
    assert figures(run) == ("loaded", 2, 0, 0, 1, 0)
    problem = RowProblem.objects.get(import_run=run)
    assert (problem.code, problem.column) == ("ends_before_start", "end_date")
    assert problem.sentence == "The end, 2008-01-01, is before the start, 2009-03-02."

    row = QuarantinedRow.objects.get(import_run=run)
    repair_row(row=row, cells=[*row.cells[:3], "2010-01-01", *row.cells[4:]], by=bob)
    replay_import(run=run, by=bob)
    run_import(run.pk)

    assert figures(run) == ("loaded", 3, 0, 0, 0, 0)
    assert str(case_study().ended_on) == "2010-01-01"


def test_the_same_rows_again_change_no_case(dataset):
    load(dataset)
    versions = dict(CaseStudy.objects.values_list("slug", "version"))

    again = load(dataset, [*CASE_ROWS, "10,Spain,,,,es,No"])

    assert figures(again) == ("loaded", 1, 0, 3, 0, 0)
    assert dict(CaseStudy.objects.filter(slug__in=versions).values_list("slug", "version")) == versions


def test_undo_of_a_new_version_restores_every_case_exactly(dataset, titles, bob):
    load(dataset)
    load_titles(titles)
    before, rows = told(), list(SourcedRow.objects.order_by("id").values_list("values", "import_id", "target_id"))
    second = load(dataset, ["7,Norway,,,Transport,no,No", *CASE_ROWS[1:], "12,Spain,,,,es,Yes"])
    assert figures(second) == ("loaded", 1, 1, 2, 0, 0)
    assert told() != before

    assert undo(second, bob).state == Import.State.UNDONE
    assert told() == before
    assert list(SourcedRow.objects.order_by("id").values_list("values", "import_id", "target_id")) == rows


def test_undo_of_one_of_two_tables_leaves_the_values_of_the_other(dataset, titles, bob):
    load_titles(titles)
    before = told()
    cases = load(dataset)

    undo(cases, bob)

    assert told() == before
    titles_run = Import.objects.get(dataset=titles)
    undo(titles_run, bob)
    assert not CaseStudy.objects.exists()


def test_a_later_import_does_not_overwrite_a_persons_edit_and_reports_it(dataset, titles, bob):
    load(dataset, by=bob)
    load_titles(titles, by=bob)
    edit_case_study(case_study=case_study(), by=bob, values={"working_title": "The river panel"})

    run = load_titles(titles, ["7,A panel on the river Ouse,<p>Residents met again.</p>,en", *TITLE_ROWS[1:]])

    assert figures(run) == ("loaded", 0, 1, 2, 0, 0)
    seven = case_study()
    assert (seven.working_title, seven.abstract) == ("The river panel", "Residents met again.")
    problem = RowProblem.objects.get(import_run=run)
    assert (problem.code, problem.line, problem.column) == ("changed_here", 2, "title")
    assert "A panel on the river Ouse" in problem.sentence
    assert "The river panel" in problem.sentence


def test_an_import_is_not_undone_after_a_person_edited_a_case_study(dataset, bob):
    run = load(dataset)
    edit_case_study(case_study=case_study(), by=bob, values={"working_title": "The river panel"})

    with pytest.raises(Conflict):
        undo_import(run=run, by=bob)
    blockers = undo_preview(run, recipe_named("case-studies")).blockers

    assert [(b.code, b.sentence) for b in blockers] == [
        ("changed_here", "1 of the case studies it wrote was changed here since, such as “The river panel”.")
    ]


@pytest.mark.parametrize("work", ["abstract", "review"])
def test_an_import_is_not_undone_after_a_person_wrote_an_abstract_or_submitted(dataset, bob, work):
    run = load(dataset)
    if work == "abstract":
        edit_case_study(case_study=case_study(), by=bob, values={"abstract": "Residents met."})
    else:
        submit_case_study(case_study=case_study(), by=bob)

    assert [b.code for b in undo_preview(run, recipe_named("case-studies")).blockers] == ["changed_here"]


def test_an_import_is_not_undone_while_something_belongs_to_its_case_study(dataset, bob):
    run = load(dataset)
    make_event(case_study(), bob)

    blockers = undo_preview(run, recipe_named("case-studies")).blockers

    assert ("in_use", "1 co-creation event belongs to case studies that it created, such as “Case 7”.") in [
        (b.code, b.sentence) for b in blockers
    ]


def test_a_case_that_was_withdrawn_stays_withdrawn(dataset, titles, bob):
    load(dataset)
    load_titles(titles)
    withdraw_case_study(case_study=case_study(), by=bob, reason="Asked for.")

    load(dataset, ["7,Norway,,,Transport,no,Yes", *CASE_ROWS[1:]])

    assert case_study().review_state == "withdrawn"
    assert case_study().country == "NO"


@pytest.mark.parametrize("recipe", ["case-studies", "contributions", "organisations"])
def test_nothing_promises_to_withhold_what_everyone_who_sees_the_thing_sees(recipe):
    assert not can_withhold(Import(recipe=recipe))


def test_neither_the_page_nor_the_api_shows_erased_text_from_the_rows_of_a_case_study(titles, bob, client_of):
    load_titles(titles, by=bob)
    seven = case_study()
    address = f"/api/v1/case-studies/{seven.slug}/"
    CaseStudy.objects.filter(pk=seven.pk).update(abstract="Another abstract.")
    browser = client_of(bob)
    assert "Residents" in browser.get(seven.get_absolute_url()).content.decode()
    assert "Residents" in browser.get(address).content.decode()
    erase(kind="casestudies.casestudy", key=str(seven.pk), ground="redaction", by=bob)
    assert "Residents" not in browser.get(seven.get_absolute_url()).content.decode()
    answer = browser.get(address)
    assert "Residents" not in answer.content.decode()
    assert [row["reference"] for row in answer.json()["source"]["rows"]] == ["7"]
