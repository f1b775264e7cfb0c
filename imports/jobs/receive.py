"""Create imports, for files from a person, a program or an inbox."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction

from accounts.models import User
from imports.jobs.propose import kept_mapping
from imports.mapping import Definition
from imports.models import Dataset, Import, SourceFile
from imports.recipe import recipe_named


@transaction.atomic
def begin_import(
    *, dataset: Dataset, sha256: str, size: int, name: str, by: User | None,
    reading_options: Mapping[str, object] | None = None, is_automatic: bool = False,
    is_dry_run: bool = False, definition: Definition | None = None,
    from_inbox: bool = False, all_or_nothing: bool = False, request_key: str = "",
) -> tuple[Import, bool]:  # fmt: skip
    """An import of a stored file, and whether it is new: an identical active import is returned instead. The caller
    records it in the audit trail."""
    source, _ = SourceFile.objects.get_or_create(sha256=sha256, defaults={"size": size})
    recipe = recipe_named(dataset.recipe)
    mapping = kept_mapping(dataset, recipe, definition, by=by) if definition and recipe else None
    same = {
        "dataset": dataset, "source_file": source, "mapping": mapping, "is_automatic": is_automatic,
        "is_dry_run": is_dry_run, "all_or_nothing": all_or_nothing,
    }  # fmt: skip
    run = Import(
        **same, file_name=_base_name(name), recipe=dataset.recipe, reading_options=dict(reading_options or {}),
        created_by=by, state=Import.State.WAITING if mapping or is_automatic else Import.State.RECEIVED,
        from_inbox=from_inbox, request_key=request_key,
    )  # fmt: skip
    while not _saved(run):
        active = Import.objects.filter(**same, state__in=Import.ACTIVE).first()
        if active is not None:
            return active, False
    return run, True


def _saved(run: Import) -> bool:
    """False if an identical import is active; it may end before the caller looks for it."""
    try:
        with transaction.atomic():
            run.save()
    except IntegrityError as error:
        if "identical_imports" not in str(error):
            raise
        return False
    return True


def _base_name(name: str) -> str:
    return name.replace("\\", "/").rsplit("/", 1)[-1][-255:] or "file"
