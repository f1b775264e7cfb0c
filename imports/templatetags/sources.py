"""Template tags for the provenance of a thing, and for the formats of dates in files."""

from collections.abc import Mapping, Sequence

from django import template
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model
from django.utils.translation import gettext

from imports.dates import DATE_EXAMPLES
from imports.models import Dataset
from imports.selectors import drawn
from imports.selectors.sourced import MOST_ROWS, source_of
from rest.drawings import Segment
from standards.json_values import JsonObject

register = template.Library()
register.filter("filled", drawn.filled)


@register.filter
def date_form(format_: str) -> str:
    """A date format as an example."""
    return gettext(DATE_EXAMPLES.get(format_, format_))


@register.filter
def years_of(years: Mapping[int, Sequence[Segment]], dataset: Dataset) -> Sequence[Segment]:
    """The years of one dataset out of those of the list (`imports.selectors.drawn.years`)."""
    return years.get(dataset.pk, ())


@register.inclusion_tag("imports/source.html", takes_context=True)
def source(context: JsonObject, recipe: str, thing: Model) -> JsonObject:
    """`{% source "case-studies" case %}`: the rows from which a thing was made; nothing if it has none."""
    user = context["request"].user if "request" in context else AnonymousUser()
    return {"source": source_of(recipe, thing, user), "most": MOST_ROWS}
