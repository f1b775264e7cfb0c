"""What fields and parameters mean, put into the OpenAPI document wherever a serializer does not say it.

A key is a member (`country`), a member of one schema (`Record.country`, without the endings of requests), a parameter
below one address (`places?code`) or a part of addresses (`{run}`).
"""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rest.described_answers import JsonSchema

Terms: TypeAlias = Mapping[str, str | Promise]

TERMS: Terms = {
    "Count.exact": _("Whether all rows were counted."),
    "access": _("Who can read it: `public`, `consortium` or `restricted`."),
    "code": _("The code."),
    "count": _("How many."),
    "countries": _("Countries of the programme that it is about, ISO 3166-1 alpha-2."),
    "country": _("The country, ISO 3166-1 alpha-2."),
    "created": _("How many were created."),
    "created_at": _("When it was created."),
    "error": _("Why it failed."),
    "field": _("The field."),
    "id": _("The number of the row, which does not change."),
    "kind": _("The kind."),
    "language": _("The language, ISO 639-1."),
    "languages": _("Languages, ISO 639-1."),
    "message": _("A sentence for people."),
    "name": _("The name."),
    "note": _("A note."),
    "number": _("The number."),
    "opened_at": _("When it was opened."),
    "closed_at": _("When it was closed."),
    "organisation": _("Slug of the organisation."),
    "parent": _("What it is a part of."),
    "place": _("The place."),
    "reference": _("The number that the source gives it."),
    "response": _("The response."),
    "sector": _("Slug of the policy sector."),
    "sectors": _("Slugs of the policy sectors that it is about."),
    "search": _("Words that rows contain. The answer says in `search_read_as` how they were read."),
    "sha256": _("SHA-256, in hexadecimal digits."),
    "shared_with": _("Slugs of other organisations that can read it where the access is restricted."),
    "slug": _("The name in addresses, which does not change."),
    "source": _("Where it comes from."),
    "stage": _("The stage."),
    "state": _("How far it is."),
    "status": _("The status."),
    "strand": _("What carries this strand: a work package of the programme."),
    "strands": _("Strands of the programme that it belongs to: its work packages, as terms of the vocabulary."),
    "text": _("The text."),
    "theme": _("What carries this theme of the programme; of records, those of a dataset that carries it."),
    "themes": _("Themes of the programme that it belongs to, as terms of the vocabulary."),
    "title": _("The title."),
    "type": _("The type."),
    "units": _("Number of units."),
    "unchanged": _("How many are the same."),
    "updated_at": _("When it was changed last."),
    "updated_since": _("Rows that were changed at or after this time. Ask next with `updated_until` of the answer."),
    "uuid": _("The identifier that its maker chose."),
    "value": _("The value."),
    "version": _("The version; it grows by one with each change."),
    "{pk}": _("The `id` of the row, as its list shows it."),
    "{slug}": _("The `slug` of the row, as its list shows it."),
    "{uuid}": _("The `uuid` of the row, as its list shows it."),
}
_LOOKUPS: dict[str, str | Promise] = {
    "gte": _("This value or a greater one."),
    "lte": _("This value or a smaller one."),
    "gt": _("A greater value."),
    "lt": _("A smaller value."),
    "in": _("One of these values."),
    "not": _("None of these values; rows without a value are kept."),
    "isnull": _("`true`: rows without a value. `false`: rows with one."),
    "startswith": _("Values that begin with this."),
}
_ENDINGS = ("Request", "Write")


def describe(document: JsonSchema, terms: Terms) -> JsonSchema:
    """Add descriptions where there are none. What no term is known for stays without, which a test finds."""
    schemas = document["components"]["schemas"]
    for name, schema in schemas.items():
        for member, inner in _members(schema):
            known = inner.get("description", "")
            text = terms.get(f"{_base(name)}.{member}", terms.get(member, ""))
            if text and not _without_choices(known):
                inner["description"] = "\n\n".join(filter(None, [str(text), known]))
    for path, operations in document["paths"].items():
        row = _row_of(document["paths"], schemas, path)
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                _describe_parameter(parameter, operation["tags"][0], row, terms)
    return document


def _describe_parameter(parameter: JsonSchema, tag: str, row: JsonSchema, terms: Terms) -> None:
    name = parameter["name"]
    if parameter["in"] == "path":
        key = f"{{{name}}}"
        parameter.setdefault("description", str(terms.get(tag + key, terms.get(key, ""))))
        return
    stem, _divider, lookup = name.rpartition("__")
    if lookup not in _LOOKUPS:
        stem, lookup = name, ""
    known = parameter.get("description", "")
    if known and not lookup:
        return
    text = terms.get(f"{tag}?{stem}") or row.get(stem, {}).get("description") or terms.get(stem, "")
    first = _without_choices(str(text))
    if first:
        parameter["description"] = " ".join(filter(None, [first, str(_LOOKUPS.get(lookup, "")), known]))


def _without_choices(description: str) -> str:
    """The first paragraph; drf-spectacular lists the choices of a field below it, or alone."""
    return description.partition("* `")[0].partition("\n\n")[0].strip()


def _row_of(paths: JsonSchema, schemas: JsonSchema, path: str) -> JsonSchema:
    """The members of the rows of the list that this address belongs to: itself, or the nearest above it."""
    while path.count("/") > 3:
        content = paths.get(path, {}).get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        page = schema.get("$ref", "").rpartition("/")[2]
        results = schemas.get(page, {}).get("properties", {}).get("results", {}).get("items", {})
        if "$ref" in results:
            members: JsonSchema = schemas[results["$ref"].rpartition("/")[2]].get("properties", {})
            return members
        path = path.rstrip("/").rpartition("/")[0] + "/"
    return {}


def _base(name: str) -> str:
    for ending in _ENDINGS:
        name = name.removesuffix(ending)
    return name.removeprefix("Patched")


def _members(schema: object) -> Iterator[tuple[str, JsonSchema]]:
    """Every member with its schema, also of inner objects."""
    if not isinstance(schema, dict):
        return
    for name, inner in schema.get("properties", {}).items():
        yield name, inner
        yield from _members(inner)
    for part in [
        schema.get("items"),
        schema.get("additionalProperties"),
        *schema.get("anyOf", ()),
        *schema.get("oneOf", ()),
    ]:
        yield from _members(part)
