"""The faults that the READMEs of the real files name are found and reported; the rows are loaded nevertheless."""

import json
from pathlib import Path

import pytest

from imports.models import Import
from tests.real_data.test_imports import imported, real

pytestmark = [pytest.mark.django_db, pytest.mark.real_data]
CHICAGO = "complaints/chicago_police_complaints_2000-2022.csv.gz"
BY_ROW = {"reference": {"from": "record_number"}, "kind": {"constant": "complaint"}}


def findings(name, fields=None, folder: Path | None = None):
    """(code, columns) to count of all findings, and the import."""
    arguments = ["--recipe", "complaint-records"]
    if fields:
        mapping = folder / "mapping.json"
        mapping.write_text(json.dumps({"fields": fields}))
        arguments += ["--mapping", str(mapping)]
    answer, _ = imported(real(name), *arguments)
    run = Import.objects.get(pk=answer["import"])
    return {(f["code"], *f["columns"]): f["count"] for f in run.findings}, run


def personal(run):
    return {(hit["column"], hit["kind"]): hit["rows"] for hit in run.personal}


def test_chicagos_reversed_dates_repeated_keys_longest_text_and_addresses():
    found, run = findings(CHICAGO)

    assert found["dates_reversed", "complaint_date", "closed_date"] == 4
    assert found["dates_reversed", "incident_date", "complaint_date"] == 191
    assert found["repeated_key", "cr_id"] == 3_918
    assert found["cut_off", "narrative"] == 1
    assert run.created == 96_530
    examples = next(f["examples"] for f in run.findings if f["columns"] == ["complaint_date", "closed_date"])
    assert [example["line"] for example in examples] == [2301, 4104, 6816, 35014]
    assert personal(run)["apartment_number", "address"] == 4_695


def test_years_of_birth_that_nobody_has(tmp_path):
    fields = {
        "reference": {"column": "row_id"},
        "kind": {"constant": "complaint"},
        "category": {"column": "party_type"},
    }

    found, run = findings("complaints/chicago_police_complainants_2000-2018.csv.gz", fields, tmp_path)

    assert found["impossible_year", "birth_year"] == 22
    examples = next(f["examples"] for f in run.findings if f["code"] == "impossible_year")
    assert examples[0] == {"line": 53_088, "value": "195.0"}


def test_texts_of_the_housing_ombudsman_cut_within_a_word():
    found, run = findings("complaints/housing_ombudsman_findings_sqlite.zip")

    assert found["cut_word", "complaint"] == 73
    examples = next(f["examples"] for f in run.findings if f["code"] == "cut_word")
    assert examples[0]["value"].endswith("water leak s")


def test_bodies_of_participedia_cut_at_forty_characters_and_at_dots(tmp_path):
    titles, _ = findings("participation/participedia_2016_case_titles.csv")
    methods, _ = findings("participation/participedia_2016_methods.csv", BY_ROW, tmp_path)

    assert titles["cut_off", "body"] == 392
    assert methods["cut_off", "Body"] == 115


def test_nameless_columns_and_mixed_line_ends_of_methods(tmp_path):
    found, run = findings("participation/participedia_2016_methods.csv", BY_ROW, tmp_path)

    codes = {finding["code"]: finding for finding in run.findings}
    assert codes["nameless_column"]["count"] == 15
    assert "138 lines end in CR LF and 76 in LF alone" in codes["mixed_line_ends"]["sentence"]
    assert personal(run)["Author", "name"] == 137
    assert ("empty_column", "Column 14", "Stages", "Column 27") in found


def test_names_of_executive_directors(tmp_path):
    _, run = findings("participation/participedia_2016_organizations.csv", BY_ROW, tmp_path)

    assert personal(run)["Executive Director", "name"] == 161
    told = json.dumps(run.personal, ensure_ascii=False)
    assert all(example["masked"].count("•") >= 3 for hit in run.personal for example in hit["examples"]), told


def test_the_nameless_column_at_the_end_of_each_line_of_the_central_bank(tmp_path):
    found, _ = findings("complaints/bcb_reclamacoes_2021q1_latin1.csv", BY_ROW, tmp_path)

    assert found["nameless_column", "Column 12"] == found["empty_column", "Column 12"] == 1


def test_cfpb_texts_for_missing_are_reported_where_a_mapping_reads_them_as_values(tmp_path):
    fields = {"reference": {"column": "Complaint ID"}, "kind": {"constant": "complaint"},
              "category": {"column": "Sub-issue"}}  # fmt: skip

    by_guess, _ = findings("complaints/cfpb_with_narratives_sample.csv")
    kept, run = findings("complaints/cfpb_with_narratives_sample.csv", fields, tmp_path)

    assert not [key for key in by_guess if key[0] == "missing_words"]
    assert kept["missing_words", "Sub-issue"] == 2_568
    assert kept["missing_words", "Tags"] == 2_147
    assert ("mixed_line_ends",) in by_guess
    assert run.rows == 2_827


def test_e_mail_and_tax_numbers_in_brazilian_complaints():
    _, run = findings("complaints/reclameaqui_nagem.csv")

    assert personal(run)["DESCRICAO", "email"] == 31
    assert ("DESCRICAO", "id_br") in personal(run)
