"""What the undo of an import would change, and what prevents it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse

from imports.models import Import, PreviousVersion
from imports.recipe import Counts, Dependent, Recipe, Touched
from standards.translation import gettext as _
from versions.pointing import cited_by
from versions.targets import Pointer, key_in, key_parts

EXAMPLES = 10
_NAMED = 5


@dataclass(frozen=True, slots=True)
class UndoPreview:
    """`reach.created` records would be deleted and `reach.updated` restored; nothing while there are blockers."""

    reach: Counts
    created: list[Touched]
    overwritten: list[Touched]
    blockers: list[Dependent]


def undo_preview(run: Import, recipe: Recipe) -> UndoPreview:
    publisher = recipe.publisher
    return UndoPreview(
        reach=publisher.reach(run.dataset_id, run.pk),
        created=publisher.touched(run.dataset_id, run.pk, overwritten=False, most=EXAMPLES, after=0),
        overwritten=publisher.touched(run.dataset_id, run.pk, overwritten=True, most=EXAMPLES, after=0),
        blockers=dependents_of(run, recipe),
    )


def dependents_of(run: Import, recipe: Recipe) -> list[Dependent]:
    """Everything that prevents the undo of an import: later imports, then what people built on its records."""
    return [*_later_imports(run), *recipe.publisher.dependents(run.dataset_id, run.pk), *_citations(run, recipe)]


def _later_imports(run: Import) -> list[Dependent]:
    """Imports that overwrote records of this one, or found rows unchanged, which may be records of this one."""
    overwritten = dict(
        PreviousVersion.objects.filter(row__import_id=run.pk, import_run__dataset=run.dataset_id)
        .values_list("import_run")
        .annotate(n=Count("pk"))
    )
    found = [_later_import(later, overwritten.get(later.pk, 0)) for later in Import.objects.after(run)]
    return sorted(filter(None, found), key=lambda blocker: blocker.address)


def _later_import(later: Import, overwritten: int) -> Dependent | None:
    name = _("Import %(number)s (%(file)s)") % {"number": later.pk, "file": later.file_name}
    address = reverse("import-detail", args=[later.pk])
    if overwritten:
        sentence = _("%(name)s overwrote %(overwritten)s of its records. Undo that import first.") % {
            "name": name,
            "overwritten": f"{overwritten:,}",
        }
        return Dependent("overwritten", sentence, overwritten, address)
    if later.unchanged:
        sentence = _(
            "%(name)s came later and found %(unchanged)s rows unchanged, which may be records of "
            "this one. Undo that import first."
        ) % {"name": name, "unchanged": f"{later.unchanged:,}"}
        return Dependent("confirmed", sentence, later.unchanged, address)
    return None


def _citations(run: Import, recipe: Recipe) -> list[Dependent]:
    """Records that only this import created and that people cite elsewhere."""
    everything = key_in(run.dataset.slug, "")
    found = cited_by(recipe.cited_as, [everything]) if recipe.cited_as else {}
    cited = {key_parts(key)[1]: citing for key, citing in found.items()}
    if not cited:
        return []
    gone = sorted(recipe.publisher.created_references(run.dataset_id, run.pk, list(cited)))
    if not gone:
        return []
    named = [
        _("“%(reference)s” by %(citing)s") % {"reference": reference, "citing": _in_words(cited[reference])}
        for reference in gone[:_NAMED]
    ]
    if len(gone) > _NAMED:
        text = _("Records that it created are cited: %(named)s and %(more)s more.")
    else:
        text = _("Records that it created are cited: %(named)s.")
    sentence = text % {"named": named, "more": f"{len(gone) - _NAMED:,}"}
    return [Dependent("cited", sentence, len(gone))]


def _in_words(citing: Sequence[Pointer]) -> list[str]:
    """The kinds, not the names: the person who undoes an import may have no access to what cites its records."""
    return [pointer.label for pointer in citing]
