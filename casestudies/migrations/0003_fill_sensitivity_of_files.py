"""Files that were added before have the sensitivity of the version of their note in force at that time."""

from django.db import migrations

FILL = """
UPDATE casestudies_noteattachment filled SET sensitivity = coalesce(
  (SELECT version.sensitivity FROM casestudies_fieldnoteversion version
    WHERE version.note_id = filled.note_id AND version.stored_at <= filled.added_at
    ORDER BY version.number DESC LIMIT 1),
  (SELECT note.sensitivity FROM casestudies_fieldnote note WHERE note.uuid = filled.note_id))
"""


class Migration(migrations.Migration):
    dependencies = [("casestudies", "0002_files_keep_their_sensitivity")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
