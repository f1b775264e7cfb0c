"""Assignments get their round and their place in its queue; codes get keys in the order of their tree."""

from django.db import migrations

ASSIGNMENTS = """
UPDATE coding_assignment a SET round_id = ru.round_id, position = ru.position
FROM coding_roundunit ru WHERE ru.id = a.round_unit_id
"""
# Codes of published versions are frozen; their keys did not exist when they were frozen.
SHORTCUTS = """
ALTER TABLE coding_code DISABLE TRIGGER USER;
WITH RECURSIVE tree AS (
  SELECT id, version_id, is_codable, ARRAY[position, id::int] AS place FROM coding_code WHERE parent_id IS NULL
  UNION ALL
  SELECT c.id, c.version_id, c.is_codable, t.place || ARRAY[c.position, c.id::int]
  FROM coding_code c JOIN tree t ON c.parent_id = t.id
), numbered AS (
  SELECT id, row_number() OVER (PARTITION BY version_id ORDER BY place) AS n FROM tree WHERE is_codable
)
UPDATE coding_code c SET shortcut = CASE WHEN n > 10 THEN 'shift-' ELSE '' END || (n % 10)
FROM numbered WHERE numbered.id = c.id AND n <= 20;
ALTER TABLE coding_code ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [("coding", "0006_second_form_of_coding")]

    operations = [
        migrations.RunSQL(ASSIGNMENTS, migrations.RunSQL.noop),
        migrations.RunSQL(SHORTCUTS, migrations.RunSQL.noop),
    ]
