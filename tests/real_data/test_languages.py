"""Languages of real texts, and the search of a real dataset whose rows name none."""

import csv
import random
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace

import pytest

from complaints.models import ComplaintRecord
from imports.actions import start_import
from imports.jobs.propose import proposal
from imports.jobs.run import run_import
from imports.recipe import default_recipe
from imports.sniff.language import likely_language, main_language
from imports.value_maps import with_choices
from tests.factories.imports import import_bytes, make_dataset
from tests.real_data.test_imports import real

pytestmark = [pytest.mark.django_db, pytest.mark.real_data]
CREDIT = "complaints/cfpb_with_narratives_sample.csv"
HOUSING = "complaints/housing_ombudsman_findings_sqlite.zip"


def housing(folder):
    with zipfile.ZipFile(real(HOUSING)) as packed:
        name = next(name for name in packed.namelist() if name.endswith(".db"))
        path = packed.extract(name, folder)
    with closing(sqlite3.connect(path)) as rows:
        return [text for (text,) in rows.execute("SELECT complaint FROM complaint_findings") if text]


def column(name, column, delimiter):
    with real(name).open(encoding="utf-8-sig", newline="") as lines:
        return [row[column] for row in csv.DictReader(lines, delimiter=delimiter) if row.get(column)]


@pytest.mark.parametrize(
    ("language", "least", "texts"),
    [
        ("en", 0.96, housing),
        (
            "en",
            0.99,
            lambda _: column(CREDIT, "Consumer complaint narrative", ","),
        ),
        ("pt", 0.98, lambda _: column("complaints/reclameaqui_nagem.csv", "DESCRICAO", ";")),
        ("pt", 0.98, lambda _: column("complaints/reclameaqui_hapvida.csv", "DESCRICAO", ";")),
        ("pt", 0.50, lambda _: column("complaints/reclameaqui_hapvida.csv", "TEMA", ";")),
    ],
    ids=["housing", "credit", "shop", "insurer", "titles"],
)
def test_real_texts_have_their_language_or_none(tmp_path, language, least, texts):
    found = texts(tmp_path)
    sample = random.Random(14).sample(found, min(1_000, len(found)))
    said = [likely_language(text) for text in sample]

    assert set(said) <= {language, ""}
    assert said.count(language) >= least * len(said)
    assert main_language(sample[:30]) == language


def test_a_real_dataset_whose_rows_name_no_language_is_searched_in_its_own(alpha, bob):
    dataset = make_dataset(alpha, by=bob)
    run = import_bytes(dataset, real(HOUSING).read_bytes(), name="housing.zip", by=bob, is_automatic=False)
    definition = proposal(run, default_recipe()).definition
    rules = {name: rule for name, rule in definition.rules.items() if name != "language"}
    # What the office means by “Reasonable Redress” is not decided here; without a finding the texts are the same.
    wanted = with_choices(replace(definition, rules=rules), default_recipe(), {"finding": {"Reasonable Redress": ""}})
    start_import(run=run, definition=wanted, by=bob)
    run_import(run.pk)

    dataset.refresh_from_db()
    assert (dataset.record_count, dataset.language, dataset.language_from, dataset.languages) == (
        33_096, "en", "detected", [],
    )  # fmt: skip
    records = ComplaintRecord.objects.visible_to(bob)
    counts = {word: records.matching(word).count() for word in ("repairing", "repairs", "repair", "repaired")}
    assert len(set(counts.values())) == 1, counts
    assert min(counts.values()) > 4_459
