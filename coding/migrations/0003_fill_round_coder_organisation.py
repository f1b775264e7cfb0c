"""Each coder of a round codes for the round's organisation where a coder there, else for the person's own."""

from django.db import migrations

FILL = """
UPDATE coding_roundcoder filled SET organisation_id = coalesce(
  (SELECT member.organisation_id FROM accounts_membership member
    WHERE member.user_id = filled.coder_id AND member.roles && ARRAY['coder', 'lead-coder']::varchar[]
    ORDER BY member.organisation_id <> round.organisation_id, member.organisation_id LIMIT 1),
  round.organisation_id)
FROM coding_round round WHERE round.id = filled.round_id;
UPDATE coding_roundcoderhistory filled SET organisation_id = coalesce(
  (SELECT coder.organisation_id FROM coding_roundcoder coder WHERE coder.id = filled.pgh_obj_id),
  round.organisation_id)
FROM coding_round round WHERE round.id = filled.round_id AND filled.organisation_id IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("coding", "0002_round_coder_organisation"), ("accounts", "0001_initial")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
