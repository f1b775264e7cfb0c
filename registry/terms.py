"""What the fields of organisations, places and policy sectors mean, for the OpenAPI document."""

from django.utils.translation import gettext_lazy as _

TERMS = {
    "Organisation.kind": _("What it is, such as a university or a public body."),
    "Organisation.name": _("Its name in English."),
    "Place.name": _("Its name in the language of its country."),
    "PolicySector.name": _("Its name in English."),
    "scheme_version": _("The year or number of the edition of the scheme."),
    "Organisation.parent": _("Slug of the organisation that it is a part of; null where it is not."),
    "Place.code": _("The code of the place in its scheme, such as NUTS."),
    "cofog": _("The function of government, by COFOG."),
    "latitude": _("Degrees north, WGS 84; null where it is not known."),
    "longitude": _("Degrees east, WGS 84; null where it is not known."),
    "precision_m": _("How exact the coordinates are, in metres."),
    "ror": _("The identifier of the Research Organization Registry; empty where it has none."),
    "scheme": _("The scheme of the codes."),
    "places?code": _("The code of the place in its scheme, such as NUTS."),
}
