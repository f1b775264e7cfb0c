"""The OpenAPI document for people: groups of operations with parameters, body, answer and examples."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rest.examples import FORM, JSON, Call, example_path, in_each

# The OpenAPI document or a part of it: a JSON tree, whose members have no common type.
Document = Mapping[str, Any]
PAGING = ("cursor", "page_size", "count", "ordering", "fields", "explain")
LOOKUPS = ("in", "not", "gte", "lte", "gt", "lt", "isnull")
MOST_NAMED = 30
_TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "object",
}
_FORMATS = {"date": "day, 2026-11-24", "date-time": "moment, 2026-11-24T09:30:00Z", "uuid": "UUID", "uri": "address"}
_SAMPLES = {"integer": 1, "number": 1.5, "boolean": True, "object": {}}
_FORMAT_SAMPLES = {
    "date": "2026-11-24",
    "date-time": "2026-11-24T09:30:00Z",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


@dataclass(frozen=True)
class Entry:
    """A parameter or a member: its name, type, values and description."""

    name: str
    kind: str
    choices: list[str]
    text: str
    required: bool = False
    lookups: tuple[str, ...] = ()

    @property
    def named(self) -> list[str]:
        return self.choices[:MOST_NAMED]

    @property
    def unnamed(self) -> int:
        return max(len(self.choices) - MOST_NAMED, 0)


@dataclass(frozen=True)
class Operation:
    """One method at one address."""

    method: str
    path: str
    text: str
    in_path: list[Entry]
    filters: list[Entry]
    paging: list[Entry]
    media: str
    body: list[Entry]
    answer: list[Entry]
    is_list: bool
    sample: object = field(repr=False)

    @property
    def anchor(self) -> str:
        return f"{self.method}{self.path}".lower().replace("/", "-").replace("{", "").replace("}", "").strip("-")

    @property
    def example(self) -> str:
        """An address to begin with, from the root of the site."""
        return example_path(self.path) + ("?page_size=10" if self.is_list else "")

    @property
    def is_read(self) -> bool:
        return self.method == "GET"

    def examples(self, site: str) -> list[tuple[str, str]]:
        """(language, code), with the addresses of this site."""
        return in_each(Call(self.method, site + self.example, self.media, self.sample))


def groups_of(document: Document) -> dict[str, list[Operation]]:
    """Operations by the first part of their path, in the document's order."""
    found: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            found.setdefault(operation["tags"][0], []).append(_operation(document, method.upper(), path, operation))
    return found


def _operation(document: Document, method: str, path: str, operation: Document) -> Operation:
    parameters = operation.get("parameters", [])
    in_query = [p for p in parameters if p["in"] == "query"]
    content = operation.get("requestBody", {}).get("content", {})
    media = FORM if FORM in content else next(iter(content), "")
    body = _resolved(document, content.get(media, {}).get("schema", {}))
    answer, is_list = _answer(document, operation["responses"])
    return Operation(
        method=method,
        path=path,
        text=operation.get("description", ""),
        in_path=[_parameter(document, p) for p in parameters if p["in"] == "path"],
        filters=_by_column(_parameter(document, p) for p in in_query if p["name"] not in PAGING),
        paging=[_parameter(document, p) for p in in_query if p["name"] in PAGING],
        media=media,
        body=_members(document, body),
        answer=_members(document, answer),
        is_list=is_list,
        sample=_sample(document, body) if media in (JSON, FORM) else None,
    )


def _resolved(document: Document, schema: Document) -> Document:
    """The schema itself, behind references and behind "this or null"."""
    if "$ref" in schema:
        named = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return {**_resolved(document, named), **{k: v for k, v in schema.items() if k != "$ref"}}
    for several in ("allOf", "oneOf", "anyOf"):
        real = [part for part in schema.get(several, ()) if part.get("type") != "null" and part.get("enum") != [""]]
        if real:
            return {**_resolved(document, real[0]), **{k: v for k, v in schema.items() if k != several}}
    return schema


def _answer(document: Document, responses: Document) -> tuple[Document, bool]:
    """The schema of a successful answer, for a list that of a row; and whether it is a list."""
    success: Document = next((responses[code] for code in ("200", "201") if code in responses), {})
    schema = _resolved(document, success.get("content", {}).get(JSON, {}).get("schema", {}))
    rows = schema.get("properties", {}).get("results")
    return (_resolved(document, rows["items"]), True) if rows and "items" in rows else (schema, False)


def _members(document: Document, schema: Document) -> list[Entry]:
    required = schema.get("required", ())
    return [_entry(document, name, inner, name in required) for name, inner in schema.get("properties", {}).items()]


def _parameter(document: Document, parameter: Document) -> Entry:
    schema = {"description": parameter.get("description", ""), **parameter["schema"]}
    return _entry(document, parameter["name"], schema, parameter.get("required", False))


def _entry(document: Document, name: str, schema: Document, required: bool) -> Entry:
    real = _resolved(document, schema)
    items = _resolved(document, real.get("items", {}))
    choices = [str(value) for value in real.get("enum", items.get("enum", ())) if value not in ("", None)]
    return Entry(name, _kind(document, real), choices, _description(real), required)


def _description(schema: Document) -> str:
    """The description without the list of choices that drf-spectacular appends; the choices are shown separately."""
    lines = str(schema.get("description", "")).splitlines()
    return " ".join(line for line in lines if line.strip() and not line.lstrip().startswith("* `"))


def _type(schema: Document) -> tuple[str, bool]:
    """The type, and whether null is one as well."""
    kinds = schema.get("type", "")
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    return next((kind for kind in kinds if kind != "null"), ""), "null" in kinds


def _kind(document: Document, schema: Document) -> str:
    kind, can_be_null = _type(schema)
    if kind == "array":
        inner = _kind(document, _resolved(document, schema.get("items", {})))
        words = f"list of {inner}" if inner else "list"
    else:
        words = _FORMATS.get(schema.get("format", ""), _TYPES.get(kind, ""))
    return f"{words} or null" if can_be_null and words else words


def _by_column(entries: Iterable[Entry]) -> list[Entry]:
    """`country`, `country__in` and `country__not` as one entry that names its lookups."""
    found: dict[str, Entry] = {}
    for entry in entries:
        stem, _, lookup = entry.name.rpartition("__")
        if not stem or lookup not in LOOKUPS:
            found[entry.name] = entry
            continue
        known = found.get(stem) or Entry(stem, entry.kind, entry.choices, "", lookups=())
        lookups = (*known.lookups, f"__{lookup}")
        choices = known.choices or entry.choices
        found[stem] = Entry(stem, known.kind, choices, known.text, known.required, lookups)
    return list(found.values())


def _sample(document: Document, schema: Document, depth: int = 0) -> object:
    """A body of the required members; of the first one where none is."""
    properties = schema.get("properties", {})
    names = [n for n in schema.get("required", ()) if n in properties] or list(properties)[: 1 if depth == 0 else 0]
    if "file" in properties and "file" not in names:
        names.append("file")
    return {name: _value(document, properties[name], depth + 1) for name in names}


def _value(document: Document, schema: Document, depth: int) -> object:
    real = _resolved(document, schema)
    chosen = next((value for value in real.get("enum", ()) if value not in ("", None)), None)
    if chosen is not None:
        return chosen
    kind, _ = _type(real)
    if kind == "array":
        return [_value(document, real["items"], depth)] if real.get("items") else []
    if kind == "object" and real.get("properties"):
        return _sample(document, real, depth)
    return _FORMAT_SAMPLES.get(real.get("format", ""), _SAMPLES.get(kind, "..."))
