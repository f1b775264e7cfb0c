"""The pages of what was found in the places that a record names: institution, country and policy sector."""

from django.urls import reverse

from complaints.models import ComplaintRecord
from complaints.querysets import AccessScope
from standards.countries import country_names


def address_of(record: ComplaintRecord, name: str, scope: AccessScope) -> str:
    """The address of the page of a field's value; empty where there is none.

    An institution has no key of its own: its page is found by its name as the record has it.
    """
    value = getattr(record, name, "")
    if name == "institution" and value:
        return reverse("institution", args=[value])
    if name == "country" and value in country_names():
        return reverse("country", args=[value])
    if name == "policy_sector" and value in scope.sectors:
        return reverse("policy-sector", args=[value])
    return ""
