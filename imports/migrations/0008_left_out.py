"""What a delivery holds and an import does not read."""

from django.db import migrations, models

import standards.sentences


class Migration(migrations.Migration):
    dependencies = [("imports", "0007_changes")]

    operations = [
        migrations.AddField(
            model_name="import",
            name="left_out",
            field=models.JSONField(
                decoder=standards.sentences.SentenceDecoder,
                default=list,
                encoder=standards.sentences.SentenceEncoder,
                help_text="Parts of the delivery that were not read: kind, name, rows and why.",
            ),
        ),
    ]
