"""Broken and hostile files: a code, a sentence that says what to do, nothing half-done, memory within bounds."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from complaints.models import ComplaintRecord
from imports.models import Import, QuarantinedRow, RowProblem
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset
from tests.imports.corpus import archives, books, databases, statistics, structured, texts

pytestmark = pytest.mark.django_db
FILES = [hostile for part in (texts, archives, books, databases, structured, statistics) for hostile in part.FILES]


def imported(path: Path, *arguments: str):
    """The last line of import_file as an object, and its exit code."""
    out, code = io.StringIO(), 0
    try:
        call_command("import_file", str(path), "--dataset", "bad", *arguments, stdout=out, stderr=io.StringIO())
    except SystemExit as stop:
        code = stop.code
    return json.loads(out.getvalue().strip().splitlines()[-1]), code


def leftovers():
    """Work tables, standalone partitions and half-stored files."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'imports_work' UNION ALL"
            " SELECT relname FROM pg_class WHERE relname ~ '^complaints_record_[0-9]+$' AND NOT relispartition"
        )
        tables = [row[0] for row in cursor.fetchall()]
    return tables + [path.name for path in Path(settings.MEDIA_ROOT).glob("imports/arriving-*")]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Every file of the corpus, written once."""
    folder = tmp_path_factory.mktemp("corpus")
    for hostile in FILES:
        hostile.write(folder / hostile.name)
    return folder


@pytest.fixture(scope="module")
def memory(files):
    """What reading each file took, by name: in processes of their own, whose most ever held memory the kernel knows."""
    command = [sys.executable, "-m", "tests.imports.memory_of", *(str(files / hostile.name) for hostile in FILES)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=settings.BASE_DIR, env=os.environ)
    return {found["name"]: found for found in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize("hostile", FILES, ids=[hostile.name for hostile in FILES])
def test_a_hostile_file_is_refused_with_a_sentence_or_loads_rightly_and_leaves_nothing(files, hostile):
    answer, exit_code = imported(files / hostile.name)

    if isinstance(hostile.expected, str):
        assert (exit_code, answer.get("error", {}).get("code")) == (1, hostile.expected), answer
        assert 40 < len(answer["error"]["message"]) < 1_500
        assert answer["error"]["message"].endswith(".")
        assert str(files) not in answer["error"]["message"]
        assert not ComplaintRecord.objects.exists()
        assert not QuarantinedRow.objects.exists()
    else:
        expected = hostile.expected
        counts = (answer["created"], answer["quarantined"], answer["skipped"])
        assert (exit_code, *counts) == (0, expected.created, expected.quarantined, expected.skipped), answer
        assert answer["rows"] == sum(counts)
        assert {p.code for p in RowProblem.objects.all()} == ({expected.problem} if expected.problem else set())
        assert ComplaintRecord.objects.count() == expected.created
    assert leftovers() == []


@pytest.mark.parametrize("hostile", FILES, ids=[hostile.name for hostile in FILES])
def test_reading_a_hostile_file_stays_under_300_mb_in_parent_and_child(memory, hostile):
    found = memory[hostile.name]

    assert not found["code"].startswith("died")
    assert found["own"] < 300 * 1024
    assert found["children"] < 300 * 1024


def test_the_corpus_has_at_least_sixty_files_of_different_names():
    assert len({hostile.name for hostile in FILES}) == len(FILES) >= 60


def test_a_missing_file_is_refused(tmp_path):
    answer, code = imported(tmp_path / "nowhere.csv")

    assert (code, answer["error"]["code"], answer["import"]) == (1, "no_such_file", None)


def test_a_path_in_an_archive_leads_nowhere(files):
    imported(files / "tricks.zip")

    assert not Path("/tmp/escaped.csv").exists()  # noqa: S108 -- where the archive wanted to write


def test_nul_characters_set_their_row_aside(alpha):
    rows = letters(30)
    rows[4] = rows[4].replace("Letter", "Let\0ter")

    run = import_bytes(make_dataset(alpha), csv_of(rows))

    assert (run.created, run.quarantined) == (29, 1)
    assert RowProblem.objects.get().code == "nul_character"


def test_a_row_with_a_cell_too_many_is_set_aside(alpha):
    rows = letters(30)
    rows[4] += ",surplus"

    run = import_bytes(make_dataset(alpha), csv_of(rows))

    problem = RowProblem.objects.get()
    assert (run.created, run.quarantined) == (29, 1)
    assert (problem.code, problem.value, problem.detail) == ("wrong_width", "6", "5")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252", "iso8859_2", "cp1251"])
def test_other_encodings_are_found(alpha, encoding):
    words = {"iso8859_2": "Žádost o důchod byla zamítnuta bez odůvodnění přestože úřad slíbil odpověď do měsíce",
             "cp1251": "Жалоба на бездействие управления социальной защиты населения оставлена без ответа"}  # fmt: skip
    text = words.get(encoding, "Beschwerde über die verspätete Prüfung und größere Schäden für Bürger")
    rows = [f"{n},2019-01-02,Letter {n},{text} {n}" for n in range(1, 60)]
    content = ("id,date received,title,narrative\n" + "\n".join(rows) + "\n").encode(encoding)

    run = import_bytes(make_dataset(alpha), content)

    assert run.state == "loaded", run.error_message
    assert ComplaintRecord.objects.get(reference="7").narrative == f"{text} 7"


def test_1000_columns_are_read_and_kept(alpha):
    header = "id,title,narrative," + ",".join(f"c{n}" for n in range(997))
    rows = [f"{n},Title {n},Text {n}," + ",".join(f"value {n}-{m}" for m in range(997)) for n in range(1, 21)]

    run = import_bytes(make_dataset(alpha), csv_of(rows, header=header))

    assert (run.state, run.created) == ("loaded", 20), run.error_message
    assert ComplaintRecord.objects.get(reference="3").extra["c996"] == "value 3-996"


def test_a_spreadsheet_named_csv_is_read_as_what_it_is(tmp_path):
    import xlsxwriter  # noqa: PLC0415

    path = tmp_path / "letters.csv"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Letters")
        sheet.write_row(0, 0, ["id", "title", "narrative"])
        for n in range(1, 20):
            sheet.write_row(n, 0, [n, f"Title {n}", f"Text {n}"])

    answer, code = imported(path)

    assert (code, answer["created"]) == (0, 19), answer
    assert "Excel workbook" in " ".join(Import.objects.get().notes)


def test_a_cancelled_upload_leaves_nothing(alpha, bob, client_of):
    dataset = make_dataset(alpha)
    client = client_of(bob)
    body = b'--x\r\nContent-Disposition: form-data; name="dataset"\r\n\r\nletters\r\n--x\r\n'
    body += b"Content-Disposition: form-data;"
    body += b' name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\nid,title\n1,cut off here'

    answer = client.generic("POST", "/imports/new/", body, content_type="multipart/form-data; boundary=x")

    assert answer.status_code in (400, 422, 303, 302)
    assert not Import.objects.filter(dataset=dataset, state="loaded").exists()
    assert leftovers() == []
