"""Every real file: loads by first guess, loads by a mapping that a person would write, or is refused in a sentence."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command

from complaints.models import ComplaintRecord

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
pytestmark = [pytest.mark.django_db, pytest.mark.real_data]
COMPLAINT = {"constant": "complaint"}
ROW = {"from": "row_hash"}


def imported(path, *arguments):
    """The JSON that import_file ends with, and its exit code."""
    out = io.StringIO()
    code = 0
    try:
        call_command("import_file", str(path), "--dataset", "real", *arguments, stdout=out, stderr=io.StringIO())
    except SystemExit as stop:
        code = stop.code
    return json.loads(out.getvalue().strip().splitlines()[-1]), code


def real(name):
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} is not beside the project")
    return path


def counts(answer):
    return tuple(answer[name] for name in ("rows", "created", "quarantined", "skipped"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("complaints/housing_ombudsman_findings_sqlite.zip", (33_096, 33_096, 0, 0)),
        ("complaints/chicago_police_complaints_2000-2022.csv.gz", (96_530, 96_530, 0, 0)),
        ("complaints/chicago_police_allegation_findings_2000-2016.csv.gz", (125_581, 125_581, 0, 0)),
        ("complaints/chicago_police_complainants_2000-2018.csv.gz", (123_153, 123_153, 0, 0)),
        ("complaints/cfpb_with_narratives_sample.csv", (2_827, 2_827, 0, 0)),
        ("complaints/reclameaqui_hapvida.csv", (1_016, 1_016, 0, 0)),
        ("complaints/reclameaqui_nagem.csv", (1_000, 997, 3, 0)),
        # Equal rows are dropped, and several columns together tell the others apart.
        ("complaints/zurich_zueri_wie_neu_reports.csv", (62_245, 62_013, 0, 232)),
        ("audit/taic_recommendations_2024-04-04.xlsx", (2_192, 2_185, 4, 3)),
        ("participation/participedia_2016_case_titles.csv", (599, 599, 0, 0)),
        ("participation/participedia_2016_cases.csv", (599, 599, 0, 0)),
        ("participation/participedia_2016_pages.jsonl.gz", (1_016, 1_016, 0, 0)),
    ],
)
def test_a_real_file_loads_by_the_first_guess(name, expected):
    answer, code = imported(real(name), "--recipe", "complaint-records")

    assert code == 0, answer
    assert counts(answer) == expected
    assert ComplaintRecord.objects.count() == answer["created"]


MAPPED = [
    ("complaints/bcb_reclamacoes_2021q1_latin1.csv", (2_347, 2_347, 0, 0),
     {"reference": {"columns": ["Categoria", "Tipo", "CNPJ IF", "Instituição financeira", "Irregularidade"]},
      "kind": COMPLAINT, "respondent": {"column": "Instituição financeira"}, "category": {"column": "Irregularidade"}}),
    ("complaints/cfpb_no_narrative_sample.csv", (3_186, 3_175, 0, 11),
     {"reference": ROW, "kind": COMPLAINT, "subject": {"column": "Issue"},
      "received_on": {"column": "Date received", "format": "%m/%d/%Y"}, "category": {"column": "Product"}}),
    ("complaints/zurich_zueri_wie_neu_reports.csv", (62_245, 62_013, 0, 232),
     {"reference": ROW, "kind": COMPLAINT, "received_on": {"column": "date", "format": "%Y-%m-%d"},
      "category": {"column": "service_code"}}),
    ("complaints/chicago_police_complainants_2000-2018.csv.gz", (123_153, 123_153, 0, 0),
     {"reference": {"column": "row_id"}, "kind": COMPLAINT, "case_reference": {"column": "cr_id"},
      "category": {"column": "party_type"}}),
    ("audit/za_brrr_recommendations_sample.json", (500, 500, 0, 0),
     {"reference": {"from": "record_number"}, "kind": {"constant": "recommendation"},
      "narrative": {"column": "recommendation"}, "category": {"column": "category"}}),
    ("participation/participedia_2016_case_tags.csv", (462, 462, 0, 0),
     {"reference": {"columns": ["case_id", "tag"]}, "kind": COMPLAINT, "category": {"column": "tag"}}),
    ("participation/participedia_2016_methods.csv", (137, 137, 0, 0),
     {"reference": {"from": "record_number"}, "kind": COMPLAINT, "subject": {"column": "Title"}}),
    ("participation/participedia_2016_organizations.csv", (394, 394, 0, 0),
     {"reference": {"from": "record_number"}, "kind": COMPLAINT, "subject": {"column": "Title"}}),
    ("indicators/eu_lfs_telework_intensity_country_nuts.xlsx", (540, 540, 0, 0),
     {"reference": {"columns": ["year", "country", "degurba"]}, "kind": COMPLAINT, "category": {"column": "degurba"}}),
]  # fmt: skip
# Without one the sheets of the same columns with most rows are read.
SHEETS = {"indicators/eu_lfs_telework_intensity_country_nuts.xlsx": "country_share"}


@pytest.mark.parametrize(("name", "expected", "fields"), MAPPED, ids=[name for name, _, _ in MAPPED])
def test_a_real_file_loads_by_the_mapping_of_a_person(tmp_path, name, expected, fields):
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps({"fields": fields}))

    answer, code = imported(
        real(name), "--mapping", str(mapping), *(["--sheet", SHEETS[name]] if name in SHEETS else [])
    )

    assert code == 0, answer
    assert counts(answer) == expected
    assert ComplaintRecord.objects.count() == answer["created"]


@pytest.mark.parametrize(
    ("name", "recipe"),
    [
        ("audit/taic_recommendations_2024-04-04.xlsx", "recommendation-records"),
        ("audit/za_brrr_recommendations_sample.json", "recommendation-records"),
        ("complaints/reclameaqui_nagem.csv", "complaint-records"),
        ("participation/participedia_2016_cases.csv", "case-studies"),
        ("participation/participedia_2016_pages.jsonl.gz", "case-studies"),
    ],
)
def test_the_recipe_of_a_real_file_is_recognised(name, recipe):
    answer, _code = imported(real(name), "--dry-run")

    assert answer["recipe"] == recipe


def test_the_small_archives_are_read_as_they_should_be():
    answer, code = imported(real("cases/imports/zip_letters.zip"))

    assert (code, answer["created"]) == (0, 5), answer
    found = dict(ComplaintRecord.objects.values_list("reference", "narrative"))
    assert found["003"] == "Dear ombudsman,\nmy street is noisy, case 003.\nRegards"
    assert sorted(found) == ["001", "002", "003", "004", "005"]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("surveys/student_survey_mass.sav", "a survey data file"),
        ("surveys/nes1948_anes.zip", "a survey data file"),
        ("participation/participedia_2016_methods.csv", "a catalogue of methods"),
        ("surveys/xlsform/widgets.xls", "a questionnaire form"),
        ("surveys/xlsform/xlsform_spec_test.xlsx", "a questionnaire form"),
        ("indicators/eu_lfs_telework_intensity_country_nuts.xlsx", "an indicator table"),
    ],
)
def test_a_real_file_of_another_kind_is_refused_with_the_way_to_go(name, what):
    answer, code = imported(real(name))

    assert (code, answer["error"]["code"]) == (1, "other_kind_of_file")
    assert what in answer["error"]["message"]


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("complaints/bcb_reclamacoes_2021q1_latin1.csv", "mapping_incomplete", "several columns together"),
        ("complaints/cfpb_no_narrative_sample.csv", "mapping_incomplete", "the whole row"),
        ("indicators/estat_demography_sdmx.xml", "not_a_table", "statistics in SDMX"),
        ("indicators/estat_demography_structure_sdmx.xml", "not_a_table", "statistics in SDMX"),
        ("indicators/eurostat_nama_gdp_c.jsonstat.json", "other_kind_of_file", "an indicator table"),
        ("indicators/oecd-canada.jsonstat.json", "several_tables", "oecd, canada"),
    ],
)
def test_a_real_file_without_enough_information_is_refused_in_a_sentence(name, code, words):
    answer, exit_code = imported(real(name))

    assert (exit_code, answer["error"]["code"]) == (1, code)
    assert words in answer["error"]["message"]
    assert not ComplaintRecord.objects.exists()


def test_the_housing_ombudsmans_reasonable_redress_is_a_question():
    answer, code = imported(real("complaints/housing_ombudsman_findings_sqlite.zip"))

    upheld = ComplaintRecord.objects.filter(finding="upheld").count()
    redress = ComplaintRecord.objects.filter(finding_raw="Reasonable Redress")
    assert (code, answer["needs_decision"]) == (0, True)
    assert [(v["word"], v["rows"]) for v in answer["undecided"]] == [("Reasonable Redress", 6_677)]
    assert (upheld, redress.filter(finding="").count()) == (21_314, 6_677)
    assert round(100 * upheld / answer["rows"], 1) == 64.4
