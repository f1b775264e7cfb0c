"""The kinds of things of this room and of those below it: erasures, people and organisations."""

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from versions.models import Erasure
from versions.pointing import Person, model_kind

ORGANISATION = Membership._meta.get_field("organisation").related_model


def _administered(person: Person) -> "QuerySet[User]":
    return User.objects.administered_by(person)


def _organisations(person: Person) -> "QuerySet[Model]":
    """Everybody may see every organisation."""
    return ORGANISATION._default_manager.all()


def _page_of(person: User) -> str:
    return reverse("person-detail", args=[person.username])


KINDS = [
    model_kind(Erasure, _("an erasure")),
    model_kind(User, _("a person"), visible=_administered, address=_page_of),
    model_kind(ORGANISATION, _("an organisation"), visible=_organisations),
]
