"""Amounts have all of their decimals. The tables are not written again: PostgreSQL only takes the limit away."""

from django.db import migrations

import complaints.fields

TABLE = "complaints_complaintrecord"


class Migration(migrations.Migration):
    dependencies = [("complaints", "0012_groups_of_values")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"ALTER TABLE {TABLE} ALTER COLUMN amount TYPE numeric",
                    f"ALTER TABLE {TABLE} ALTER COLUMN amount TYPE numeric(16, 2)",
                )
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="complaintrecord", name="amount", field=complaints.fields.NumericField(null=True)
                )
            ],
        )
    ]
