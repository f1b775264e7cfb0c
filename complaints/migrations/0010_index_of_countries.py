"""An index for a country and a range of dates, which has the columns of most facets with it (ADR 0115).

Facets of filtered records are then counted from the index alone, which is a tenth of the table.
"""

from django.db import migrations

INDEX = """
CREATE INDEX complaints_record_country ON complaints_complaintrecord (country, received_on, id)
    INCLUDE (dataset_id, kind, institution_kind, policy_sector, language, mandate, stage, status, finding, closure, channel);
"""


class Migration(migrations.Migration):
    dependencies = [("complaints", "0009_counts_of_values")]

    operations = [migrations.RunSQL(INDEX, "DROP INDEX complaints_record_country")]
