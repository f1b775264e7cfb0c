"""The drill with everything the demo fills: partitioned records, versions, triggers' history, uploaded files."""

import pytest
from django.core.management import call_command
from django.db import connection

from casestudies.models import CaseStudy
from complaints.models import ComplaintRecord
from imports.models import Dataset
from lipse_site.backups import database
from lipse_site.demo.load import load_demo
from registry.models import Term


@pytest.mark.django_db(transaction=True)
def test_the_demo_with_its_files_comes_back(settings, tmp_path):
    settings.DEBUG = True
    settings.MEDIA_ROOT = tmp_path / "media"
    counts = load_demo()
    before = state(settings.MEDIA_ROOT)
    assert before[0]["public.complaints_complaintrecord"][0] == str(counts["records"])
    assert len(before[1]) >= 12  # the files the demo's datasets were imported from

    call_command("backup", str(tmp_path / "demo.tar"))
    ComplaintRecord.objects.all().delete()
    CaseStudy.objects.update(working_title="Lost")
    Term.objects.update(definition="Lost")
    for path in settings.MEDIA_ROOT.rglob("*"):
        if path.is_file():
            path.unlink()
    assert state(settings.MEDIA_ROOT) != before
    call_command("restore", str(tmp_path / "demo.tar"))

    assert state(settings.MEDIA_ROOT) == before
    assert ComplaintRecord.objects.count() == counts["records"]
    assert {dataset.record_count for dataset in Dataset.objects.all()} == set(records_by_dataset().values())


@pytest.mark.django_db(transaction=True)
def test_a_demo_whose_load_broke_off_is_gone_on_with(settings, tmp_path, monkeypatch):
    settings.DEBUG = True
    settings.MEDIA_ROOT = tmp_path / "media"

    def interrupt(*_arguments, **_options):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr("lipse_site.demo.load.make_coding", interrupt)
        load_demo()
    records = ComplaintRecord.objects.count()
    counts = load_demo()

    assert counts["records"] == records == ComplaintRecord.objects.count()
    assert counts["cases"] == CaseStudy.objects.count()


def state(media):
    with database.snapshot() as (_, cursor):
        tables = database.contents(cursor)
    return tables, {path: path.read_bytes() for path in media.rglob("*") if path.is_file()}


def records_by_dataset():
    with connection.cursor() as cursor:
        cursor.execute("SELECT dataset_id, count(*) FROM complaints_complaintrecord GROUP BY 1")
        return dict(cursor.fetchall())
