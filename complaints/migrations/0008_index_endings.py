"""Records in languages that are read by their endings are indexed again (docs/adr/0113).

`standards.0002_words_as_written` changed the search vectors of these languages, and of no other.
"""

from django.db import migrations

from complaints import partitions

READ_BY_ENDINGS = ["cs", "pl", "sk"]
STORED = """
UPDATE complaints_complaintrecord SET search_vector = coalesce(
    complaints_fallback_vector(language, %s, subject, narrative, response),
    complaints_record_vector(language, subject, narrative, response)
)
WHERE dataset_id = %s AND search_vector IS NOT NULL AND CASE language WHEN '' THEN %s ELSE language END = ANY(%s)
"""


def index_again(apps, schema_editor):
    """Read the records in these languages again. A data set that has none is left as it is."""
    datasets = apps.get_model("imports", "Dataset").objects.filter(record_count__gt=0)
    found = datasets.filter(languages__overlap=READ_BY_ENDINGS) | datasets.filter(language__in=READ_BY_ENDINGS)
    with schema_editor.connection.cursor() as cursor:
        for pk, language in found.values_list("pk", "language"):
            if not partitions.is_attached(cursor, pk):
                continue
            cursor.execute(STORED, [language, pk, language, READ_BY_ENDINGS])
            cursor.execute(f"REINDEX INDEX {partitions.table_of(pk)}_search")


class Migration(migrations.Migration):
    dependencies = [("complaints", "0007_words_as_written"), ("imports", "0007_changes")]

    operations = [migrations.RunPython(index_again, migrations.RunPython.noop)]
