from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0010_rows_from_programs"),
    ]

    operations = [
        migrations.AddField(
            model_name="import",
            name="written_along",
            field=models.JSONField(
                default=dict,
                editable=False,
                help_text="Rows created and updated in each part of the file; empty: not known.",
            ),
        ),
    ]
