"""The original files of imports: where one is, whether it holds text that was erased, and which ones do."""

from collections.abc import Iterator
from pathlib import Path

from django.db.models import Q
from django.urls import reverse

from imports import storage
from imports.erasing import linked_with
from imports.models import Dataset, Import
from imports.problems import Refused
from imports.recipe import all_recipes, recipe_named
from standards.translation import gettext as _
from versions.erasing import Remaining
from versions.models import Erasure
from versions.pointing import Person
from versions.targets import key_in, key_parts


def original_of(run: Import) -> Path:
    """The path of the original file; raises Refused where it was deleted or is missing."""
    if run.file_deleted_at is not None:
        text = _("The original file of import %(number)s was deleted, so it cannot be read again.")
        raise Refused("file_deleted", text % {"number": run.pk})
    path = stored_path(run)
    if path is None:
        text = _("The original file of import %(number)s is no longer stored, so it cannot be read again.")
        raise Refused("no_such_file", text % {"number": run.pk})
    return path


def stored_path(run: Import) -> Path | None:
    """The path of the original file; None where it was deleted or is missing."""
    path = storage.path_of(run.source_file.sha256)
    return path if run.file_deleted_at is None and path.exists() else None


def erased_in_file(run: Import) -> str:
    """Why nobody gets the original file while an erasure is in force; empty where there is none.

    Of rows of its dataset, or of one that is linked with it: reading the whole file alone tells whether it has them.
    """
    erased = Q(pk__in=[])
    for dataset in Dataset.objects.filter(pk__in=linked_with(run.dataset_id)):
        recipe = recipe_named(dataset.recipe)
        if recipe is not None and recipe.erased_kind:
            erased |= Q(targets__kind=recipe.erased_kind, targets__key__startswith=key_in(dataset.slug, ""))
    if not Erasure.objects.in_force().filter(erased).exists():
        return ""
    return _("Text of this dataset was erased, which the original file may still hold, so it cannot be downloaded.")


def originals_with(kind: str, key: str, person: Person) -> Iterator[Remaining]:
    """The stored original files that may hold a thing that was made of a row; of those whose import the person may not
    see, only that there are any."""
    if kind not in {recipe.erased_kind for recipe in all_recipes() if recipe.erased_kind}:
        return
    dataset = Dataset.objects.filter(slug=key_parts(key)[0]).first()
    if dataset is None:
        return
    runs = Import.objects.filter(dataset__in=linked_with(dataset.pk), file_deleted_at=None).order_by("pk")
    stored = [run for run in runs.select_related("source_file") if stored_path(run) is not None]
    shown = set(
        Import.objects.visible_to(person).filter(pk__in=[run.pk for run in stored]).values_list("pk", flat=True)
    )
    for run in stored:
        if run.pk in shown:
            text = _("The original file of import %(number)s, %(file)s, may still hold the text.")
            sentence = text % {"number": run.pk, "file": run.file_name}
            yield Remaining(sentence, reverse("import-detail", args=[run.pk]))
    if len(shown) < len(stored):
        yield Remaining(_("Original files of imports may still hold the text. Ask a data manager of their dataset."))
