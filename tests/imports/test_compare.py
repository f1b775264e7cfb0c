"""Records that an import created, changed field by field, left unchanged, or that are missing from its file."""

import csv
import io

import pytest

from complaints.models import ComplaintRecord
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset
from tests.markup import squeezed

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(alpha, bob):
    """A second file: 5 of 30 missing, 5 changed, 20 unchanged, 3 new, and one of the earlier rows invalid."""
    dataset = make_dataset(alpha)
    import_bytes(dataset, csv_of(letters(30)), by=bob)
    rows = [*letters(20), *letters(5, first=21, outcome="Not upheld"), *letters(3, first=31)]
    rows[2] = rows[2].replace("2019-03", "2019-33")
    return import_bytes(dataset, csv_of(rows), by=bob)


def test_two_imports_are_compared_on_a_page(client_of, bob, second):
    page = squeezed(client_of(bob).get(f"/imports/{second.pk}/changes/").content.decode())

    assert "3 created, 5 updated, 19 unchanged, 5 missing from the file" in page
    assert '<td data-label="Field">finding</td><td data-label="Before">upheld</td>' in page
    assert "L00031" in page
    assert "<li>L00030</li>" in page
    assert ComplaintRecord.objects.count() == 33


def test_the_whole_comparison_is_a_file(client_of, bob, second):
    answer = client_of(bob).get(f"/imports/{second.pk}/changes.csv")

    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    changed = {row["reference"]: row for row in rows if row["kind"] == "changed" and row["field"] == "finding"}
    assert set(changed) == {f"L{n:05d}" for n in range(21, 26)}
    assert {row["reference"] for row in rows if row["kind"] == "created"} == {"L00031", "L00032", "L00033"}
    missing = {row["reference"] for row in rows if row["kind"] == "missing from the file"}
    assert missing == {f"L{n:05d}" for n in range(26, 31)}
    assert {
        "kind": "changed",
        "reference": "L00021",
        "field": "finding",
        "before": "upheld",
        "after": "not-upheld",
    } in rows


def test_a_stranger_compares_nothing(client_of, charlie, second):
    assert client_of(charlie).get(f"/imports/{second.pk}/changes/").status_code == 404
