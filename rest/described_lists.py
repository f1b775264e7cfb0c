"""What the OpenAPI document says of every list alike: its members beside the rows."""

from typing import Any

from django.utils.translation import gettext_lazy as _

# A JSON tree, whose members have no common type.
JsonSchema = dict[str, Any]
_COUNT = {
    "type": ["object", "null"],
    "description": _("How many rows the list has; null with `count=none`."),
    "required": ["value", "exact"],
    "properties": {
        "value": {"type": "integer", "description": _("Rows of the list; if not `exact`, there are more than that.")},
        "exact": {"type": "boolean", "description": _("Whether all rows were counted.")},
    },
}
_TERM = {
    "type": "object",
    "required": ["text", "phrase", "excluded", "exact", "prefix"],
    "properties": {
        "text": {"type": "string", "description": _("The word, or the words of a phrase.")},
        "phrase": {"type": "boolean", "description": _("Whether the words must follow each other.")},
        "excluded": {"type": "boolean", "description": _("Whether rows with it are left out.")},
        "exact": {"type": "boolean", "description": _("Whether only the word as it is written matches.")},
        "prefix": {"type": "boolean", "description": _("Whether words that begin so match.")},
    },
}
_SPOKEN = {
    "type": "object",
    "required": ["language", "name", "stems", "left_out", "forms"],
    "properties": {
        "language": {"type": "string", "description": _("ISO 639-1; empty for rows without a language.")},
        "name": {"type": "string", "description": _("The language in words.")},
        "forms": {
            "enum": ["stemmer", "endings", "none", "as written"],
            "description": _("How other forms of a word are found in this language."),
        },
        "stems": {"type": "array", "items": {"type": "string"}, "description": _("Stems that were looked for.")},
        "left_out": {"type": "array", "items": {"type": "string"}, "description": _("Words that are too frequent.")},
    },
}
_READ_AS = {
    "type": "object",
    "description": _("How `search` was read; with `search` only."),
    "required": ["text", "any_of", "languages", "sentence"],
    "properties": {
        "text": {"type": "string", "description": _("The search as it was read.")},
        "any_of": {
            "type": "array",
            "description": _("Rows match all terms of one of these lists."),
            "items": {"type": "array", "items": _TERM},
        },
        "languages": {
            "type": "array",
            "items": _SPOKEN,
            "description": _("How each language reads the words; empty where rows are searched by parts of words."),
        },
        "sentence": {"type": "string", "description": _("The same in a sentence for people.")},
        "ranked": {
            "type": "object",
            "description": _(
                "With `ordering=relevance`: at most so many rows are compared, those that were added last."
            ),
            "required": ["most", "all"],
            "properties": {
                "most": {"type": "integer", "description": _("The largest number of rows that are compared.")},
                "all": {"type": "boolean", "description": _("Whether all rows of the list were compared.")},
            },
        },
    },
}
_HIGHLIGHTS = {
    "type": "array",
    "description": _("With `highlight=true`: for each row, in the order of the rows, extracts of fields with a match."),
    "items": {
        "type": "object",
        "additionalProperties": {
            "type": "array",
            "items": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["text", "match"],
                    "properties": {
                        "text": {"type": "string", "description": _("A piece of the text, as it is stored.")},
                        "match": {"type": "boolean", "description": _("Whether the search found this piece.")},
                    },
                },
            },
        },
    },
}
_WALK = {
    "type": "object",
    "description": _("On pages after the first: what changed in the list since the first page was read."),
    "required": ["began_at", "complete", "changed_since_start", "changed", "sentence"],
    "properties": {
        "began_at": {"type": "string", "format": "date-time", "description": _("When the first page was read.")},
        "complete": {
            "type": "boolean",
            "description": _(
                "Whether each row that was in the list all the time has come exactly once so far. Always true in an "
                "order by `id`."
            ),
        },
        "changed_since_start": {
            "type": ["boolean", "null"],
            "description": _(
                "Whether rows were added, updated or removed. Null if not known: in an order by `id` this is looked "
                "for on the last page."
            ),
        },
        "changed": {
            "type": ["array", "null"],
            "items": {"type": ["integer", "string"]},
            "description": _(
                "Rows now in the list that were added or updated, as its addresses name them. Null if not known, or "
                "more than 1000."
            ),
        },
        "sentence": {"type": "string", "description": _("The same in a sentence for people.")},
    },
}
_ADDRESS = {"type": ["string", "null"], "format": "uri"}
_LIST: dict[str, JsonSchema] = {
    "next": {**_ADDRESS, "description": _("The address of the next page; null on the last.")},
    "previous": {**_ADDRESS, "description": _("The address of the page before; null on the first.")},
    "count": {"$ref": "#/components/schemas/Count"},
    "kept_without_value": {
        "type": "array",
        "items": {"type": "string"},
        "description": _(
            "Fields filtered by `__not` whose rows without a value are kept. Add `__isnull=false` to leave them out."
        ),
    },
    "search_read_as": {"$ref": "#/components/schemas/SearchReadAs"},
    "highlights": {"$ref": "#/components/schemas/Highlights"},
    "walk": {"$ref": "#/components/schemas/Walk"},
    "updated_until": {
        "type": "string",
        "format": "date-time",
        "description": _(
            "On the first page with `updated_since`: the time to ask with next. No change before it is missing."
        ),
    },
}
# Operations refer to them, so that the document stays small.
MEMBERS = {"Count": _COUNT, "SearchReadAs": _READ_AS, "Highlights": _HIGHLIGHTS, "Walk": _WALK}


def list_of(rows: JsonSchema) -> JsonSchema:
    """A page of a list. `rows` is the schema of its results."""
    results = {**rows, "description": _("The rows of this page, in their order.")}
    return {
        "type": "object",
        "required": ["results", "next", "previous", "count"],
        "properties": {"results": results, **_LIST},
    }
