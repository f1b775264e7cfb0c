"""Small made-up inputs of kinds that once went wrong, at the first guess: columns and values."""

from pathlib import Path

import pytest

from complaints.recipes.records import COMPLAINT_RECORDS
from imports.mapping import parser_of
from tests.imports.test_guess_contents import columns_of, guess_of

CASES = Path(__file__).resolve().parents[3] / "shared" / "data" / "cases" / "imports"
pytestmark = pytest.mark.real_data


def text_of(name):
    path = CASES / name
    if not path.exists():
        pytest.skip(f"{name} is not beside the project")
    return path.read_text("utf-8")


@pytest.mark.parametrize("language", ["da", "it", "ro", "nl", "fr"])
def test_headers_in_other_languages_are_recognised(tmp_path, language):
    text = text_of(f"headers_{language}.csv")

    assert columns_of(guess_of(tmp_path, text)) == dict(
        zip(
            ("reference", "subject", "received_on", "finding", "respondent"),
            text.splitlines()[0].strip("\ufeff").split(";"),
            strict=True,
        )
    )


def test_local_names_of_countries_are_countries(tmp_path):
    text = text_of("country_local_names.csv")
    rule = guess_of(tmp_path, text).definition.rules["country"]
    parser = parser_of(COMPLAINT_RECORDS.field("country"), rule, 2026)

    written = [line.split(",")[2] for line in text.splitlines()[1:]]
    assert [parser(cell).value for cell in written] == ["IT", "FR", "BE", "DE", "ES", "NL"]
