"""Where a thing comes from, on its page, and how a column of a file is written."""

from typing import Any

from django import template
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext

from imports.selectors.sourced import MOST_ROWS, source_of
from imports.values import DATE_EXAMPLES

register = template.Library()


@register.filter
def date_form(format_: str) -> str:
    """A form of dates as a date written in it."""
    return gettext(DATE_EXAMPLES.get(format_, format_))


@register.inclusion_tag("imports/source.html", takes_context=True)
def source(context: dict[str, Any], recipe: str, thing: Any) -> dict[str, Any]:
    """`{% source "case-studies" case %}`: the rows a thing was made of; nothing where it was made by hand."""
    user = context["request"].user if "request" in context else AnonymousUser()
    return {"source": source_of(recipe, thing, user), "most": MOST_ROWS}
