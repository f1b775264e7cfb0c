"""The contents of the columns of a file, for programs."""

from imports.models import Import
from standards.json_values import JsonObject

_SHOWN = (
    "name", "type", "format", "rows", "empty", "longest", "repeats", "fails", "fail_examples", "missing", "examples",
    "values",
)  # fmt: skip


def columns_of(run: Import) -> list[JsonObject]:
    """The columns in the order of the file, with what the file itself says about them and their codes."""
    understood = run.understanding
    labels, codes = understood.get("labels", {}), understood.get("value_labels", {})
    return [
        {name: column[name] for name in _SHOWN}
        | {"label": labels.get(column["name"], ""), "value_labels": codes.get(column["name"], {})}
        for column in understood.get("columns", ())
    ]
