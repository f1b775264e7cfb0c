"""What points at a thing, and what it becomes for a reader. Pure."""

from dataclasses import dataclass

Target = tuple[str, str]
"""Kind and key."""


@dataclass(frozen=True)
class Pointer:
    """How a thing is shown: `label` as words, `url` as a path on this site, empty where it has no page."""

    label: str
    url: str = ""


def key_in(group: str, reference: str) -> str:
    """The key of a thing that is cited by a reference in a group. A group has no slash, a reference may have any."""
    return f"{group}/{reference}"


def key_parts(key: str) -> tuple[str, str]:
    """Group and reference of a key that `key_in` made."""
    group, _slash, reference = key.partition("/")
    return group, reference
