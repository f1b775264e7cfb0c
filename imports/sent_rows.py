"""Rows that a program sends in the body of a request, as the file of an import (docs/adr/0157). Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence

from imports.mapping import Definition, check_complete, read_definition
from imports.problems import Refused
from imports.recipe import Recipe
from standards.json_values import JsonObject
from standards.translation import gettext as _

MOST_ROWS = 10_000
FILE_NAME = "rows.json"
# Between the members of a list in one cell, as the reader of JSON writes them.
_BETWEEN = "|"


def as_file(rows: Iterable[JsonObject]) -> bytes:
    """A JSON array with one row on each line, so that the number of a line is that of its row. Raises Refused for rows
    that are nested too deep to be written."""
    try:
        return ("[" + ",\n".join(json.dumps(row) for row in rows) + "]").encode("ascii")
    except RecursionError as error:
        raise Refused("nested_too_deep", _("A row has objects inside of objects at too many levels.")) from error


def definition_by_names(
    rows: Sequence[JsonObject], recipe: Recipe, *, constants: Mapping[str, str], latest_year: int
) -> Definition:
    """Members that are named as fields become these fields, all others extra columns. constants: values of fields that
    no row has. Raises Refused where a field is missing that every row must have."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    fields: dict[str, JsonObject] = {}
    for field in recipe.fields:
        if field.name in columns:
            fields[field.name] = {"column": field.name}
            if field.type == "date":
                fields[field.name]["format"] = "%Y-%m-%d"
            if field.type == "list":
                fields[field.name]["separator"] = _BETWEEN
        elif constants.get(field.name):
            fields[field.name] = {"constant": constants[field.name]}
    if recipe.identity and "reference" not in fields:
        fields["reference"] = {"from": recipe.identity}
    if lacking := [field.name for field in recipe.fields if field.required and field.name not in fields]:
        text = _("No row has %(fields)s. Every row needs a value there; the other fields are: %(others)s.")
        others = ", ".join(field.name for field in recipe.fields if field.name not in lacking)
        raise Refused("mapping_incomplete", text % {"fields": ", ".join(lacking), "others": others})
    definition = read_definition({"fields": fields}, recipe, latest_year=latest_year)
    check_complete(definition, recipe, columns)
    return definition
