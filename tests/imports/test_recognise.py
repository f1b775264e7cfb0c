"""Which recipe a file fits, and the files that are better read elsewhere."""

import io
import json
import zipfile
from contextlib import suppress

import pytest
import xlsxwriter
from django.core.management import call_command

from imports.models import Dataset, Import
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset
from tests.imports.corpus.statistics import spss, stata

pytestmark = pytest.mark.django_db
RECOMMENDATIONS = (
    "Recommendation no;Recommendation;Addressee;Priority;Due date;Management response\n"
    + "".join(f"R{n};Publish the waiting times of ward {n}.;Ministry;high;2024-05-0{n};Accepted\n" for n in range(1, 6))
).encode()
CASES = (
    "id,title,abstract,country,start date,end date,keywords\n"
    + "".join(f"{n},Garden {n},Neighbours plan a garden.,NL,2019-01-0{n},2020-01-0{n},a|b\n" for n in range(1, 6))
).encode()
PROPOSALS = (
    "id,title,body,participatory process,endorsements,proposal state\n"
    + "".join(f"{n},Benches {n},More benches please.,p1,{n},accepted\n" for n in range(1, 6))
).encode()
ORGANISATIONS = (
    "name,organisation type,country,ror\n" + "".join(f"Society {n},civic,EE,0{n}abcde1{n}\n" for n in range(1, 6))
).encode()
_ANSWERS = [[f"q{n}" for n in range(12)], *([str((n * k) % 5) for k in range(1, 13)] for n in range(60))]
ANSWERS = "\n".join(map(",".join, _ANSWERS)).encode()
_WORDS = [["sex", "hand", "fold", "clap", "exercise", "smokes", "height"],
          *([("f", "m")[n % 2], ("l", "r")[n % 3 > 0], ("left", "right")[n % 2], ("a", "b", "c")[n % 3],
             ("often", "never")[n % 2], ("no", "yes")[n % 5 > 3], f"{150 + n},5"] for n in range(60))]  # fmt: skip
IN_WORDS = "\n".join(map(";".join, _WORDS)).encode()
TITLES = ("body,case_id,title\n" + "".join(f"Text {n},{n},Assembly {n}\n" for n in range(1, 9))).encode()
SOCIETIES = (
    "Title,Description,Body,Country\n"
    + "".join(f"Society {n},What society {n} does.,{'Much about it. ' * 20}{n},Estonia\n" for n in range(1, 9))
).encode()
PETITIONS = (
    "Nr. petiție,Perioada,Subiect,Termen\n"
    + "".join(f"P{n},2022-03-0{n},Zgomot {n},2022-04-0{n}\n" for n in range(1, 9))
).encode()
INDICATORS = ("geo,year,value\n" + "".join(f"NL,{year},{year / 7:.2f}\n" for year in range(2000, 2020))).encode()
YEARS = b"unit,2019,2020,2021\nnorth,1.5,2.5,3.5\nsouth,2.5,3.1,4.2\n"


@pytest.fixture
def found(alpha, bob):
    """Imports a file into a dataset whose recipe it decides."""

    def import_(content, name="file.csv"):
        return import_bytes(make_dataset(alpha, recipe="auto"), content, name=name, by=bob, is_automatic=False)

    return import_


@pytest.mark.parametrize(
    ("content", "name", "recipe"),
    [
        (csv_of(letters(5)), "a.csv", "complaint-records"), (RECOMMENDATIONS, "a.csv", "recommendation-records"),
        (CASES, "a.csv", "case-studies"), (PROPOSALS, "a.csv", "contributions"),
        (ORGANISATIONS, "a.csv", "organisations"),
        (TITLES, "case_titles.csv", "case-studies"), (TITLES, "letters.csv", "complaint-records"),
        (SOCIETIES, "organizations_2016.csv", "organisations"),
        (PETITIONS, "a.csv", "complaint-records"),
        (b"a,b\n1,x\n2,y\n", "a.csv", "complaint-records"),
    ],
)  # fmt: skip
def test_the_first_file_decides_the_recipe_and_the_import_says_why(found, content, name, recipe):
    run = found(content, name)

    assert (run.state, run.recipe) == ("understood", recipe), run.error_message
    run.dataset.refresh_from_db()
    assert run.dataset.recipe == recipe
    assert "rows are read as: " in run.notes[0]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (ANSWERS, "a survey data file"),
        (IN_WORDS, "a survey data file"),
        (INDICATORS, "an indicator table"),
        (YEARS, "an indicator table"),
    ],
)
def test_a_file_that_no_recipe_reads_is_refused_with_the_way_to_go(found, content, what):
    run = found(content)

    assert (run.state, run.error_code) == ("refused", "other_kind_of_file")
    assert f"This is {what}" in run.error_message
    assert "choose the recipe of the dataset" in run.error_message
    run.dataset.refresh_from_db()
    assert run.dataset.recipe == "auto"


