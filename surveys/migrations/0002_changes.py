"""Changes of the lists of this room are recorded for the change feed (docs/adr/0109)."""

from django.db import migrations

LISTS = (
    ("surveys_questionnaire", "questionnaire", "slug"),
    ("surveys_response", "response", "uuid"),
)


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial"), ("exports", "0002_record_changes")]

    operations = [
        migrations.RunSQL(
            f"SELECT exports_record_changes_of('{table}', '{kind}', '{key}')",
            f"SELECT exports_stop_recording_of('{table}', '{kind}')",
        )
        for table, kind, key in LISTS
    ]
