"""The things of this room that others can refer to."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from imports.models import Dataset, Import
from versions.pointing import model_kind


def _page_of_dataset(dataset: Dataset) -> str:
    return reverse("dataset-detail", args=[dataset.slug])


def _page_of_import(run: Import) -> str:
    return reverse("import-detail", args=[run.pk])


KINDS = [
    model_kind(Dataset, _("a dataset"), address=_page_of_dataset),
    model_kind(Import, _("an import"), address=_page_of_import, related=("dataset",)),
]
