"""Replace texts by tombstones, put kept ones back, and delete what is final (docs/adr/0098)."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Field, Model
from django.utils.translation import gettext as _

from standards.sentences import as_json
from versions.erasing import Path, Place, clear_what_is_final, erasable, longest_text, places_of
from versions.models import Erasure, ErasureTarget, KeptText
from versions.passages import Eraser
from versions.targets import Target
from versions.triggers import ERASURE_SETTING

_encode = DjangoJSONEncoder(sort_keys=True).encode


@dataclass
class Reached:
    """What an erasure replaces in one place: rows with erased text, texts, and their characters."""

    label: str
    rows: int = 0
    texts: int = 0
    characters: int = 0

    def as_json(self) -> dict[str, object]:
        return {"place": self.label, "rows": self.rows, "texts": self.texts, "characters": self.characters}


@dataclass
class _Change:
    """The new values of the columns of one row, and how much of its text was replaced."""

    values: dict[str, object] = field(default_factory=dict)
    texts: int = 0
    characters: int = 0


@contextmanager
def on_behalf_of(erasure: Erasure) -> Iterator[None]:
    """Name the erasure to the triggers that let nothing else change a version."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [ERASURE_SETTING, str(erasure.pk)])
        yield
        cursor.execute("SELECT set_config(%s, '', true)", [ERASURE_SETTING])


@transaction.atomic
def erase_everywhere(erasure: Erasure, targets: Iterable[Target]) -> list[ErasureTarget]:
    """Replace the text of the targets, and of what is erased with them, in every place. Done twice it changes nothing.

    Targets that do not exist, or that came into being after the erasure under a number used again, are left out.
    """
    reached = []
    with on_behalf_of(erasure):
        for (kind, key), row in _with_others(targets).items():
            created_at = getattr(row, "created_at", None)
            if created_at is None or created_at <= erasure.erased_at:
                reached.append(_erase_target(erasure, kind, key, row))
    return reached


def _with_others(targets: Iterable[Target]) -> dict[Target, Model]:
    """The rows of the targets that exist, locked, and of what is erased with them."""
    found: dict[Target, Model] = {}
    waiting = list(targets)
    for target, row in _rows(waiting):
        if target not in found and (known := erasable(target[0])) is not None:
            known.lock(row)
            found[target] = row
            # The loop goes on to these.
            waiting += known.also(row)
    return found


def _rows(targets: Iterable[Target]) -> Iterator[tuple[Target, Model]]:
    """The targets that exist, with their rows."""
    for kind, key in targets:
        known = erasable(kind)
        row = known.find(key).first() if known is not None else None
        if row is not None:
            yield (kind, key), row


def _erase_target(erasure: Erasure, kind: str, key: str, row: Model | None) -> ErasureTarget:
    target, is_new = ErasureTarget.objects.get_or_create(erasure=erasure, kind=kind, key=key)
    counts: dict[str, Reached] = {}
    for place in places_of(kind, key, row):
        label = str(place.label)
        _erase_place(erasure, target, place, counts.setdefault(label, Reached(label)))
    if row is not None:
        _changed(kind, row)
    if is_new:
        target.counts = [reached.as_json() for reached in counts.values() if reached.rows]
        target.save(update_fields=["counts"])
    return target


def _changed(kind: str, row: Model) -> None:
    known = erasable(kind)
    if known is not None:
        known.changed(row)


def _erase_place(erasure: Erasure, target: ErasureTarget, place: Place, reached: Reached) -> None:
    eraser = erasure.eraser
    for row in list(place.rows.select_for_update(of=("self",))):
        change = _change_of(row, place, eraser)
        if change.texts or place.always:
            _write(erasure, target, row, {**change.values, **_further(row, place, change, erasure)})
        reached.rows += bool(change.texts)
        reached.texts += change.texts
        reached.characters += change.characters


def _change_of(row: Model, place: Place, eraser: Eraser) -> _Change:
    change = _Change()
    names = place.texts if eraser.passage is None else (*place.texts, *place.searched)
    for name in names:
        column, _dot, member = name.partition(".")
        whole = change.values.get(column, getattr(row, column))
        value = whole.get(member) if member and isinstance(whole, Mapping) else whole
        number = row.pk if name in place.numbered else None
        room = None if member else longest_text(_column(row, column))
        found = _Column(row, place, eraser, room, number)
        new = found.erased(value, (member,) if member else ())
        if found.texts:
            change.values[column] = {**whole, member: new} if member and isinstance(whole, Mapping) else new
            change.texts += found.texts
            change.characters += found.characters
    return change


def _column(row: Model | type[Model], name: str) -> "Field[object, object]":
    """A column by name; TypeError where a room names something else."""
    column = row._meta.get_field(name)
    if not isinstance(column, Field):
        raise TypeError(f"{name} of {row._meta.label} is no column.")
    return column


