"""Records that were sent to coding point to their frozen text."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("coding", "0001_initial"), ("complaints", "0001_initial"), ("imports", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="RecordUnit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "dataset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="imports.dataset"
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)s_rows",
                        to="complaints.complaintrecord",
                    ),
                ),
                (
                    "unit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="coding.textunit"
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.RunSQL(
            "ALTER TABLE complaints_recordunit ADD CONSTRAINT coded_text_belongs_to_a_record "
            "FOREIGN KEY (dataset_id, record_id) REFERENCES complaints_complaintrecord (dataset_id, id)",
            migrations.RunSQL.noop,
        ),
    ]
