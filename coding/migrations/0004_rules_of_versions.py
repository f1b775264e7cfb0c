import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("coding", "0003_status_of_versions")]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="code",
            trigger=pgtrigger.compiler.Trigger(
                name="published_codes_are_final",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE affected RECORD;",
                    func="IF TG_OP <> 'INSERT' THEN affected := OLD; IF EXISTS (SELECT 1 FROM coding_codebookversion v WHERE v.id = affected.version_id AND v.status = 'published') THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'published_codes_are_final: a published version does not change', CONSTRAINT = 'published_codes_are_final'; END IF; END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; affected := NEW; IF EXISTS (SELECT 1 FROM coding_codebookversion v WHERE v.id = affected.version_id AND v.status = 'published') THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'published_codes_are_final: a published version does not change', CONSTRAINT = 'published_codes_are_final'; END IF; RETURN NEW;",
                    hash="bf80fad1044b51537fd2ab983704f2e4c7c85419",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_published_codes_are_final_318a6",
                    table="coding_code",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="code",
            trigger=pgtrigger.compiler.Trigger(
                name="code_stands_in_the_version_of_its_parent",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF NEW.parent_id IS NOT NULL AND NEW.version_id IS DISTINCT FROM (SELECT t.version_id FROM coding_code t WHERE t.id = NEW.parent_id) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'code_stands_in_the_version_of_its_parent: what it points to is in another version', CONSTRAINT = 'code_stands_in_the_version_of_its_parent'; END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;",
                    hash="b3a1dbe0127798a2f8ab450ba943836ac02f3b9f",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_code_stands_in_the_version_of_its_parent_58c1a",
                    table="coding_code",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="codebookversion",
            trigger=pgtrigger.compiler.Trigger(
                name="codebook_version_is_frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF OLD.status = 'published' THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'codebook_version_is_frozen: a published version does not change', CONSTRAINT = 'codebook_version_is_frozen'; END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;",
                    hash="fcf6ddc08366f61c5a9d61e46953e492a590f225",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_codebook_version_is_frozen_3cb89",
                    table="coding_codebookversion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="codebookversion",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "coding_codebookversionhistory" ("codebook_id", "created_at", "id", "note", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "status") SELECT new_values."codebook_id", new_values."created_at", new_values."id", new_values."note", new_values."number", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."published_at", new_values."published_by_id", new_values."status" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="d2da95188202406afbb23e326f4b20b7c3eee0e0",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_7cfa3",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="coding_codebookversion",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="codebookversion",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "coding_codebookversionhistory" ("codebook_id", "created_at", "id", "note", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "status") SELECT new_values."codebook_id", new_values."created_at", new_values."id", new_values."note", new_values."number", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."published_at", new_values."published_by_id", new_values."status" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="09c27f87ffc520ae06ed14f4e84b69f30f84992b",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_507f7",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="coding_codebookversion",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="codebookversion",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "coding_codebookversionhistory" ("codebook_id", "created_at", "id", "note", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "status") SELECT old_values."codebook_id", old_values."created_at", old_values."id", old_values."note", old_values."number", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."published_at", old_values."published_by_id", old_values."status" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="e67a84035f97413c5c31e021b64a2010def9ea13",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_47a41",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="coding_codebookversion",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="codebookversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "draft")), fields=("codebook",), name="codebook_has_one_draft"
            ),
        ),
        migrations.AddConstraint(
            model_name="codebookversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published_at__isnull", False), ("published_by__isnull", False), ("status", "published")),
                    models.Q(("published_at__isnull", True), ("published_by__isnull", True), ("status", "draft")),
                    _connector="OR",
                ),
                name="codebook_version_published_at_and_by_iff_published",
            ),
        ),
    ]
