"""Where imports store text of the rows that became case studies and contributions.

Such rows are known by their dataset and by what they are about, as in `SourcedTarget`: so what was erased of them is
erased again when they are loaded again, also after an undo deleted their case study. Original files are not changed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from casestudies.erasing import prose
from casestudies.models import CaseStudy, Contribution
from casestudies.plain_text import plain_text
from casestudies.pointing import ROWS
from casestudies.recipes import RECIPES
from casestudies.recipes.case_shape import NAME as CASES
from casestudies.recipes.contribution_shape import NAME as CONTRIBUTIONS
from imports.erasing import places_of_rows
from imports.models import Dataset, PreviousVersion, SourcedRow, SourcedTarget
from imports.models import Mapping as StoredMapping
from imports.row_search import Rows
from imports.sourced.projection import group_of
from imports.sourced.rows import ENDINGS
from versions.erasing import Chosen, Erasable, Path, Place, erasable, longest_text
from versions.pointing import Person
from versions.targets import Target, key_parts

_EXTRA = "extra"
_FIELDS = {recipe.name: recipe.fields for recipe in RECIPES}


@dataclass(frozen=True)
class _Made:
    """What the rows of a recipe become. texts, whole: fields of the recipe, and columns of the model, that are erased
    with the whole. about: the field, if there is one, by which several rows are about one thing. naming: fields by
    which rows are found again, that stay."""

    model: type[Model]
    texts: frozenset[str]
    whole: frozenset[str]
    joins: bool = False
    about: str = ""
    naming: frozenset[str] = frozenset()


_MADE = {
    CASES: _Made(
        CaseStudy, frozenset({"abstract", "methods"}), frozenset({"abstract", "methods"}), joins=True,
        about="case_reference", naming=frozenset({"case_reference"}),
    ),
    CONTRIBUTIONS: _Made(
        Contribution, frozenset({"title", "text", "author"}), frozenset({"text", "pseudonym"}),
        naming=frozenset({"case_study", "parent"}),
    ),
}  # fmt: skip


def places_in_imports(kind: str, key: str) -> Iterator[Place]:
    """What imports store of the rows about one case study or contribution, which may not exist any more."""
    slug, about = key_parts(key)
    dataset = Dataset.objects.filter(slug=slug, recipe__in=_MADE).first() if kind == ROWS else None
    if dataset is None:
        return
    made = _MADE[dataset.recipe]
    is_text = _text_of_row(dataset.recipe)
    for one in group_of(dataset, joins=made.joins)[1]:
        rows = SourcedRow.objects.filter(dataset=one, key=about)
        # By key, not by number: the row may be about something else since.
        before = PreviousVersion.objects.filter(import_run__dataset=one, row__key=about)
        found = _rows(made, one, about, rows, before)
        yield Place(_("Rows of files"), rows, ("values",), chosen=is_text, read_as=plain_text)
        yield Place(_("Previous versions"), before, ("row.values",), chosen=is_text, read_as=plain_text)
        yield from places_of_rows(found)
    targets = SourcedTarget.objects.filter(recipe=dataset.recipe, dataset=dataset, key=about)
    # What rows said and what the thing holds have to stay equal: where they differ, a person changed the thing.
    yield Place(
        _("What rows said"), targets, ("reported", "found"), chosen=_attribute_of(made), rooms=_rooms(made.model)
    )


def _rows(
    made: _Made, dataset_id: int, about: str, rows: QuerySet[SourcedRow], before: QuerySet[PreviousVersion]
) -> Rows:
    columns = ("reference", "import_id", "source_record", "values")
    versions: list[Mapping[str, object]] = [*before.values_list("row", flat=True), *rows.values(*columns)]
    texts = [cast(Mapping[str, str], one["values"]) for one in versions]
    stems = frozenset({about, *(f"{about}.{ending}" for ending in ENDINGS)})
    references = frozenset(str(one["reference"]) for one in versions)
    if not made.about or _without_field(dataset_id, made.about):
        references |= stems
    named = {"reference": references}
    if made.about:
        named[made.about] = stems.union(one[made.about] for one in texts if made.about in one)
    return Rows(
        dataset_id, made.texts, named, references,
        written=frozenset((int(str(one["import_id"])), int(str(one["source_record"]))) for one in versions),
        known=frozenset(text for one in texts for name, text in one.items() if name in made.texts),
        read_as=plain_text,
    )  # fmt: skip


def _without_field(dataset_id: int, name: str) -> bool:
    """Whether files of a dataset are, or were, read without this field."""
    definitions = StoredMapping.objects.filter(dataset=dataset_id).values_list("definition", flat=True)
    return any(name not in definition["fields"] for definition in definitions)


def _text_of_row(recipe: str) -> Chosen:
    made = _MADE[recipe]
    written = {one.name for one in _FIELDS[recipe] if one.type in ("text", "list")} - made.naming

    def is_text(row: Model, path: Path, text: str, is_whole: bool) -> bool:
        name = path[1] if path[0] == "values" else path[0]
        return name == _EXTRA or name in (made.texts if is_whole else written)

    return is_text


def _attribute_of(made: _Made) -> Chosen:
    written = {name for names in prose(made.model) for name in names} | made.whole

    def is_text(row: Model, path: Path, text: str, is_whole: bool) -> bool:
        return path[0] in (made.whole if is_whole else written)

    return is_text


def _rooms(model: type[Model]) -> dict[str, int]:
    """The most characters of the columns of a model that have a limit."""
    rooms = {column.name: longest_text(column) for column in model._meta.concrete_fields}
    return {name: longest for name, longest in rooms.items() if longest is not None}


def _target(row: Model) -> SourcedTarget:
    return cast(SourcedTarget, row)


def _find(key: str) -> QuerySet[Model]:
    slug, about = key_parts(key)
    rows: QuerySet[Model] = SourcedTarget.objects.filter(dataset__slug=slug, recipe__in=_MADE, key=about)
    return rows


def _nobodys(key: str, person: Person) -> QuerySet[Model]:
    """People erase the case study or the contribution."""
    return SourcedTarget._base_manager.none()


def _places(row: Model) -> Iterator[Place]:
    """Those of the thing, which the rows were written to again, maybe under another number."""
    target = _target(row)
    model = _MADE[target.recipe].model
    known, thing = erasable(model._meta.label_lower), model._base_manager.filter(pk=target.target_id).first()
    if known is not None and thing is not None:
        yield from known.places(thing)


def _thing(row: Model) -> Iterator[Target]:
    target = _target(row)
    yield _MADE[target.recipe].model._meta.label_lower, str(target.target_id)


def _owner(row: Model) -> int:
    return _target(row).dataset.organisation_id


ERASABLE_ROWS = Erasable(ROWS, _("rows of files"), _find, _nobodys, _owner, _places, also=_thing)
