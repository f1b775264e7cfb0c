"""A record of the kind recommendation is its own recommendation: what it says, what was answered, what became of it.

What such a row has beyond the columns of a record is kept in `extra` under names of its own, so that it is compared,
overwritten and restored with the rest of the row (docs/adr/0043). Pure.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from complaints.progress import value_of

OWN_FIELDS = (
    "type", "priority", "due_on", "criterion", "condition", "cause", "effect", "decision", "decision_raw",
    "promised_action", "responded_on", "scale", "observed_on", "assessor", "progress",
)  # fmt: skip
_PREFIX = "recommendation."
_DETAILS = ("type", "priority", "criterion", "condition", "cause", "effect")


def kept_as(name: str) -> str:
    """The name of a field among a record's other columns."""
    return f"{_PREFIX}{name}"


def other_columns(extra: Mapping[str, str]) -> dict[str, str]:
    """The columns of the source that became no field."""
    return {name: value for name, value in extra.items() if not name.startswith(_PREFIX)}


def day(written: str | date | None) -> date | None:
    """A day as a row or an earlier version of it has it."""
    return date.fromisoformat(written) if isinstance(written, str) and written else written or None


def recommendation_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """The recommendation that a record is, out of its columns; its follow-ups are read by `observation_of`."""
    extra: Mapping[str, str] = row["extra"]
    known = {name: extra.get(kept_as(name), "") for name in OWN_FIELDS}
    return {
        "reference": row["reference"], "addressee": row["respondent"], "text": row["narrative"],
        "made_on": row["received_on"], "due_on": day(known["due_on"]),
        **{name: known[name] for name in _DETAILS},
        "response": {
            "decision": known["decision"], "decision_raw": known["decision_raw"], "text": row["response"],
            "promised_action": known["promised_action"], "responded_on": day(known["responded_on"]),
        },
    }  # fmt: skip


def observation_of(row: Mapping[str, Any], dataset_title: str) -> dict[str, Any] | None:
    """What the record says became of it; None where it says nothing. Without a day of its own it was observed on the
    day the recommendation was closed."""
    extra: Mapping[str, str] = row["extra"]
    raw = row["status_raw"]
    value = extra.get(kept_as("progress")) or ("" if kept_as("progress") in extra else value_of(raw))
    if not raw and not value:
        return None
    return {
        "observed_on": day(extra.get(kept_as("observed_on")) or row["closed_on"]),
        "assessor": extra.get(kept_as("assessor"), ""),
        "scale": extra.get(kept_as("scale")) or f"{row['institution'] or dataset_title} status",
        "raw_value": raw, "value": value, "promised_action": "",
    }  # fmt: skip


def series(observations: Iterable[dict[str, Any] | None]) -> list[dict[str, Any]]:
    """Observations in the order they were made, without those that only repeat the one before."""
    found: list[dict[str, Any]] = []
    for one in observations:
        if one is not None and (not found or found[-1] != one):
            found.append(one)
    return found
