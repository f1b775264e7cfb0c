"""Tables that exports of case studies, events, participation and contributions read: their changes are noted, so that
the state of a file has a name (docs/adr/0116)."""

from django.db import migrations

TABLES = (
    "casestudies_casestudy", "casestudies_casestudy_shared_with", "casestudies_cocreationevent",
    "casestudies_contribution", "casestudies_participation", "casestudies_citizenrole", "casestudies_factor",
    "casestudies_objective", "casestudies_outcome", "casestudies_actor", "registry_policysector",
    "accounts_organisation",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("casestudies", "0009_programme_cuts"),
        ("registry", "0002_strands_are_the_work_packages"),
        ("accounts", "0005_devices_report"),
        ("exports", "0004_tables_are_tracked"),
    ]

    operations = [
        migrations.RunSQL(f"SELECT exports_track('{table}')", f"SELECT exports_stop_tracking('{table}')")
        for table in TABLES
    ]