METHODS = (
    "Title,Author,Description,Body,Date posted,Minimum participants,Maximum participants,Stages,Stages (other)\n"
    + "".join(f"Circle {n},A{n},,{'How it is done. ' * 30},2019-03-0{n},5,50,Talk,\n" for n in range(1, 9))
).encode()
TIES = ("source,target,weight\n" + "".join(f"A{n},A{n % 7},1\n" for n in range(30))).encode()
NODES = ("node,in_degree,betweenness\n" + "".join(f"A{n},{n},{n / 7:.3f}\n" for n in range(30))).encode()
FIXED = "".join(f"01948.T7218{n:04}1241199112430309198917090909111111091{n:04}\r\n" for n in range(60)).encode()


@pytest.mark.parametrize(
    ("content", "name", "what"),
    [
        (METHODS, "participation_methods.csv", "By its name this is a catalogue of methods"),
        (METHODS, "Methoden 2019.csv", "By its name this is a catalogue of methods"),
        (METHODS, "codebook.csv", "By its name this is a description of data"),
        (FIXED, "study.dat", "These are data in fixed columns"),
        (TIES, "edges.csv", "This is a table of a network"),
        (NODES, "centrality.csv", "This is a table of a network"),
    ],
)
def test_catalogues_networks_and_data_in_fixed_columns_are_told_from_records(found, content, name, what):
    run = found(content, name)

    assert (run.state, run.error_code) == ("refused", "other_kind_of_file"), run.notes
    assert what in run.error_message


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (METHODS, "complaints about methods.csv"),
        (csv_of(letters(5)), "methods.csv"),
        (METHODS, "a.csv"),
        (csv_of(["L1,A,B,Noise"], "id,from,to,subject"), "a.csv"),
    ],
)
def test_a_word_for_another_thing_counts_only_where_nothing_tells_of_records(found, content, name):
    run = found(content, name)

    assert run.state == "understood", run.error_message


def test_the_column_that_reading_adds_for_the_parts_of_an_archive_tells_nothing(found):
    """`file` is a name of a number of case studies."""
    rows = "".join(f"FOI-%s-{n},Minutes of meeting {n} about the harbour,2020-01-0{n},granted\n" for n in range(1, 7))
    head = "Request number,Summary of request,Date received,Outcome\n"
    years = {f"data/{year}.csv": head + rows.replace("%s", str(year)) for year in (2019, 2020)}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in years.items():
            archive.writestr(name, text)
    run = found(packed.getvalue(), "requests.zip")

    assert run.recipe == "complaint-records"
    assert [column["name"] for column in run.understanding["columns"]][-1] == "file"


@pytest.mark.parametrize(("name", "content"), [("a.sav", spss()), ("a.dta", stata())])
@pytest.mark.parametrize("recipe", ["auto", "complaint-records"])
def test_records_in_a_file_of_a_statistics_program_are_records(alpha, bob, name, content, recipe):
    run = import_bytes(make_dataset(alpha, recipe=recipe), content, name=name, by=bob, is_automatic=False)

    assert (run.state, run.recipe) == ("understood", "complaint-records"), run.error_message


@pytest.mark.parametrize(("recipe", "state"), [("auto", "refused"), ("complaint-records", "understood")])
def test_answers_in_a_file_of_a_statistics_program_are_read_as_records_by_who_says_so(alpha, bob, recipe, state):
    content = (
        spss().replace(b"RECEIVED", b"Q1      ").replace(b"TITLE   ", b"Q2      ").replace(b"STATUS  ", b"Q3      ")
    )

    run = import_bytes(make_dataset(alpha, recipe=recipe), content, name="a.sav", by=bob, is_automatic=False)

    assert run.state == state, run.error_message


