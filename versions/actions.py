"""Start, publish and discard a draft, the same for everything that has versions.

Each action locks the thing first, so that two actions never change one thing at the same time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from versions.models import Version

T = TypeVar("T", bound=Model)
V = TypeVar("V", bound=Version)


@dataclass(frozen=True)
class Versioning(Generic[T, V]):
    """What differs from one kind of thing to another.

    of: the foreign key from a version to its thing. carried: columns that a new draft copies from the version
    before. copy_parts(old, new): write the parts of one version into an empty draft. check_parts(draft): raise
    ValidationError unless the draft can be published. remove_parts(draft): empty it.
    """

    model: type[V]
    of: str
    check_can_edit: Callable[[User, T], None]
    copy_parts: Callable[[V, V], None]
    check_parts: Callable[[V], None]
    remove_parts: Callable[[V], None]
    carried: tuple[str, ...] = ()

    def of_thing(self, thing: T) -> "QuerySet[V]":
        """The versions of a thing, newest first."""
        return self.model._default_manager.filter(**{self.of: thing}).order_by("-number")


def lock(*, versioning: Versioning[T, V], thing: T, by: User) -> T:
    """The thing, locked and read again, for somebody who may edit it."""
    locked = type(thing)._default_manager.select_for_update(of=("self",), no_key=True).get(pk=thing.pk)
    versioning.check_can_edit(by, locked)
    return locked


def locked_draft(*, versioning: Versioning[T, V], thing: T, by: User) -> V:
    """The draft of a thing, locked until the transaction ends; ValidationError where there is none."""
    locked = lock(versioning=versioning, thing=thing, by=by)
    draft = versioning.of_thing(locked).filter(status="draft").select_for_update(of=("self",)).first()
    if draft is None:
        raise ValidationError(_("There is no draft. Start a new one first."), code="no_draft")
    setattr(draft, versioning.of, locked)
    return draft


@transaction.atomic
def start_draft(*, versioning: Versioning[T, V], thing: T, by: User) -> V:
    """The next version, as a copy of the newest one; the first one is empty."""
    thing = lock(versioning=versioning, thing=thing, by=by)
    latest = versioning.of_thing(thing).first()
    if latest is not None and latest.is_draft:
        raise ValidationError(_("There is a draft already."), code="draft_exists")
    draft = versioning.model(**{versioning.of: thing, "number": latest.number + 1 if latest else 1})
    if latest is not None:
        for name in versioning.carried:
            setattr(draft, name, getattr(latest, name))
    draft.save()
    if latest is not None:
        versioning.copy_parts(latest, draft)
    audit.record("version.started", by=by, target=draft, number=draft.number, copy_of=latest.number if latest else None)
    return draft


@transaction.atomic
def publish(*, versioning: Versioning[T, V], thing: T, by: User, note: str = "") -> V:
    """Publish the draft and freeze it, if `check_parts` accepts it."""
    draft = locked_draft(versioning=versioning, thing=thing, by=by)
    versioning.check_parts(draft)
    draft.note, draft.status = note, Version.Status.PUBLISHED
    draft.published_at, draft.published_by = timezone.now(), by
    draft.full_clean(exclude=[versioning.of, "published_by"], validate_unique=False, validate_constraints=False)
    draft.save()
    type(thing)._default_manager.filter(pk=thing.pk).update(updated_at=draft.published_at)
    audit.record("version.published", by=by, target=draft, number=draft.number)
    return draft


@transaction.atomic
def discard_draft(*, versioning: Versioning[T, V], thing: T, by: User) -> None:
    """Delete the draft of a thing that has a published version."""
    draft = locked_draft(versioning=versioning, thing=thing, by=by)
    if not versioning.of_thing(thing).filter(status="published").exists():
        raise ValidationError(_("You cannot discard the only version."), code="only_version")
    audit.record("version.discarded", by=by, target=draft, number=draft.number)
    versioning.remove_parts(draft)
    draft.delete()
