"""Triggers that keep a published version as it was published, whoever writes and by whatever means."""

import pgtrigger


def frozen_with_version(name: str, find_version: str) -> pgtrigger.Trigger:
    """Refuse any change of a row whose version is published.

    `find_version` is an SQL expression over `affected` (the old or new row) that gives the id of its version.
    """
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("affected", "RECORD")],
        func=f"""
            IF TG_OP <> 'INSERT' THEN
                affected := OLD;
                IF EXISTS (SELECT 1 FROM surveys_questionnaireversion v
                           WHERE v.id = {find_version} AND v.status = 'published') THEN
                    RAISE EXCEPTION 'A published version of a questionnaire is frozen.'
                        USING ERRCODE = 'restrict_violation';
                END IF;
            END IF;
            IF TG_OP = 'DELETE' THEN
                RETURN OLD;
            END IF;
            affected := NEW;
            IF EXISTS (SELECT 1 FROM surveys_questionnaireversion v
                       WHERE v.id = {find_version} AND v.status = 'published') THEN
                RAISE EXCEPTION 'A published version of a questionnaire is frozen.'
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        """,  # noqa: S608 - constants of this room, no input
    )


def same_version(name: str, column: str, table: str) -> pgtrigger.Trigger:
    """Refuse a row that points to a row of another version. `column` is the foreign key, `table` what it points to."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=f"""
            IF NEW.{column} IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM {table} t WHERE t.id = NEW.{column} AND t.version_id = NEW.version_id) THEN
                RAISE EXCEPTION 'The parts of a questionnaire belong to one version.'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,  # noqa: S608 - constants of this room, no input
    )
