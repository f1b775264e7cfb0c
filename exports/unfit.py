"""A table that a format cannot contain. Pure."""

from collections.abc import Mapping

from rest.refusals import Refusal
from standards.translation import gettext as _


class Unfit(Refusal):
    """Nothing is cut or changed to make a value fit: the file is refused, with the formats that can contain it."""


def unfit(reason: str, values: Mapping[str, object], *formats: str) -> Unfit:
    """`reason` is a sentence of `gettext` with the names of `values`; `formats` are those to choose instead."""
    sentence = _("%(reason)s Choose another format: %(formats)s.")
    return Unfit(sentence % {"reason": _(reason) % dict(values), "formats": ", ".join(formats)}, code="format_unfit")


def not_text(column: str, row: int) -> Unfit:
    """No format can contain half of a surrogate pair: it is not Unicode text."""
    message = _("Column “%(column)s” contains a character in row %(row)s that is not valid text, so no file was made.")
    return Unfit(message % {"column": column, "row": row}, code="not_text")