def test_a_questionnaire_form_is_told_from_a_table(found, tmp_path):
    with xlsxwriter.Workbook(tmp_path / "form.xlsx") as book:
        for name, rows in {
            "survey": [["type", "name", "label"], ["text", "q1", "What?"], ["integer", "q2", "How many?"]],
            "choices": [["list_name", "name", "label"], ["yn", "y", "Yes"], ["yn", "n", "No"], ["yn", "d", "?"]],
        }.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)

    run = found((tmp_path / "form.xlsx").read_bytes(), "form.xlsx")

    assert run.error_code == "other_kind_of_file"
    assert "This is a questionnaire form (XLSForm)" in run.error_message


def test_the_reason_is_on_page_and_in_the_api(found, client_of, bob):
    run = found(RECOMMENDATIONS)
    client = client_of(bob)

    shown = client.get(f"/api/v1/imports/{run.pk}/").json()
    assert shown["recipe"] == "recommendation-records"
    assert "Recommendations as complaint records" in shown["notes"][0]
    assert "“Recommendation no”" in shown["notes"][0]
    assert (
        "rows are read as: Recommendations as complaint records" in client.get(f"/imports/{run.pk}/").content.decode()
    )


def test_the_recipe_of_an_open_dataset_can_be_chosen_and_then_stays(alpha, bob, client_of):
    dataset = make_dataset(alpha, recipe="auto")
    client, address = client_of(bob), f"/api/v1/datasets/{dataset.slug}/"

    assert "The first file decides." in client.get(f"/datasets/{dataset.slug}/").content.decode()
    etag = client.get(address)["ETag"]
    wrong = client.patch(address, {"recipe": "no-such"}, content_type="application/json", headers={"If-Match": etag})
    assert wrong.status_code == 400
    right = client.patch(address, {"recipe": "issues"}, content_type="application/json", headers={"If-Match": etag})
    assert (right.status_code, right.json()["recipe"]) == (200, "issues")
    again = client.patch(
        address, {"recipe": "follow-ups"}, content_type="application/json", headers={"If-Match": right["ETag"]}
    )
    assert again.status_code == 400


def test_a_mapping_needs_a_recipe(alpha, bob, client_of):
    decided = make_dataset(alpha, slug="one")
    known = import_bytes(decided, csv_of(letters(2)), by=bob)
    dataset = make_dataset(alpha, recipe="auto", slug="two")

    sent = {"dataset": dataset.slug, "sha256": known.source_file.sha256, "mapping": {"columns": {}}}
    answer = client_of(bob).post("/api/v1/imports/", sent, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "no_recipe"
    assert Import.objects.count() == 1


def commanded(path, *arguments):
    out = io.StringIO()
    with suppress(SystemExit):
        call_command("import_file", str(path), *arguments, stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue().splitlines()[-1])


def test_the_command_makes_no_dataset_with_the_address_of_a_page(tmp_path, alpha):
    (tmp_path / "a.csv").write_bytes(RECOMMENDATIONS)
    assert commanded(tmp_path / "a.csv", "--dataset", "new")["error"]["code"] == "slug_of_a_page"
    assert not Dataset.objects.exists()


def test_the_command_says_the_recipe_and_why_and_takes_another_after_a_refusal(tmp_path, alpha):
    (tmp_path / "a.csv").write_bytes(INDICATORS)
    answer = commanded(tmp_path / "a.csv", "--dataset", "fresh")
    assert answer["error"]["code"] == "other_kind_of_file"
    assert Dataset.objects.get(slug="fresh").recipe == "auto"

    commanded(tmp_path / "a.csv", "--dataset", "fresh", "--recipe", "organisations")
    assert Dataset.objects.get(slug="fresh").recipe == "organisations"

    (tmp_path / "b.csv").write_bytes(RECOMMENDATIONS)
    answer = commanded(tmp_path / "b.csv", "--dataset", "other")
    assert (answer["recipe"], answer["created"]) == ("recommendation-records", 5)
    assert "rows are read as: " in answer["notes"][0]
