"""Triggers for rules that span rows, which a check constraint cannot say."""

import pgtrigger

APPEND_ONLY = pgtrigger.Update | pgtrigger.Delete


def append_only(name: str) -> pgtrigger.Trigger:
    """Rows are added and never changed or taken away."""
    return pgtrigger.Protect(name=name, operation=APPEND_ONLY)


def refuse(name: str, condition: str, sentence: str, *, operation: pgtrigger.Operation) -> pgtrigger.Trigger:
    """Raise a check violation that carries `sentence` where the SQL `condition` holds for the row."""
    func = (
        f"IF {condition} THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', "
        f"MESSAGE = '{name}: {sentence}', CONSTRAINT = '{name}'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
    )
    return pgtrigger.Trigger(name=name, when=pgtrigger.Before, operation=operation, func=func)
