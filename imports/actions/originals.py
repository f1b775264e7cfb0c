"""Delete the original file of an import."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from imports import policies, storage
from imports.models import Import, SourceFile

_UNDER_WAY = Q(state__in=[*Import.ACTIVE, Import.State.UNDERSTOOD]) | Q(state=Import.State.CHECKED, is_dry_run=False)


@transaction.atomic
def delete_original(*, run: Import, by: User) -> Import:
    """Delete the stored original file of an import, for all imports of it into the dataset. What was loaded stays.

    Raises ValidationError while one of them is not finished. The bytes stay where another dataset has the same file.
    """
    # The file is locked before its imports, so that of two deletions at once the later one sees what the other did.
    source = SourceFile.objects.select_for_update().get(pk=run.source_file_id)
    runs = Import.objects.select_for_update(of=("self",)).filter(dataset=run.dataset_id, source_file=source)
    run = runs.get(pk=run.pk)
    policies.check_can_manage_dataset(by, run.dataset)
    if run.file_deleted_at is not None:
        raise ValidationError(_("The original file was deleted before."), code="already_deleted")
    if waiting := runs.filter(_UNDER_WAY).order_by("pk").first():
        text = _("Import %(number)s of this file is not finished. Wait for its end, or cancel it first.")
        raise ValidationError(text % {"number": waiting.pk}, code="import_not_finished")
    run.file_deleted_at = timezone.now()
    Import.objects.filter(dataset=run.dataset_id, source_file=source, file_deleted_at=None).update(
        file_deleted_at=run.file_deleted_at
    )
    audit.record("original-file.deleted", by=by, target=run, sha256=source.sha256, size=source.size)
    if not Import.objects.filter(source_file=source, file_deleted_at=None).exists():
        path = storage.path_of(source.sha256)
        transaction.on_commit(lambda: path.unlink(missing_ok=True))
    return run
