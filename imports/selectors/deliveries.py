"""The files of which the rows of a dataset are. Whoever may read the rows may read where they come from: not the file,
its name or who sent it."""

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from imports.models import Dataset, Import
from rest.citation import rows_cited
from standards.json_values import JsonObject

_SHOWN = ("rows", "created", "updated", "unchanged", "quarantined", "skipped")


def deliveries_of(dataset: Dataset) -> QuerySet[Import]:
    """Imports whose rows are in the dataset, the latest first, each with its file."""
    return dataset.imports.holding_records().select_related("source_file").order_by("-finished_at", "-pk")


def with_latest_file(datasets: QuerySet[Dataset]) -> QuerySet[Dataset]:
    """Adds `latest_file`: when the latest file whose rows are in the dataset was loaded."""
    own = Import.objects.filter(dataset=OuterRef("pk")).holding_records().order_by("-finished_at", "-pk")
    return datasets.annotate(latest_file=Subquery(own.values("finished_at")[:1]))


def as_json(run: Import) -> JsonObject:
    """A delivery, named as in the provenance of records."""
    return {
        "import": run.pk, "loaded_at": run.finished_at, "file_sha256": run.source_file.sha256,
        **{name: getattr(run, name) for name in _SHOWN},
    }  # fmt: skip


def cited(dataset: Dataset, latest: Import | None) -> str:
    """What a citation of a dataset names: owner, title, and which state it is, by its rows and its latest delivery."""
    told = rows_cited(f"{dataset.organisation}: {dataset.title}", dataset.record_count)
    if latest is None or latest.finished_at is None:
        return told
    return _("%(dataset)s, file of %(day)s with SHA-256 %(sha256)s") % {
        "dataset": told, "day": date_format(latest.finished_at, "j M Y"), "sha256": latest.source_file.sha256,
    }  # fmt: skip
