"""Every version of a row people edit, kept by statement-level triggers that no bulk update can pass by."""

from typing import TypeVar

import pghistory
import pgtrigger
from django.db import models

from accounts.querysets import rows_along

ModelClass = TypeVar("ModelClass", bound=type[models.Model])


def tracked(model: ModelClass) -> ModelClass:
    """Keep each inserted, updated and deleted row in a table `<Model>History`, reached as `.history`."""
    decorate = pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        level=pgtrigger.Statement,
        model_name=f"{model.__name__}History",
        obj_field=pghistory.ObjForeignKey(related_name="history"),
    )
    decorated: ModelClass = decorate(model)
    return decorated


def versions_of(model: type[models.Model]) -> models.QuerySet[models.Model]:
    """Versions of the rows of a tracked model: its columns, `pgh_id`, `pgh_obj_id`, `pgh_label`, `pgh_created_at`."""
    return rows_along("history", model, models.QuerySet)
