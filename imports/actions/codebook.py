"""Add what a file says about its own columns to the codebook of its dataset."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from imports import policies
from imports.models import Dataset, Import

_CODES = " (code)"


@transaction.atomic
def add_labels_to_codebook(*, run: Import, by: User) -> Dataset:
    """Append questions and the meanings of codes to the codebook; lines that are already in it are not repeated."""
    dataset = Dataset.objects.select_for_update().get(pk=run.dataset_id)
    policies.check_can_manage_dataset(by, dataset)
    lines = codebook_lines(run)
    if not lines:
        raise ValidationError(_("This file does not describe its columns."), code="no_labels")
    known = set(dataset.codebook.splitlines())
    if added := [line for line in lines if line not in known]:
        dataset.codebook = "\n\n".join(filter(None, [dataset.codebook.rstrip(), "\n".join(added)]))
        dataset.full_clean()
        dataset.save()
        audit.record("codebook.extended", by=by, target=dataset, import_id=run.pk, lines=len(added))
    return dataset


def codebook_lines(run: Import) -> list[str]:
    """One line for each column with a question or with codes."""
    labels: dict[str, str] = run.understanding.get("labels", {})
    values: dict[str, dict[str, str]] = run.understanding.get("value_labels", {})
    names = [column["name"] for column in run.understanding.get("columns", ())]
    lines = []
    for name in names:
        codes = values.get(f"{name}{_CODES}", {})
        if name.endswith(_CODES) or not (labels.get(name) or codes):
            continue
        meanings = "; ".join(f"{code} = {word}" for code, word in codes.items())
        lines.append(f"{name}: {labels.get(name, '')}" + (f" ({meanings})" if meanings else ""))
    return [line.replace(":  (", ": (") for line in lines]
