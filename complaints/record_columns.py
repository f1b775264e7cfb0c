"""The columns of a complaint record that is a recommendation: its text, the response, and its follow-ups. Pure.

What such a row has beyond the columns of a record is stored in `extra` under prefixed names, so that it is compared,
overwritten and restored with the rest of the row (docs/adr/0043).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeAlias, TypeVar

from complaints.progress import value_of

Row: TypeAlias = Mapping[str, Any]
"""Columns of a record by name."""

RECOMMENDATION_COLUMNS = (
    "type", "priority", "due_on", "criterion", "condition", "cause", "effect", "decision", "decision_raw",
    "promised_action", "responded_on", "scale", "observed_on", "assessor", "progress",
)  # fmt: skip
# Columns with letters, which a dataset may withhold.
WITHHOLDABLE = ("narrative", "response", "extra")
PREFIX = "recommendation."
_DETAILS = ("type", "priority", "criterion", "condition", "cause", "effect")


def column_name(name: str) -> str:
    """The name of a field in `extra`."""
    return f"{PREFIX}{name}"


def other_columns(extra: Mapping[str, str]) -> dict[str, str]:
    """The columns of the source that no field was mapped to."""
    return {name: value for name, value in extra.items() if not name.startswith(PREFIX)}


def day(value: str | date | None) -> date | None:
    """A day: a row holds a date, an earlier version of it holds ISO 8601 text."""
    return date.fromisoformat(value) if isinstance(value, str) and value else value or None


def recommendation_of(row: Row) -> dict[str, object]:
    """The recommendation in the columns of a record; `observation_of` reads its follow-ups."""
    extra: Mapping[str, str] = row["extra"]
    values = {name: extra.get(column_name(name), "") for name in RECOMMENDATION_COLUMNS}
    return {
        "reference": row["reference"], "addressee": row["respondent"], "text": row["narrative"],
        "made_on": row["received_on"], "due_on": day(values["due_on"]),
        **{name: values[name] for name in _DETAILS},
        "response": {
            "decision": values["decision"], "decision_raw": values["decision_raw"], "text": row["response"],
            "promised_action": values["promised_action"], "responded_on": day(values["responded_on"]),
        },
    }  # fmt: skip


def observation_of(row: Row, dataset_title: str) -> dict[str, object] | None:
    """The follow-up in the columns of a record; None where it has no state. Where no day of observation is recorded, it
    is the day on which the recommendation was closed."""
    extra: Mapping[str, str] = row["extra"]
    raw = row["status_raw"]
    value = extra.get(column_name("progress")) or ("" if column_name("progress") in extra else value_of(raw))
    if not raw and not value:
        return None
    return {
        "observed_on": day(extra.get(column_name("observed_on")) or row["closed_on"]),
        "assessor": extra.get(column_name("assessor"), ""),
        "scale": extra.get(column_name("scale")) or f"{row['institution'] or dataset_title} status",
        "raw_value": raw, "value": value, "promised_action": "",
    }  # fmt: skip


Observation = TypeVar("Observation", bound=Mapping[str, object])


def without_repeats(observations: Iterable[Observation | None]) -> list[Observation]:
    """Observations in their order, without those that are equal to the one before."""
    found: list[Observation] = []
    for observation in observations:
        if observation is not None and (not found or found[-1] != observation):
            found.append(observation)
    return found