@dataclass
class _Column:
    """A column of one row that is erased: the number of texts in it that changed, and their erased characters."""

    row: Model
    place: Place
    eraser: Eraser
    room: int | None
    number: int | None
    texts: int = 0
    characters: int = 0

    def erased(self, value: object, path: Path) -> object:
        """A value without its erased texts; `path` leads to it."""
        if isinstance(value, str):
            return self._text(value, path)
        if isinstance(value, list):
            return [self.erased(one, (*path, at)) for at, one in enumerate(value)]
        if isinstance(value, Mapping):
            return self._members(value, path)
        return value

    def _text(self, text: str, path: Path) -> str:
        if not self.place.chosen(self.row, path, text, self.eraser.passage is None):
            return text
        room = self.room
        if room is None and self.place.rooms:
            room = next((self.place.rooms[name] for name in map(str, path) if name in self.place.rooms), None)
        new, characters = self._without(text, room)
        self.texts += characters > 0
        self.characters += characters
        return new if characters else text

    def _without(self, text: str, room: int | None) -> tuple[str, int]:
        """What remains of a text, and the number of erased characters; of the whole text, those that were shown."""
        read_as = self.place.read_as
        if read_as is None:
            return self._erased(text, room)
        if self.eraser.passage is None:
            return self._erased(read_as(text) or text, room)
        new, characters = self._erased(text, room)
        shown, further = self._erased(read_as(new), room)
        return (shown, characters + further) if further else (new, characters)

    def _erased(self, text: str, room: int | None) -> tuple[str, int]:
        if self.place.in_pieces:
            return self.eraser.erased_in_piece(text, room=room)
        return self.eraser.erased(text, room=room, number=self.number, keeps_length=self.place.keeps_length)

    def _members(self, value: Mapping[str, object], path: Path) -> dict[str, object]:
        """An object; texts that are counted are names of numbers, and those that become equal are counted together."""
        found: dict[str, object] = {}
        for name, one in value.items():
            if self.place.in_pieces and isinstance(one, int):
                new = self._text(name, (*path, name))
                before = found.get(new, 0)
                found[new] = one + (before if isinstance(before, int) else 0)
            else:
                found[name] = self.erased(one, (*path, name))
        return found


def _further(row: Model, place: Place, change: _Change, erasure: Erasure) -> dict[str, object]:
    """The further columns that differ, computed of the row as it will be. `row` is changed to that."""
    before = {name: getattr(row, name) for name in change.values}
    for name, value in change.values.items():
        setattr(row, name, value)
    further = place.further(row, erasure)
    for name, value in before.items():
        setattr(row, name, value)
    return {name: value for name, value in further.items() if getattr(row, name) != value}


def _write(erasure: Erasure, target: ErasureTarget, row: Model, values: Mapping[str, object]) -> None:
    if not values:
        return
    table = ContentType.objects.get_for_model(type(row), for_concrete_model=False)
    if not erasure.is_final:
        before = {name: as_json(getattr(row, name)) for name in values}
        after = {name: as_json(value) for name, value in values.items()}
        kept, is_new = KeptText.objects.get_or_create(
            target=target, table=table, row=str(row.pk), defaults={"before": before, "after": after}
        )
        if not is_new:
            # Where nothing newer was written since, the first text is the one to put back.
            newer = {name: one for name, one in before.items() if _encode(one) != _encode(kept.after.get(name))}
            kept.before, kept.after = {**before, **kept.before, **newer}, {**kept.after, **after}
            kept.save()
    type(row)._base_manager.filter(pk=row.pk).update(**values)


@transaction.atomic
def put_back(erasure: Erasure) -> None:
    """Restore the kept texts. A column that was changed since keeps its newer value.

    Raises ValidationError where a later erasure replaced text in one of the rows: it has to be undone first.
    """
    kept = KeptText.objects.filter(target__erasure=erasure).select_related("table")
    later = KeptText.objects.filter(target__erasure__erased_at__gt=erasure.erased_at)
    if any(later.filter(table=one.table_id, row=one.row).exists() for one in kept):
        raise ValidationError(_("A later erasure reached the same text. Undo that one first."), code="later_erasure")
    with on_behalf_of(erasure):
        for one in kept:
            _restore(one)
    kept.delete()
    for (kind, _key), row in _rows(target.pair for target in erasure.targets.all()):
        _changed(kind, row)


def _restore(kept: KeptText) -> None:
    model = kept.table.model_class()
    row = model._base_manager.select_for_update(of=("self",)).filter(pk=kept.row).first() if model else None
    if model is None or row is None:
        return
    values = {
        name: _column(model, name).to_python(value)
        for name, value in kept.before.items()
        if _encode(as_json(getattr(row, name))) == _encode(kept.after[name])
    }
    if values:
        model._base_manager.filter(pk=row.pk).update(**values)


@transaction.atomic
def delete_kept_texts() -> int:
    """Delete the kept texts of erasures that are final; the number of erasures."""
    kept = KeptText.objects.filter(target__erasure__in=Erasure.objects.final())
    number = kept.order_by().values("target__erasure").distinct().count()
    kept.delete()
    return number


def finalise() -> None:
    """Delete the kept texts of erasures that are final, and the files that belong to them."""
    delete_kept_texts()
    clear_what_is_final()


def reapply(kind: str, keys_begin_with: str) -> None:
    """Erase again what was erased of things of a kind, after new text was written to them, as by an import.

    Copies of a thing that does not exist are erased too: it may have been deleted, and delivered again.
    """
    targets = ErasureTarget.objects.filter(kind=kind, key__startswith=keys_begin_with)
    for target in targets.filter(erasure__undone_at__isnull=True).select_related("erasure"):
        if next(_rows([target.pair]), None) is not None:
            erase_everywhere(target.erasure, [target.pair])
        else:
            _erase_copies(target)


@transaction.atomic
def _erase_copies(target: ErasureTarget) -> None:
    with on_behalf_of(target.erasure):
        _erase_target(target.erasure, target.kind, target.key, None)
