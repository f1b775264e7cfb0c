"""Triggers that record the last change of each row of a list, in the transaction that changes it.

A room calls `exports_record_changes_of(table, kind, key)` in a migration of its own: it records the rows that exist and
every later change.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION exports_record_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kind text := TG_ARGV[0];
    key text := CASE TG_OP WHEN 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END ->> TG_ARGV[1];
BEGIN
    INSERT INTO exports_change (kind, key, is_deleted) VALUES (kind, key, TG_OP = 'DELETE')
    ON CONFLICT ON CONSTRAINT change_is_the_last_of_its_row DO UPDATE
        SET changed_in = excluded.changed_in, changed_at = excluded.changed_at, is_deleted = excluded.is_deleted;
    RETURN NULL;
END $$;

CREATE FUNCTION exports_record_changes_of(listed regclass, kind text, key name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER exports_record_change AFTER INSERT OR UPDATE OR DELETE ON %s'
        ' FOR EACH ROW EXECUTE FUNCTION exports_record_change(%L, %L)', listed, kind, key);
    EXECUTE format(
        'INSERT INTO exports_change (kind, key, is_deleted) SELECT %L, %I, false FROM %s', kind, key, listed);
END $$;

CREATE FUNCTION exports_stop_recording_of(listed regclass, name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP TRIGGER exports_record_change ON %s', listed);
    DELETE FROM exports_change WHERE kind = name;
END $$;
"""
DROP = "DROP FUNCTION exports_stop_recording_of, exports_record_changes_of, exports_record_change"


class Migration(migrations.Migration):
    dependencies = [("exports", "0001_changes")]

    operations = [migrations.RunSQL(FUNCTIONS, DROP)]
