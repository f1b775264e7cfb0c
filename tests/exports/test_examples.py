"""The calls that a page of a list shows read all rows, of any number, of the real server."""

import csv
import os
import shutil
import subprocess
import sys
from urllib.parse import urlencode

import pytest

from rest.examples import all_rows
from tests.exports.settled import is_settled
from tests.factories.complaints import load_records, make_dataset
from tests.waiting import until

NAME = """O'Hara, "Sons" & more"""
LIST = "/api/v1/complaint-records/"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def calls(worker, live_server, alpha, rita, token_for, monkeypatch):
    """The calls for 25 records of 26, with a token in the environment, where at once only ten can be had."""
    monkeypatch.setattr("exports.sending.LIMIT", 10)
    rows = [{"subject": f"Roof {n}", "respondent": NAME} for n in range(25)]
    load_records(make_dataset(alpha, access="consortium"), [*rows, {"subject": "Roof", "respondent": "Others"}])
    until(is_settled)
    monkeypatch.setenv("LIPSE_TOKEN", token_for(rita))
    query = urlencode({"respondent": NAME})
    site = live_server.url
    listed = f"{site}{LIST}?{query}&ordering=id&page_size=10"
    return dict(all_rows(listed, f"{site}{LIST}export/?format=csv&{query}"))


def run(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False, env=os.environ)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_curl(calls, tmp_path):
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed.")
    (tmp_path / "rows.csv").write_text("of an earlier day")
    run(["bash", "-c", calls["curl"].replace("sleep 5", "sleep 0.2")], tmp_path)
    with (tmp_path / "rows.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["subject"] for row in csv.DictReader(file)] == [f"Roof {n}" for n in range(25)]


def test_python(calls, tmp_path):
    assert run([sys.executable, "-c", calls["Python"]], tmp_path).strip() == "25"


def test_r(calls, tmp_path):
    packages = "cat(rownames(installed.packages()))"
    if shutil.which("Rscript") is None or "httr2" not in run(["Rscript", "-e", packages], tmp_path):
        pytest.skip("R or its package httr2 is not installed.")
    assert run(["Rscript", "-e", calls["R"]], tmp_path).strip() == "[1] 25"
