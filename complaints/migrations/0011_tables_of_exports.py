"""Tables that an export of records reads besides the records: their changes are noted (docs/adr/0116)."""

from django.db import migrations

TABLES = (
    "complaints_partition", "complaints_issue", "complaints_recommendation", "complaints_followup",
    "complaints_recordunit", "imports_previousversion", "imports_sourcedrow", "accounts_user", "accounts_membership",
    "coding_alikeunit", "coding_code", "coding_coding", "coding_round", "coding_roundcoder", "coding_roundunit",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0010_index_of_countries"),
        ("imports", "0007_changes"),
        ("accounts", "0003_sealed_second_factors"),
        ("coding", "0014_samples_and_alike_units"),
        ("exports", "0004_tables_are_tracked"),
    ]

    operations = [
        migrations.RunSQL(f"SELECT exports_track('{table}')", f"SELECT exports_stop_tracking('{table}')")
        for table in TABLES
    ]
