"""Records that are added to live ones bring the vector of their words along, computed by several processes (ADR 0040)."""

from django.db import migrations

# The column is the index's, so Django does not know it: no query of a record has to leave it out. A table that waits
# beside the live one, of an import that was under way, gets it too; its index of full text is built anew.
ADD_COLUMN = """
ALTER TABLE complaints_complaintrecord ADD COLUMN search_vector tsvector;
DO $$
DECLARE
    beside name;
    has_lz4 boolean := EXISTS (
        SELECT FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals));
BEGIN
    IF has_lz4 THEN
        ALTER TABLE complaints_complaintrecord ALTER search_vector SET COMPRESSION lz4;
    END IF;
    FOR beside IN
        SELECT relname FROM pg_class
        WHERE relname ~ '^complaints_record_[0-9]+$' AND relkind = 'r' AND NOT relispartition
    LOOP
        EXECUTE format('ALTER TABLE %I ADD COLUMN search_vector tsvector', beside);
        EXECUTE format('DROP INDEX IF EXISTS %I', beside || '_search');
    END LOOP;
END $$;
"""

DROP_COLUMN = "ALTER TABLE complaints_complaintrecord DROP COLUMN search_vector"

INDEX_OF_KEPT = """
DROP INDEX complaints_record_search;
CREATE INDEX complaints_record_search ON complaints_complaintrecord
    USING gin (coalesce(search_vector, complaints_record_vector(language, subject, narrative, response)));
"""

INDEX_OF_COMPUTED = """
DROP INDEX complaints_record_search;
CREATE INDEX complaints_record_search ON complaints_complaintrecord
    USING gin (complaints_record_vector(language, subject, narrative, response));
"""


class Migration(migrations.Migration):
    dependencies = [("complaints", "0003_parts_by_reference")]

    operations = [
        migrations.RunSQL(ADD_COLUMN, DROP_COLUMN),
        migrations.RunSQL(INDEX_OF_KEPT, INDEX_OF_COMPUTED),
    ]
