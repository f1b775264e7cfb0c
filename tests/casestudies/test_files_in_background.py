"""Case studies, events, participation and contributions as files that a worker makes: in each format, once for equal
requests, with codebook and checksum, and for whoever still has access to the case studies in them."""

import csv
import hashlib
import io
import json
import shutil

import duckdb
import openpyxl
import pandas
import pyreadstat
import pytest
from django.conf import settings

from casestudies.actions.cases import edit_case_study
from casestudies.actions.events import record_participation
from casestudies.models import CaseStudy, Contribution
from exports.writers import WRITERS
from registry.models import Term
from tests.casestudies.test_in_numbers import API, NOUNS
from tests.exports.asking import ask, content_of, made
from tests.exports.settled import is_settled
from tests.factories.casestudies import make_case_study, make_contribution, make_event
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_files_of_other_tests(monkeypatch):
    shutil.rmtree(settings.EXPORTS_DIR, ignore_errors=True)
    monkeypatch.setattr("exports.actions.wake_worker", lambda job: None)
    monkeypatch.setattr("exports.jobs.wake_worker", lambda job: None)


@pytest.fixture
def case(ada, bob):
    case = make_case_study(
        ada, country="NL", access="consortium", state="approved", reviewer=bob, researcher=ada,
        titles={"nl": 'Een "kade"', "de": "Kai, \n neu"}, keywords=["=water", "a,b", "ø"],
    )  # fmt: skip
    event = make_event(case, ada)
    for group, people in (("citizen", 12), ("manager", 2)):
        record_participation(event=event, values={"group": group, "people": people}, by=ada)
    decided = make_contribution(case, ada)
    Contribution.objects.filter(pk=decided.pk).update(decision="accepted", decided_on="2026-11-21")
    make_contribution(case, ada)
    make_case_study(ada, country="DE", access="restricted")
    until(is_settled)
    return case


@pytest.fixture
def asking(client_of, charlie, case):
    """The browser of a person of another organisation."""
    return client_of(charlie)


def read_csv(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row["id"] for row in csv.DictReader(file)]


def read_semicolons(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row["id"] for row in csv.DictReader(file, delimiter=";")]


READERS = {
    "csv": read_csv,
    "csv2": read_semicolons,
    "jsonl": lambda path: [json.loads(line)["id"] for line in path.read_text().splitlines()],
    "parquet": lambda path: [row[0] for row in duckdb.sql(f"SELECT id FROM '{path}'").fetchall()],
    "xlsx": lambda path: [row[0].value for row in list(openpyxl.load_workbook(path).worksheets[0].iter_rows())[1:]],
    "sav": lambda path: list(pyreadstat.read_sav(path)[0]["id"]),
    "dta": lambda path: list(pandas.read_stata(path, convert_categoricals=False)["id"]),
}


@pytest.mark.parametrize("fmt", list(WRITERS))
def test_every_format_has_the_rows_of_the_list(asking, tmp_path, fmt):
    for noun in NOUNS:
        export = made(asking, f"{API}/{noun}/", fmt)
        assert (export["state"], export["error"]) == ("finished", None)
        content = content_of(asking.get(export["file"]))
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (export["sha256"], export["size"])
        path = tmp_path / f"{noun}.{WRITERS[fmt].ending}"
        path.write_bytes(content)
        listed = [one["id"] for one in asking.get(f"{API}/{noun}/?ordering=id").json()["results"]]
        assert [int(pk) for pk in READERS[fmt](path)] == listed
        assert export["rows"] == len(listed) > 0
        codebook = asking.get(f"{API}/exports/{export['id']}/codebook/").json()
        assert (codebook["rows"], codebook["sha256"]) == (export["rows"], export["sha256"])
        assert codebook["citation"] == export["citation"]
        assert export["sha256"] in export["citation"]


def test_lines_of_the_database_are_those_of_the_program(asking, monkeypatch):
    addresses = [f"{API}/{noun}/export/?format={fmt}" for noun in NOUNS for fmt in ("csv", "csv2", "jsonl")]
    copied = {address: (content_of(answer), answer["ETag"]) for address in addresses if (answer := asking.get(address))}
    monkeypatch.setattr("exports.viewsets.copied_columns", lambda rows, reader: None)
    for address, (lines, etag) in copied.items():
        written = asking.get(address)
        assert lines == content_of(written)
        assert etag != written["ETag"]


