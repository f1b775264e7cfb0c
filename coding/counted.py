"""What rounds are counted by."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.filters import organisation_field
from coding.models import Round
from rest.counted import Field, Fields, choice_field, programme_fields, sectors_field


def fields_of_rounds(_request: HttpRequest) -> Fields:
    """The cuts of the programme, whose it is, its state, and the codebook by its slug."""
    return {
        **programme_fields(country="countries"),
        "sector": sectors_field(),
        "organisation": organisation_field(),
        "state": choice_field(_("State"), "state", Round.State),
        "codebook": Field(_("Codebook"), "codebook_version__codebook__slug", str),
    }
