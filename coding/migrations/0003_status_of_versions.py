"""The status of each codebook version, from whether it was published."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("coding", "0002_one_way_to_version")]

    operations = [
        migrations.RunSQL(
            "UPDATE coding_codebookversion SET status = 'published' WHERE published_at IS NOT NULL",
            migrations.RunSQL.noop,
        ),
    ]
