"""Files of several rooms are exported in the same way."""

import csv
import io

import orjson
import pytest

from tests.factories.imports import csv_of, import_bytes, letters, make_dataset

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(alpha, bob):
    """A load of 30 rows, of which the fourth has no date."""
    rows = letters(30)
    rows[3] = "L00004,=1+1,@title,text,Upheld"
    return import_bytes(make_dataset(alpha), csv_of(rows), by=bob)


def test_quarantined_rows_are_exported(api_client, token_for, bob, run):
    api_client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(bob)}")
    answer = api_client.get(f"/api/v1/imports/{run.pk}/quarantine/export/", {"format": "jsonl"})
    [row] = [orjson.loads(line) for line in b"".join(answer.streaming_content).splitlines()]
    assert row["record"] == 4
    assert "=1+1" in str(row["cells"])
    assert answer["Lipse-Rows"] == "1"


def test_a_download_of_a_page_has_the_headers_of_an_api_export(client_of, bob, run):
    answer = client_of(bob).get(f"/imports/{run.pk}/problems.csv")
    body = b"".join(answer.streaming_content)
    lines = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert body.startswith(b"\xef\xbb\xbf")
    assert answer["Content-Length"] == str(len(body))
    assert answer["Lipse-Rows"] == str(len(lines))
    assert answer["Lipse-Query"] == f"/imports/{run.pk}/problems.csv"
    assert answer["Repr-Digest"].startswith("sha-256=:")
    assert f'filename="import-{run.pk}-problems.csv"' in answer["Content-Disposition"]
