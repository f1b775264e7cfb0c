"""Where the texts of field notes, informants, contributions, events and case studies are, to erase them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from operator import methodcaller
from typing import cast

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, JSONField, Model, Q, QuerySet, SlugField, TextField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import versions_of
from casestudies.actions.notes import NOTE, lock_note
from casestudies.merging import sha256_of_text
from casestudies.models import (
    Actor,
    Attachment,
    CasePart,
    CaseStudy,
    CitizenRole,
    CoCreationEvent,
    Contribution,
    EarlierConflictText,
    Factor,
    FieldNote,
    FieldNoteVersion,
    Informant,
    NoteAttachment,
    NoteConflict,
    Objective,
    Outcome,
    RecordLink,
    SurvivalObservation,
)
from casestudies.models.attachments import thumbnail_of
from casestudies.pointing import ROWS
from casestudies.recipes.case_shape import NAME as CASES
from casestudies.recipes.contribution_shape import NAME as CONTRIBUTIONS
from imports.models import SourcedTarget
from versions.erasing import Erasable, Place, tracked_places
from versions.models import UNDO_DAYS, Erasure
from versions.pointing import Person, is_key
from versions.targets import Target, key_in

TEXTS = ("title", "text", "informants")
PARTS: tuple[type[CasePart], ...] = (
    CitizenRole, Factor, Objective, Outcome, SurvivalObservation, Actor, RecordLink
)  # fmt: skip
CONTRIBUTION = Contribution._meta.label_lower
_SHORTEST_PROSE = 120


def _by_key(model: type[Model]) -> Callable[[str], QuerySet[Model]]:
    """Rows by primary key, of which a text may be none."""

    def find(key: str) -> QuerySet[Model]:
        rows = model._default_manager.all()
        return rows.filter(pk=key) if is_key(model._meta.pk, key) else rows.none()

    return find


def _note_places(row: Model) -> Iterator[Place]:
    versions = FieldNoteVersion.objects.filter(note=row.pk)
    uses = NoteAttachment.objects.filter(note=row.pk)
    shown = NoteAttachment.objects.filter(erased_at__isnull=True).values("attachment")
    files = Attachment.objects.filter(pk__in=uses.filter(erased_at__isnull=False).values("attachment"))
    yield Place(_("Note"), FieldNote.objects.filter(pk=row.pk), TEXTS, further=_of_note, always=True)
    yield Place(_("Versions"), versions, TEXTS, further=_digests)
    mine = tuple(f"mine.{name}" for name in TEXTS)
    yield Place(_("Conflicts"), NoteConflict.objects.filter(note=row.pk), mine, further=_digests)
    earlier = EarlierConflictText.objects.filter(conflict__note=row.pk)
    yield Place(_("Conflicts"), earlier, mine, further=_digests)
    yield Place(_("Files"), uses, ("name", "caption"), further=_of_file, always=True)
    # Bytes that another note shows stay.
    yield Place(_("Files"), files.exclude(pk__in=shown), further=_of_file, always=True)


def _of_note(row: Model, erasure: Erasure) -> Mapping[str, object]:
    before = getattr(row, "erased_at", None)
    return {"sha256": sha256_of_text(getattr(row, "text", "")), "erased_at": before or erasure.erased_at}


def _digests(row: Model, erasure: Erasure) -> Mapping[str, object]:
    """A digest tells a short text to whoever guesses it. What was sent is known by nothing any more."""
    text = str(row.mine["text"]) if isinstance(row, NoteConflict | EarlierConflictText) else getattr(row, "text", "")
    return {"sha256": sha256_of_text(text), "sent_sha256": sha256_of_text(f"erased {row._meta.label} {row.pk}")}


def _of_file(row: Model, erasure: Erasure) -> Mapping[str, object]:
    """Files go with the whole note; a passage is not looked for in them."""
    is_erased = getattr(row, "erased_at", None) is not None
    return {"erased_at": erasure.erased_at} if erasure.is_whole and not is_erased else {}


def _lock_note(row: Model) -> None:
    if isinstance(row, FieldNote):
        lock_note(row.pk)


def _informant_places(row: Model) -> Iterator[Place]:
    informant = Informant.objects.get(pk=row.pk)
    yield from tracked_places(informant, label=_("Informant"), texts=("pseudonym", "description"),
                              numbered=("pseudonym",))  # fmt: skip
    for consent in informant.consents.all():
        yield from tracked_places(consent, label=_("Consent"), texts=("evidence",))
    for actor in Actor.objects.filter(case_study=informant.case_study_id, pseudonym=informant.pseudonym):
        yield from tracked_places(actor, label=_("Actors"), texts=("pseudonym", "relation"))


def _of_informant(row: Model) -> Iterator[Target]:
    """Notes that name the informant now, or did in a version or a conflict; and contributions."""
    informant = Informant.objects.get(pk=row.pk)
    case_study, pseudonym = informant.case_study_id, informant.pseudonym
    versions = FieldNoteVersion.objects.filter(case_study=case_study, informants__contains=[pseudonym])
    conflicts = NoteConflict.objects.filter(note__case_study=case_study, mine__informants__contains=[pseudonym])
    earlier = EarlierConflictText.objects.filter(
        conflict__note__case_study=case_study, mine__informants__contains=[pseudonym]
    )
    naming = Q(pk__in=versions.values("note")) | Q(pk__in=conflicts.values("note"))
    naming |= Q(pk__in=earlier.values("conflict__note"))
    for uuid in FieldNote.objects.filter(naming).order_by("created_at", "pk").values_list("pk", flat=True):
        yield NOTE, str(uuid)
    own = Contribution.objects.filter(case_study=case_study, pseudonym=pseudonym).order_by("pk")
    for pk in own.values_list("pk", flat=True):
        yield CONTRIBUTION, str(pk)


def _contribution_places(row: Model) -> Iterator[Place]:
    yield from _prose_places(row, label=_("Contribution"), texts=("text", "pseudonym"))


def _event_places(row: Model) -> Iterator[Place]:
    yield from _prose_places(row, label=_("Event"))


def _case_places(row: Model) -> Iterator[Place]:
    yield from _prose_places(row, label=_("Case study"))
    for model in PARTS:
        for part in (model._default_manager.filter(case_study=row.pk), versions_of(model).filter(case_study=row.pk)):
            yield Place(model._meta.verbose_name or "", part, *prose(model))


def prose(model: type[Model]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Columns of long text, and further ones in which people write: names, titles, sources."""
    columns = model._meta.concrete_fields
    long = tuple(column.name for column in columns if isinstance(column, TextField))
    return long, tuple(column.name for column in columns if column.name not in long and _is_written(column))


