"""What stands beside the records of a JSON text, in words. Pure."""

from collections.abc import Iterable, Sequence

from standards.json_values import JsonObject
from standards.translation import gettext as _
from standards.translation import ngettext

MAX_NAMED = 1_000
_LONGEST = 60  # characters of a value that is shown
_SHOWN = 6


def described(value: object) -> str:
    """A sentence about a value; empty for one that says nothing."""
    if isinstance(value, dict):
        return described_object(list(value))
    if isinstance(value, list):
        return described_list(len(value))
    if value is None or value == "":
        return ""
    text = " ".join(str(value).split())
    return _("It says “%(text)s”.") % {"text": text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"}


def described_list(count: int) -> str:
    """A sentence about a list that is no table; empty for an empty one."""
    text = ngettext("It is a list of %(count)s value.", "It is a list of %(count)s values.", count)
    return text % {"count": f"{count:,}"} if count else ""


def described_object(names: Sequence[str]) -> str:
    """A sentence about an object that holds no table; empty for an empty one."""
    shown = ", ".join(names[:_SHOWN]) + ("…" if len(names) > _SHOWN else "")
    return _("It holds: %(names)s.") % {"names": shown} if names else ""


def beside(found: JsonObject, read: Iterable[str]) -> dict[str, str]:
    """The members of an object that are not read, each with a sentence about it."""
    known = set(read)
    others = ((name, described(value)) for name, value in found.items() if name not in known)
    return dict([(name, what) for name, what in others if what][:MAX_NAMED])
