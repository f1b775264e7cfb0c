from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0007_inbox_names"),
    ]

    operations = [
        migrations.AddField(
            model_name="import",
            name="furthest",
            field=models.PositiveIntegerField(default=0, help_text="The furthest step that any attempt has come to."),
        ),
    ]
