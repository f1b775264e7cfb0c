"""`python -m benchmarks inside_import_export FILE`: the file by django-import-export in its bulk mode.

As quick as its documentation makes it: bulk inserts of 1,000, no look-up of what is there, no differences kept. Its
table has a primary key and a unique reference, no index of full text.
"""

import json
import time
from pathlib import Path

from django.db import connection, models
from import_export import resources
from tablib import Dataset

from benchmarks.memory import peak_mb


class PeerRecord(models.Model):
    """The columns of the made-up file, typed as ours are."""

    complaint_id = models.CharField(max_length=200, unique=True)
    case_number = models.CharField(max_length=200)
    date_received = models.DateField(null=True)
    date_closed = models.DateField(null=True)
    authority = models.CharField(max_length=500)
    category = models.CharField(max_length=500)
    subject = models.TextField()
    narrative = models.TextField()
    outcome = models.CharField(max_length=200)
    status = models.CharField(max_length=200)
    channel = models.CharField(max_length=100)
    country = models.CharField(max_length=2)
    language = models.CharField(max_length=2)
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    postcode = models.TextField()

    class Meta:
        app_label = "benchmarks"

    def __str__(self) -> str:
        return self.complaint_id


class PeerResource(resources.ModelResource):
    class Meta:
        model = PeerRecord
        exclude = ("id",)
        import_id_fields = ("complaint_id",)
        use_bulk = True
        batch_size = 1_000
        force_init_instance = True
        skip_diff = True
        skip_html_diff = True
        use_transactions = True


def main(arguments: list[str]) -> int:
    with connection.schema_editor() as editor:
        editor.create_model(PeerRecord)
    began = time.monotonic()
    data = Dataset().load(Path(arguments[0]).read_text("utf-8"), format="csv")
    result = PeerResource().import_data(data, raise_errors=True)
    seconds = time.monotonic() - began
    print(json.dumps({"seconds": seconds, "created": result.totals["new"], "peak_mb": peak_mb()}))
    return 0
