"""Types of JSON values. Pure."""

from typing import Any, TypeAlias

JsonObject: TypeAlias = dict[str, Any]
"""An object of JSON as it is stored, received or sent; its reader knows the types of its values."""
