"""The transactions that created and last changed each record, written by the database (docs/adr/0109).

Like `search_vector` these columns are not fields of the model. They are NULL where a record is as its first load wrote
it: its chunks are committed long before their partition is attached, so their own transactions say nothing, and a first
load has nothing to write and nothing to index. Defaults are set after the columns are added, so that records that
exist have none.
"""

from django.db import migrations

COLUMNS = """
ALTER TABLE complaints_complaintrecord ADD COLUMN created_in xid8, ADD COLUMN changed_in xid8;
ALTER TABLE complaints_complaintrecord
    ALTER created_in SET DEFAULT pg_current_xact_id(), ALTER changed_in SET DEFAULT pg_current_xact_id();
CREATE INDEX complaints_record_changed_in ON complaints_complaintrecord (changed_in, id)
    WHERE changed_in IS NOT NULL;
UPDATE complaints_partition SET attached_at = to_timestamp(0);
"""

TRIGGERS = """
CREATE FUNCTION complaints_stamp_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Not greater than the current one, as the number of another database could be after a restore.
    NEW.created_in := CASE WHEN OLD.created_in IS NOT NULL THEN least(OLD.created_in, pg_current_xact_id()) END;
    NEW.changed_in := pg_current_xact_id();
    RETURN NEW;
END $$;
CREATE TRIGGER complaints_stamp_record BEFORE UPDATE ON complaints_complaintrecord
    FOR EACH ROW EXECUTE FUNCTION complaints_stamp_record();

CREATE FUNCTION complaints_record_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO complaints_removedrecord (record_id, dataset_id) VALUES (OLD.id, OLD.dataset_id);
    RETURN NULL;
END $$;
CREATE TRIGGER complaints_record_removal AFTER DELETE ON complaints_complaintrecord
    FOR EACH ROW EXECUTE FUNCTION complaints_record_removal();
"""

DROP = """
DROP FUNCTION complaints_record_removal CASCADE;
DROP FUNCTION complaints_stamp_record CASCADE;
ALTER TABLE complaints_complaintrecord DROP COLUMN created_in, DROP COLUMN changed_in;
"""


class Migration(migrations.Migration):
    dependencies = [("complaints", "0005_removed_records")]

    operations = [migrations.RunSQL(COLUMNS + TRIGGERS, DROP)]
