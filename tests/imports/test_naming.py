"""The title of a dataset that is made from a file. No database."""

import pytest

from imports.naming import title_of_file


@pytest.mark.parametrize(
    ("name", "title"),
    [("reclameaqui_nagem.csv", "Reclameaqui nagem"), ("data/Letters 2024.csv.gz", "Letters 2024"),
     ("C:\\temp\\a.b.xlsx", "A"), ("v1.2 final.csv", "V1.2 final"), (".csv", ""), ("", ""),
     ("file", "File"), ("x" * 300 + ".csv", "X" + "x" * 199)],
)  # fmt: skip
def test_the_title_is_the_name_without_folder_and_endings(name, title):
    assert title_of_file(name) == title
