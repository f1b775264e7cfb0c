"""Datasets with records, put in place through the same partition functions the publisher of imports uses."""

import itertools
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, transaction

from accounts.models import Organisation
from accounts.roles import AccessLevel
from complaints import partitions
from complaints.models import ComplaintRecord
from imports.models import Dataset

_numbers = itertools.count(1)

COLUMNS = [field.column for field in ComplaintRecord._meta.concrete_fields if field.column != "id"]
BLANK: dict[str, Any] = dict.fromkeys(COLUMNS, "") | {
    "kind": "complaint",
    "institution": "Office of the Ombudsman",
    "institution_kind": "ombudsman",
    "country": "NL",
    "language": "en",
    "amount": None,
    "received_on": None,
    "closed_on": None,
    "extra": "{}",
    "import_id": 0,
    "source_record": 1,
    "source_line": 2,
    "updated_at": "2026-03-01T00:00:00Z",
}


def make_dataset(organisation: Organisation, **fields: Any) -> Dataset:
    """An empty dataset, public and with a disclosure threshold of 1 by default."""
    number = next(_numbers)
    shared_with = fields.pop("shared_with", [])
    defaults = {
        "slug": f"dataset-{number}",
        "title": f"Dataset {number}",
        "recipe": "complaints",
        "access": AccessLevel.PUBLIC,
        "narrative_access": AccessLevel.PUBLIC,
        "disclosure_threshold": 1,
    }
    dataset = Dataset.objects.create(organisation=organisation, **(defaults | fields))
    dataset.shared_with.set(shared_with)
    return dataset


def load_records(dataset: Dataset, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Put rows into the dataset's partition and return their ids; fields not given are blank."""
    complete = [_complete(dataset, number, row) for number, row in enumerate(rows, 1)]
    marks = "(" + ", ".join(["%s"] * len(COLUMNS)) + ")"
    with transaction.atomic(), connection.cursor() as cursor:
        table = partitions.ensure_partition(cursor, dataset.pk)
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(COLUMNS)}) VALUES {', '.join([marks] * len(complete))} RETURNING id",
            [row[column] for row in complete for column in COLUMNS],
        )
        ids = [pk for (pk,) in cursor.fetchall()]
        partitions.refresh(cursor, dataset.pk, len(rows))
    records = ComplaintRecord.objects.filter(dataset=dataset)
    dataset.languages = sorted({code for code in records.values_list("language", flat=True) if code})
    dataset.record_count = records.count()
    dataset.save()
    return ids


def _complete(dataset: Dataset, number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    own = {"dataset_id": dataset.pk, "reference": f"R-{next(_numbers)}", "source_record": number,
           "source_line": number + 1, "content_hash": str(uuid.uuid4())}  # fmt: skip
    unknown = set(row) - set(COLUMNS)
    assert not unknown, f"no such fields: {unknown}"
    return BLANK | own | row
