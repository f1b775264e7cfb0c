"""Types of JSON values, and how they are written. Pure."""

from typing import Any, TypeAlias

import orjson

JsonObject: TypeAlias = dict[str, Any]
"""An object of JSON as it is stored, received or sent; its reader knows the types of its values."""

OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS
"""Of every answer and file: times in UTC with Z."""
