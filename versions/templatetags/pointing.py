"""Template tags that show references, resolved for all rows of a page in one step."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from django import template
from django.contrib.auth.models import AnonymousUser
from django.template import Context

from accounts.models import AuditEvent
from versions import pointing
from versions.pointing import Person
from versions.targets import Pointer, Target, key_in

register = template.Library()


class HasSource(Protocol):
    """A text unit, or what shows one."""

    source_kind: str
    source_key: str


class HasTarget(Protocol):
    """What refers to a thing, or to none."""

    target: Target | None


S = TypeVar("S", bound=HasSource)
T = TypeVar("T", bound=HasTarget)


def _reader(context: Context) -> Person:
    person: Person = context["request"].user if "request" in context else AnonymousUser()
    return person


@register.simple_tag(takes_context=True)
def with_targets(context: Context, events: Iterable[AuditEvent]) -> list[tuple[AuditEvent, Pointer | None]]:
    """`{% with_targets events as rows %}`: events of the audit trail, each with a pointer to its target."""
    listed = list(events)
    known = pointing.pointers({(event.target_type, event.target_id) for event in listed}, _reader(context))
    return [(event, known.get((event.target_type, event.target_id))) for event in listed]


@register.simple_tag(takes_context=True)
def with_sources(context: Context, things: Iterable[S]) -> list[tuple[S, Pointer | None]]:
    """`{% with_sources units as rows %}`: objects with `source_kind` and `source_key`, each with a pointer."""
    listed = list(things)
    known = pointing.pointers({(thing.source_kind, thing.source_key) for thing in listed}, _reader(context))
    return [(thing, known.get((thing.source_kind, thing.source_key))) for thing in listed]


@register.simple_tag(takes_context=True)
def with_pointers(context: Context, things: Iterable[T]) -> list[tuple[T, Pointer | None]]:
    """`{% with_pointers records as rows %}`: objects with a `target`, each with a pointer to it."""
    listed = list(things)
    known = pointing.pointers({thing.target for thing in listed if thing.target}, _reader(context))
    return [(thing, known.get(thing.target) if thing.target else None) for thing in listed]


@register.inclusion_tag("versions/cited_by.html", takes_context=True)
def cited_by(context: Context, kind: str, group: str, reference: str) -> dict[str, list[Pointer]]:
    """`{% cited_by "complaint-record" dataset reference %}`: what cites a target, where the reader may see it."""
    key = key_in(group, reference)
    found = pointing.cited_by(kind, [key], _reader(context)).get(key, [])
    return {"citing": [pointer for pointer in found if pointer.url]}
