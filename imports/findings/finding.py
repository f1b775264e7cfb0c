"""A finding: code, sentence, columns, count and up to five examples. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from standards.json_values import JsonObject
from standards.translation import gettext as _

EXAMPLES = 5


@dataclass(slots=True)
class Example:
    """A cell (or two) as an example. look_for: a cell by which its line can be found in the staging table."""

    value: str
    line: int | None = None
    look_for: str = ""


@dataclass(slots=True)
class Finding:
    code: str
    sentence: str
    columns: list[str]
    count: int
    examples: list[Example] = field(default_factory=list)

    def as_json(self) -> JsonObject:
        return {
            "code": self.code, "sentence": self.sentence, "columns": self.columns, "count": self.count,
            "examples": [{"line": e.line, "value": e.value} for e in self.examples[:EXAMPLES]],
        }  # fmt: skip


def quoted(names: Sequence[str], most: int = 12) -> str:
    """The first `most` names in quotation marks, and the number of the others."""
    shown = ", ".join(f"“{name}”" for name in names[:most])
    if len(names) <= most:
        return shown
    return _("%(names)s and %(count)s more") % {"names": shown, "count": f"{len(names) - most:,}"}
