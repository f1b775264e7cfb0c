"""Rules over several rows, as database triggers: they hold for every write.

Table names and SQL expressions are constants of the rooms, never input. Each trigger raises a check violation
(`IntegrityError` in Python) that names the trigger as the broken constraint.
"""

import pgtrigger

ANY_WRITE = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete


# The setting of a transaction that names the erasure on whose behalf it writes. The one exception from `append_only`.
ERASURE_SETTING = "lipse.erasure"


def append_only(
    name: str,
    *,
    erasable: tuple[str, ...] = (),
    operation: pgtrigger.Operation = pgtrigger.Update | pgtrigger.Delete,
) -> pgtrigger.Trigger:
    """Rows can be added, never changed or deleted.

    The one exception (docs/adr/0098): in a transaction that names an existing erasure, the `erasable` columns can be
    updated, and no other column of the row.
    """
    if not erasable:
        return pgtrigger.Protect(name=name, operation=operation)
    columns = f"ARRAY[{', '.join(repr(column) for column in erasable)}]"
    is_erasure = (
        "EXISTS (SELECT 1 FROM versions_erasure e "  # noqa: S608
        f"WHERE e.uuid::text = current_setting('{ERASURE_SETTING}', true))"
    )
    is_text_alone = f"to_jsonb(NEW) - {columns} = to_jsonb(OLD) - {columns}"
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=operation,
        func=f"IF TG_OP = 'UPDATE' THEN IF {is_erasure} AND {is_text_alone} THEN RETURN NEW; END IF; END IF; "
        "RAISE EXCEPTION 'pgtrigger: Cannot % rows from % table', lower(TG_OP), TG_TABLE_NAME;",
    )


def _raise(name: str, sentence: str) -> str:
    return f"RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = '{name}: {sentence}', CONSTRAINT = '{name}';"


def refuse(name: str, condition: str, sentence: str, *, operation: pgtrigger.Operation) -> pgtrigger.Trigger:
    """Refuse a write where the SQL `condition` over OLD and NEW holds; `sentence` says why."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=operation,
        func=f"IF {condition} THEN {_raise(name, sentence)} END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;",
    )


def frozen_version(name: str) -> pgtrigger.Trigger:
    """The row of a published version can be neither changed nor deleted."""
    return refuse(
        name,
        "OLD.status = 'published'",
        "a published version does not change",
        operation=pgtrigger.Update | pgtrigger.Delete,
    )


def frozen_part(name: str, versions: str, find: str = "affected.version_id") -> pgtrigger.Trigger:
    """The parts of a published version are frozen: none can be added, changed, moved or deleted.

    `versions` is the table of the versions; `find` an SQL expression over `affected` (the row as it was, then as it
    will be) that gives the id of its version.
    """
    is_frozen = f"EXISTS (SELECT 1 FROM {versions} v WHERE v.id = {find} AND v.status = 'published')"  # noqa: S608
    check = f"IF {is_frozen} THEN {_raise(name, 'a published version does not change')} END IF;"
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=ANY_WRITE,
        declare=[("affected", "RECORD")],
        func=f"IF TG_OP <> 'INSERT' THEN affected := OLD; {check} END IF; "
        f"IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; affected := NEW; {check} RETURN NEW;",
    )


def same_version(name: str, column: str, table: str) -> pgtrigger.Trigger:
    """A part refers only to parts of its own version. `column` is the foreign key, `table` its target."""
    theirs = f"SELECT t.version_id FROM {table} t WHERE t.id = NEW.{column}"  # noqa: S608
    return refuse(
        name,
        f"NEW.{column} IS NOT NULL AND NEW.version_id IS DISTINCT FROM ({theirs})",
        "what it points to is in another version",
        operation=pgtrigger.Insert | pgtrigger.Update,
    )
