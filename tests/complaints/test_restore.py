"""Records come back from a backup into partitions that are searched as before."""

import pytest
from django.core.management import call_command
from django.db import connection

from complaints import partitions
from complaints.models import ComplaintRecord
from tests.factories.complaints import load_records, make_dataset

pytestmark = pytest.mark.django_db(transaction=True)


def test_restored_partitions_hold_their_records_and_answer_searches(alpha, rita, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    dataset = make_dataset(alpha, languages=["es"])
    rows = [{"narrative": "Las reclamaciones", "language": "es"}, {"narrative": "La petición", "language": "es"}]
    first, _ = load_records(dataset, rows)
    call_command("backup", str(tmp_path / "backup.tar"))
    with connection.cursor() as cursor:
        partitions.detach(cursor, dataset.pk)
        partitions.drop_standalone(cursor, dataset.pk)

    call_command("restore", str(tmp_path / "backup.tar"))

    found = ComplaintRecord.objects.visible_to(rita).matching("reclamación")
    assert list(found.values_list("pk", flat=True)) == [first]
    with connection.cursor() as cursor:
        assert partitions.is_attached(cursor, dataset.pk)
