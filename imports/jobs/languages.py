"""The language of a dataset: detected from its texts, and corrected with everything that depends on it
(docs/adr/0097)."""

from collections.abc import Sequence

from django.db import transaction

from accounts import audit
from imports.mapping import Definition
from imports.models import Dataset, Import, LanguageCorrection
from imports.problems import Refused
from imports.recipe import Recipe, TextSearch, recipe_named
from imports.sniff.language import main_language
from imports.sniff.profile import Column
from jobs.kinds import Kind
from jobs.lease import Lease
from jobs.problems import Postponed
from jobs.running import run as run_job
from standards.translation import gettext as _

_AT_ONCE = 5_000  # rows in a transaction
_SAMPLE = 60  # texts of a dataset from which its language is detected


class LanguageCorrections(Kind[LanguageCorrection]):
    """Rows of a dataset are read again by the search, in the language that the dataset has now."""

    model = LanguageCorrection
    time_limit = 6 * 3600

    def get(self, job_id: int) -> LanguageCorrection:
        return LanguageCorrection.objects.select_related("dataset").get(pk=job_id)

    def work(self, job: LanguageCorrection, lease: Lease) -> None:
        recipe = recipe_named(job.dataset.recipe)
        if recipe is None or recipe.search is None:
            raise Refused("not_searched", _("The rows of this dataset are not searched by their language."))
        _wait_for_turn(job, lease)
        _detect(job.dataset, recipe.search.texts(job.dataset_id, _SAMPLE))
        corrected = _read_again(job, recipe.search, lease)
        _finish(job, recipe, corrected, lease)

    def consequence(self, job: LanguageCorrection) -> str:
        return _("Records that were not read again are searched as before.")


LANGUAGE_CORRECTIONS = LanguageCorrections()


def correct(correction_id: int) -> bool:
    """One attempt at a correction, by `jobs.running.run`."""
    return run_job(LANGUAGE_CORRECTIONS, correction_id)


def detect_language(run: Import, recipe: Recipe, definition: Definition) -> None:
    """Give the dataset of an import the language of the texts of the file, if nobody said one."""
    if recipe.search is None:
        return
    mapped = {rule.column for name, rule in definition.rules.items() if name in recipe.search.fields}
    columns = [column for column in map(Column.of, run.understanding["columns"]) if column.name in mapped]
    texts = [text for column in columns if column.is_long for text in column.examples]
    _detect(run.dataset, texts or [text for column in columns for text in (*column.examples, *(column.values or ()))])


def _detect(dataset: Dataset, texts: Sequence[str]) -> None:
    """Only for a dataset whose language nobody said and nothing was detected: a person may have left it open."""
    if dataset.language or dataset.language_from or not (language := main_language(texts)):
        return
    open_one = Dataset.objects.filter(pk=dataset.pk, language="", language_from=Dataset.LanguageFrom.NOBODY)
    with transaction.atomic():
        if open_one.update(language=language, language_from=Dataset.LanguageFrom.DETECTED):
            audit.record("dataset.detected", by=None, target=dataset, language=language)
    dataset.refresh_from_db(fields=["language", "language_from"])


def _wait_for_turn(job: LanguageCorrection, lease: Lease) -> None:
    """Return to the queue while an import writes into the dataset, which may have read its earlier language, and while
    an earlier correction runs."""
    publishing = Import.objects.filter(dataset=job.dataset_id, stage__in=Import.PUBLISHING_STAGES)
    earlier = LanguageCorrection.objects.active().filter(dataset=job.dataset_id, pk__lt=job.pk)
    if publishing.filter(state=Import.State.RUNNING).exists() or earlier.exists():
        lease.put_back()
        raise Postponed


def _read_again(job: LanguageCorrection, search: TextSearch, lease: Lease) -> int:
    """Batch by batch. Another attempt begins again: rows that were corrected have the language already."""
    lease.enter(LanguageCorrection.Stage.READING, job.dataset.record_count)
    after = corrected = 0
    while True:
        with transaction.atomic():
            batch = search.read_again(job.dataset_id, rows_in=job.rows_in, after=after, most=_AT_ONCE)
            if batch is None:
                return corrected
            lease.progress.done += batch.read
            lease.write()
        after, corrected = batch.last, corrected + batch.corrected


def _finish(job: LanguageCorrection, recipe: Recipe, corrected: int, lease: Lease) -> None:
    """Only without a later correction is no row left in an earlier language."""
    with transaction.atomic():
        Dataset.objects.select_for_update().get(pk=job.dataset_id)
        changes = dict(recipe.publisher.after(job.dataset_id))
        if not LanguageCorrection.objects.active().filter(dataset=job.dataset_id, pk__gt=job.pk).exists():
            changes["earlier_languages"] = []
        Dataset.objects.filter(pk=job.dataset_id).update(**changes)
        lease.finish(corrected=corrected)
