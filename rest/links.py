"""Links in values that a page shows, such as those of a list of facts. What is named is escaped."""

from collections.abc import Iterable
from typing import Protocol

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class HasPage(Protocol):
    """A thing with a page of its own."""

    def get_absolute_url(self) -> str: ...


def link(label: object, url: str) -> SafeString | str:
    """The label as a link; without an address the label alone."""
    return format_html('<a href="{}">{}</a>', url, label) if url else str(label)


def links(pairs: Iterable[tuple[object, str]]) -> SafeString:
    """Labels with their addresses, separated by commas."""
    return format_html_join(", ", "{}", ((link(label, url),) for label, url in pairs))


def link_to(thing: HasPage | None) -> SafeString | str:
    """A thing as a link to its page; nothing for None."""
    return link(thing, thing.get_absolute_url()) if thing is not None else ""
