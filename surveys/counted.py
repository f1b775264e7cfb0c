"""What questionnaires are counted by."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.filters import organisation_field
from accounts.roles import AccessLevel
from rest.counted import Fields, choice_field, programme_fields, sectors_field


def fields_of_questionnaires(_request: HttpRequest) -> Fields:
    """The cuts of the programme, whose it is, and who may read it."""
    return {
        **programme_fields(country="countries"),
        "sector": sectors_field(),
        "organisation": organisation_field(),
        "access": choice_field(_("Access"), "access", AccessLevel),
    }
