"""The map of cases by country in a template."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from registry.maps import Map

register = template.Library()
_KEPT = 16  # some hundred kilobytes each


@register.simple_tag
def country_map(drawn: Map, label: str) -> SafeString:
    """The drawing of these numbers of what `label` says. A map of the same numbers is not written again: it has some
    hundred outlines, which took a sixth of the time of the list of case studies."""
    return _written(drawn, label, get_language())


@lru_cache(_KEPT)
def _written(drawn: Map, label: str, _language: str | None) -> SafeString:
    return render_to_string("components/map.html", {"map": drawn, "label": label})