def _is_written(column: object) -> bool:
    if isinstance(column, ArrayField):
        return _is_written(column.base_field)
    if not isinstance(column, CharField):
        return isinstance(column, JSONField)
    is_long = column.max_length is None or column.max_length >= _SHORTEST_PROSE
    return is_long and not column.choices and not isinstance(column, SlugField)


def _prose_places(row: Model, *, label: object, texts: tuple[str, ...] = ()) -> Iterator[Place]:
    model = type(row)
    long, short = prose(model)
    whole = texts or long
    searched = tuple(name for name in (*long, *short) if name not in whole)
    for rows in (model._default_manager.filter(pk=row.pk), versions_of(model).filter(pgh_obj_id=row.pk)):
        yield Place(str(label), rows, whole, searched)


def _kind(
    model: type[Model],
    label: object,
    places: Callable[[Model], Iterable[Place]],
    *,
    owner: Callable[[Model], int],
    also: Callable[[Model], Iterable[Target]] = lambda row: (),
    lock: Callable[[Model], None] = lambda row: None,
) -> Erasable:
    find = _by_key(model)

    def visible(key: str, person: Person) -> QuerySet[Model]:
        rows: QuerySet[Model] = methodcaller("visible_to", person)(model._default_manager)
        return rows.filter(pk__in=find(key).values("pk"))

    return Erasable(model._meta.label_lower, str(label), find, visible, owner, places, also, lock)


def _rows_of(row: Model) -> Iterator[Target]:
    """The rows of files from which a case study or a contribution was made."""
    recipe = CASES if isinstance(row, CaseStudy) else CONTRIBUTIONS
    targets = SourcedTarget.objects.filter(recipe=recipe, target_id=row.pk).order_by("pk")
    for slug, about in targets.values_list("dataset__slug", "key"):
        yield ROWS, key_in(slug, about)


def _owner_of_case(row: Model) -> int:
    return cast(Informant | Contribution | CoCreationEvent, row).case_study.organisation_id


def _owner(row: Model) -> int:
    return cast(FieldNote | CaseStudy, row).organisation_id


ERASABLES = [
    _kind(FieldNote, _("a field note"), _note_places, owner=_owner, lock=_lock_note),
    _kind(Informant, _("an informant"), _informant_places, owner=_owner_of_case, also=_of_informant),
    _kind(Contribution, _("a contribution"), _contribution_places, owner=_owner_of_case, also=_rows_of),
    _kind(CoCreationEvent, _("an event"), _event_places, owner=_owner_of_case),
    _kind(CaseStudy, _("a case study"), _case_places, owner=_owner, also=_rows_of),
]


def delete_erased_files() -> None:
    """Delete the bytes of files whose erasure is final, unless another organisation holds the same bytes."""
    is_over = timezone.now() - timedelta(days=UNDO_DAYS)
    live = Attachment.objects.exclude(erased_at__lte=is_over).values("sha256")
    for attachment in Attachment.objects.filter(erased_at__lte=is_over).exclude(sha256__in=live):
        attachment.path.unlink(missing_ok=True)
        thumbnail_of(attachment.sha256).unlink(missing_ok=True)
