"""Changes of the lists of this room are recorded for the change feed (docs/adr/0109)."""

from django.db import migrations

LISTS = (("imports_dataset", "dataset", "slug"),)


class Migration(migrations.Migration):
    dependencies = [("imports", "0006_deleted_originals"), ("exports", "0002_record_changes")]

    operations = [
        migrations.RunSQL(
            f"SELECT exports_record_changes_of('{table}', '{kind}', '{key}')",
            f"SELECT exports_stop_recording_of('{table}', '{kind}')",
        )
        for table, kind, key in LISTS
    ]
