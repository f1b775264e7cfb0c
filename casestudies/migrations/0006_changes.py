"""Changes of the lists of this room are recorded for the change feed (docs/adr/0109)."""

from django.db import migrations

LISTS = (
    ("casestudies_casestudy", "case-study", "slug"),
    ("casestudies_cocreationevent", "event", "id"),
    ("casestudies_contribution", "contribution", "id"),
    ("casestudies_fieldnote", "field-note", "uuid"),
)


class Migration(migrations.Migration):
    dependencies = [("casestudies", "0005_erasures"), ("exports", "0002_record_changes")]

    operations = [
        migrations.RunSQL(
            f"SELECT exports_record_changes_of('{table}', '{kind}', '{key}')",
            f"SELECT exports_stop_recording_of('{table}', '{kind}')",
        )
        for table, kind, key in LISTS
    ]
