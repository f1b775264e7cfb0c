"""How a page, a query and a file of rows are cited."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def citation(what: str, address: str) -> str:
    """A sentence that names what the page shows, its address, and the day on which it was read."""
    day = date_format(timezone.localdate(), "j M Y")
    return _("LIPSE Casebook: %(what)s. %(address)s (accessed on %(day)s).") % {
        "what": what, "address": address, "day": day,
    }  # fmt: skip


def file_citation(words: str, address: str, *, rows: int, made_at: datetime, sha256: str) -> str:
    """A sentence that names the rows of a file and their number, the address that returns them, when they were read,
    and the checksum of the file."""
    return _("LIPSE Casebook: %(what)s. %(address)s (read on %(time)s; SHA-256 %(sha256)s).") % {
        "what": rows_cited(words, rows), "address": address, "time": date_format(made_at, "j M Y, H:i:s e"),
        "sha256": sha256,
    }  # fmt: skip


def rows_cited(words: str, rows: int | None) -> str:
    """The words of a query, and how many rows it finds; without the number where it is not known."""
    if rows is None:
        return words
    number = ngettext("%(number)s row", "%(number)s rows", rows) % {"number": f"{rows:,}"}
    return f"{words}. {number}" if words else number


def query_in_words(things: str, tags: Sequence[Mapping[str, str]]) -> str:
    """What a query finds, as a phrase: `things` with the label and the value of each active filter."""
    if not tags:
        return _("all %(things)s that are open to the reader") % {"things": things}
    conditions = [
        # The label of another lookup has its verb: “Country is one of”.
        (_("%(field)s “%(value)s”") if "__" in tag["name"] else _("%(field)s is “%(value)s”"))
        % {"field": tag["label"].lower(), "value": tag["value"]}
        for tag in tags
    ]
    return _("%(things)s where %(conditions)s") % {"things": things, "conditions": _(" and ").join(conditions)}
