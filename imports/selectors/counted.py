"""What datasets are counted by."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.filters import organisation_field
from accounts.roles import AccessLevel
from rest.counted import Field, Fields, choice_field, programme_fields, sectors_field
from standards.languages import language_name


def fields_of_datasets(_request: HttpRequest) -> Fields:
    """The cuts of the programme, whose it is, who may read it and its language."""
    return {
        **programme_fields(country="country"),
        "sector": sectors_field(),
        "organisation": organisation_field(),
        "access": choice_field(_("Access"), "access", AccessLevel),
        "language": Field(_("Language"), "language", language_name),
    }
