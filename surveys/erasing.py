"""Where the texts of a response are: answers in words. Numbers, days and choices stay: they are counted."""

from collections.abc import Iterator
from typing import cast
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from surveys.models import Answer, Response
from versions.erasing import Erasable, Place
from versions.pointing import Person


def _find(key: str) -> QuerySet[Model]:
    try:
        uuid = UUID(key)
    except ValueError:
        return Response.objects.none()
    rows: QuerySet[Model] = Response.objects.filter(uuid=uuid)
    return rows


def _visible(key: str, person: Person) -> QuerySet[Model]:
    rows: QuerySet[Model] = Response.objects.visible_to(person).filter(pk__in=_find(key).values("pk"))
    return rows


def _places(row: Model) -> Iterator[Place]:
    yield Place(_("Answers"), Answer.objects.filter(response=row.pk), ("text",))


def _owner(row: Model) -> int:
    return cast(Response, row).wave.fieldwork.questionnaire.organisation_id


ERASABLES = [Erasable("surveys.response", _("a response"), _find, _visible, _owner, _places)]
