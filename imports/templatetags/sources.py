"""Template tags for the provenance of a thing, and for the formats of dates in files."""

from django import template
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model
from django.utils.translation import gettext

from imports.dates import DATE_EXAMPLES
from imports.selectors.sourced import MOST_ROWS, source_of
from standards.json_values import JsonObject

register = template.Library()


@register.filter
def date_form(format_: str) -> str:
    """A date format as an example."""
    return gettext(DATE_EXAMPLES.get(format_, format_))


@register.inclusion_tag("imports/source.html", takes_context=True)
def source(context: JsonObject, recipe: str, thing: Model) -> JsonObject:
    """`{% source "case-studies" case %}`: the rows from which a thing was made; nothing if it has none."""
    user = context["request"].user if "request" in context else AnonymousUser()
    return {"source": source_of(recipe, thing, user), "most": MOST_ROWS}
