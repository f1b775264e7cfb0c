"""Targets and what a person sees of them. Pure."""

from dataclasses import dataclass

Target = tuple[str, str]
"""Kind and key."""


@dataclass(frozen=True)
class Pointer:
    """How a target is shown: its label, and its address on this site, empty where it has no page."""

    label: str
    url: str = ""


def key_in(group: str, reference: str) -> str:
    """The key of a target that has a reference in a group. A group has no slash; a reference may have any."""
    return f"{group}/{reference}"


def key_parts(key: str) -> tuple[str, str]:
    """Group and reference of a key that `key_in` made."""
    group, _slash, reference = key.partition("/")
    return group, reference