def test_equal_requests_are_one_export_until_the_rows_change(asking, client_of, ada, case):
    exports = {noun: made(asking, f"{API}/{noun}/?country=NL") for noun in NOUNS}
    # A person who signs in changes nothing that is in a file.
    client_of(ada)
    until(is_settled)
    for noun, export in exports.items():
        again = ask(asking, f"{API}/{noun}/export/?format=xlsx&country=NL&page_size=2")
        assert (again.status_code, again.json()["id"]) == (200, export["id"])
    event = make_event(case, ada)
    make_contribution(case, ada)
    record_participation(event=event, values={"group": "citizen", "people": 3}, by=ada)
    edit_case_study(case_study=case, by=ada, values={"abstract": "Another one"})
    until(is_settled)
    for noun, export in exports.items():
        later = made(asking, f"{API}/{noun}/?country=NL")
        assert (later["id"] != export["id"], later["sha256"] != export["sha256"]) == (True, True)
        # The earlier file is still what it was.
        assert asking.head(export["file"]).status_code == 200


def test_what_a_column_is_read_from_is_a_part_of_the_state(asking, ada):
    """The names of a person and of an organisation are in other tables than the case study."""
    before = asking.head(f"{API}/case-studies/export/?format=csv")["ETag"]
    ada.username = "ada-l"
    ada.save()
    until(is_settled)
    after = asking.head(f"{API}/case-studies/export/?format=csv")["ETag"]
    assert before != after


def test_a_file_is_closed_with_the_case_studies_in_it(asking, case):
    exports = [made(asking, f"{API}/{noun}/") for noun in NOUNS]
    CaseStudy.objects.filter(pk=case.pk).update(access="restricted")
    for export in exports:
        refused = asking.get(export["file"])
        assert (refused.status_code, refused.json()["type"]) == (410, "urn:lipse:problem:export_closed")


def test_nobody_gets_the_file_of_another_person_nor_what_they_cannot_see(asking, client_of, client, ada, case):
    mine = made(client_of(ada), f"{API}/case-studies/")
    assert mine["rows"] == 2
    assert asking.get(f"{API}/exports/{mine['id']}/").status_code == 404
    assert asking.get(mine["file"]).status_code == 404
    assert made(asking, f"{API}/case-studies/")["rows"] == 1
    assert ask(client, f"{API}/case-studies/").status_code == 401


def test_a_download_that_broke_off_is_resumed(asking):
    export = made(asking, f"{API}/contributions/")
    head = asking.head(export["file"])
    whole = content_of(asking.get(export["file"]))
    part = asking.get(export["file"], headers={"Range": "bytes=100-", "If-Range": head["ETag"]})
    assert part.status_code == 206
    assert hashlib.sha256(whole[:100] + content_of(part)).hexdigest() == export["sha256"]


def test_lists_and_objects_are_read_as_they_are(asking, case):
    [row] = csv.DictReader(
        io.StringIO(content_of(asking.get(f"{API}/case-studies/export/?format=csv")).decode("utf-8-sig"))
    )
    listed = asking.get(f"{API}/case-studies/").json()["results"][0]
    assert (json.loads(row["titles"]), json.loads(row["keywords"])) == (listed["titles"], listed["keywords"])
    assert listed["keywords"] == ["=water", "a,b", "ø"]


def test_a_term_with_another_label_makes_another_file_where_the_file_has_labels(asking):
    exports = {fmt: made(asking, f"{API}/case-studies/", fmt) for fmt in ("sav", "csv")}
    etag = asking.head(f"{API}/case-studies/export/?format=dta")["ETag"]
    Term.objects.filter(vocabulary__slug="theme", key="feedback-loops").update(labels={"en": "Learning systems"})
    until(is_settled)
    assert ask(asking, f"{API}/case-studies/", "sav").json()["id"] != exports["sav"]["id"]
    assert asking.head(f"{API}/case-studies/export/?format=dta")["ETag"] != etag
    # A CSV file has the keys alone: it is what it was.
    assert ask(asking, f"{API}/case-studies/").json()["id"] == exports["csv"]["id"]
