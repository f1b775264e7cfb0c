"""Workers read the rows of existing datasets again, so that those without a language are searched in their dataset's.

A language that is recorded was chosen by a person. Where none is, the job detects it. Records stay found as before
meanwhile.
"""

from django.db import migrations

SEARCHED = ("complaint-records", "recommendation-records")


def ask_for_reading(apps, schema_editor):
    datasets = apps.get_model("imports", "Dataset").objects
    corrections = apps.get_model("imports", "LanguageCorrection").objects
    datasets.exclude(language="").update(language_from="person")
    corrections.bulk_create(
        corrections.model(dataset=dataset, language=dataset.language)
        for dataset in datasets.filter(recipe__in=SEARCHED, record_count__gt=0)
    )


class Migration(migrations.Migration):
    dependencies = [("imports", "0004_language_of_datasets")]

    operations = [migrations.RunPython(ask_for_reading, migrations.RunPython.noop)]
