"""Correct the language of a dataset, and of its rows, without a new import (docs/adr/0097)."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from imports import policies
from imports.models import Dataset, LanguageCorrection
from imports.recipe import recipe_named
from jobs.tasks import wake_worker
from standards.languages import language_choices


@transaction.atomic
def correct_language(*, dataset: Dataset, language: str, rows_in: Collection[str] = (), by: User) -> LanguageCorrection:
    """Give a dataset another language. Its rows without one are searched in it, and rows whose language is one of
    `rows_in` (empty: rows without one) get it. A worker reads them again; the search finds them meanwhile as before.

    language: ISO 639-1, empty where it is not known. Later files are not affected: their mapping says the language.
    """
    dataset = Dataset.objects.select_for_update().get(pk=dataset.pk)
    policies.check_can_manage_dataset(by, dataset)
    recipe = recipe_named(dataset.recipe)
    if recipe is None or recipe.search is None:
        raise ValidationError(_("The rows of this dataset are not searched by their language."), code="not_searched")
    _check_languages(dataset, language, rows_in)
    say_language(dataset, language)
    dataset.save(update_fields=["language", "language_from", "earlier_languages", "updated_at"])
    found = read_again(dataset=dataset, rows_in=rows_in, by=by)
    audit.record("dataset.corrected", by=by, target=dataset, language=language, rows_in=sorted(rows_in))
    return found


def say_language(dataset: Dataset, language: str) -> None:
    """Set the language that a person chose. Rows that the search reads in the one before are still found."""
    if dataset.language and dataset.language != language:
        dataset.earlier_languages = sorted({*dataset.earlier_languages, dataset.language})
    dataset.language, dataset.language_from = language, Dataset.LanguageFrom.PERSON


def read_again(*, dataset: Dataset, rows_in: Collection[str] = (), by: User | None) -> LanguageCorrection:
    """Ask a worker to read the rows of a dataset again for the search."""
    found = LanguageCorrection.objects.create(
        dataset=dataset, language=dataset.language, rows_in=sorted(set(rows_in)), created_by=by
    )
    transaction.on_commit(lambda: wake_worker(found))
    return found


def _check_languages(dataset: Dataset, language: str, rows_in: Collection[str]) -> None:
    if language not in dict(language_choices()):
        message = _("There is no language %(code)s. Use a code of two letters.") % {"code": repr(language)}
        raise ValidationError({"language": ValidationError(message, code="invalid_choice")})
    if unknown := sorted(set(rows_in) - {"", *dataset.languages}):
        message = _("This dataset has no rows in %(code)s.") % {"code": repr(unknown[0])}
        raise ValidationError({"rows_in": ValidationError(message, code="invalid_choice")})
