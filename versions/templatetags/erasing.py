"""The notice of erased text on the page of a thing, and the link to erase it."""

from urllib.parse import urlencode

from django import template
from django.contrib.auth.models import AnonymousUser
from django.template import Context
from django.urls import reverse

from versions.policies import can_erase_in
from versions.selectors import erasures_of

register = template.Library()


@register.inclusion_tag("versions/erased.html", takes_context=True)
def erased_text(context: Context, kind: str, key: object, organisation_id: int) -> dict[str, object]:
    """Who erased text of this thing, when and why; with a link to the erasure for those who may undo it."""
    person = context["request"].user if "request" in context else AnonymousUser()
    return {"erasures": erasures_of(kind, str(key)), "can_erase": can_erase_in(person, organisation_id)}


@register.simple_tag(takes_context=True)
def erase_address(context: Context, kind: str, key: object, organisation_id: int) -> str:
    """Address of the page that erases this thing; empty for those who may not."""
    person = context["request"].user if "request" in context else AnonymousUser()
    if not can_erase_in(person, organisation_id):
        return ""
    return f"{reverse('erasure-new')}?{urlencode({'kind': kind, 'key': str(key)})}"
