"""A trigger that records which transactions changed a table, so that the state of an export has a name."""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION exports_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM exports_tablechange WHERE relation = TG_TABLE_NAME AND changed_in = pg_current_xact_id()) THEN
        RETURN NULL;
    END IF;
    INSERT INTO exports_tablechange (relation) VALUES (TG_TABLE_NAME);
    -- Only the newest is needed of those that every transaction sees. Nobody waits for another one's removal.
    IF current_setting('transaction_isolation') = 'read committed' THEN
        DELETE FROM exports_tablechange WHERE id IN (
            SELECT id FROM exports_tablechange
            WHERE relation = TG_TABLE_NAME AND changed_in < pg_snapshot_xmin(pg_current_snapshot())
            FOR UPDATE SKIP LOCKED);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION exports_track(tracked regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER exports_track_changes AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s'
        ' FOR EACH STATEMENT EXECUTE FUNCTION exports_note_change()', tracked);
END $$;

CREATE FUNCTION exports_stop_tracking(tracked regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP TRIGGER exports_track_changes ON %s', tracked);
END $$;
"""
DROP = "DROP FUNCTION exports_stop_tracking, exports_track, exports_note_change"


class Migration(migrations.Migration):
    dependencies = [("exports", "0003_table_changes")]

    operations = [migrations.RunSQL(FUNCTIONS, DROP)]
