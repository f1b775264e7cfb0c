"""Every version of a row people edit, kept by statement-level triggers that no bulk update can pass by."""

from typing import TypeVar

import pghistory
import pgtrigger
from django.db import models

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
