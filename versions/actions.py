"""Start, publish and discard a draft, the same for everything that has versions. And erase text, and undo that.

Each action locks the thing first, so that two actions never change one thing at the same time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from rest import bases
from versions import journal, policies
from versions.erasing import erasable
from versions.jobs import erase_everywhere, put_back
from versions.models import UNDO_DAYS, Erasure, Version
from versions.passages import Passage

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


SHORTEST_PASSAGE = 4


def erasable_thing(*, kind: str, key: str, by: User) -> tuple[Model, int]:
    """The thing to erase and the organisation that owns it. Http404 where the person may not know of it."""
    known = erasable(kind)
    row = known.visible(key, by).first() if known is not None else None
    if known is None or row is None:
        raise Http404
    policies.check_can_erase_in(by, known.owner(row))
    return row, known.owner(row)


@transaction.atomic
def erase(*, kind: str, key: str, ground: str, by: User, reason: str = "", passage: str = "") -> Erasure:
    """Replace the text of a thing by tombstones in every version, conflict, file, coding unit and index.

    With a `passage`, exactly as it is written, only that is replaced; files are not searched for it. Raises
    ValidationError where there is nothing to erase. Until `final_at` the erasure can be undone.
    """
    _row, organisation_id = erasable_thing(kind=kind, key=key, by=by)
    erasure = Erasure(
        organisation_id=organisation_id, ground=ground, reason=reason, erased_by=by, by_username=by.username
    )
    erasure.final_at = erasure.erased_at + timedelta(days=UNDO_DAYS)
    if passage:
        _check_passage(passage)
        found = Passage.of(passage, salt=str(erasure.uuid))
        erasure.passage_length, erasure.passage_sha256, erasure.words = found.length, found.sha256, found.words
    erasure.full_clean(exclude=["organisation", "erased_by"], validate_unique=False)
    erasure.save(force_insert=True)
    reached = erase_everywhere(erasure, [(kind, key)])
    if not any(target.counts for target in reached):
        raise ValidationError(_("There is no text to erase. Nothing was changed."), code="nothing_to_erase")
    audit.record(
        "text.erased", by=by, target=erasure, ground=ground, kind=kind, key=key,
        things=len(reached), characters=characters_of(erasure),
    )  # fmt: skip
    transaction.on_commit(bases.forget_all)
    transaction.on_commit(journal.write)
    return erasure


def _check_passage(passage: str) -> None:
    if len(passage) < SHORTEST_PASSAGE:
        message = _("Enter a passage of at least %(number)d characters.") % {"number": SHORTEST_PASSAGE}
        raise ValidationError({"passage": ValidationError(message, code="too_short")})


def characters_of(erasure: Erasure) -> int:
    """The number of characters that were replaced, over all places."""
    return sum(place["characters"] for target in erasure.targets.all() for place in target.counts)


def preview_of(*, kind: str, key: str, ground: str, by: User, passage: str = "") -> list[dict[str, object]]:
    """What `erase` would reach: kind and key of each thing, and the numbers for each place.

    It is done and rolled back, so that it cannot differ from the erasure itself.
    """
    with transaction.atomic():
        point = transaction.savepoint()
        try:
            erasure = erase(kind=kind, key=key, ground=ground, by=by, passage=passage)
            return [
                {"kind": target.kind, "key": target.key, "places": target.counts} for target in erasure.targets.all()
            ]
        finally:
            transaction.savepoint_rollback(point)


@transaction.atomic
def undo_erasure(*, erasure: Erasure, by: User) -> Erasure:
    """Put the erased texts back. ValidationError once the erasure is final."""
    erasure = Erasure.objects.select_for_update(of=("self",)).get(pk=erasure.pk)
    policies.check_can_erase_in(by, erasure.organisation_id)
    if erasure.undone_at is not None:
        raise ValidationError(_("This erasure is already undone."), code="already_undone")
    if not erasure.can_be_undone:
        raise ValidationError(_("This erasure is final. The texts no longer exist."), code="erasure_is_final")
    put_back(erasure)
    erasure.undone_at, erasure.undone_by = timezone.now(), by
    erasure.save(update_fields=["undone_at", "undone_by"])
    audit.record("erasure.undone", by=by, target=erasure)
    transaction.on_commit(journal.write)
    return erasure
