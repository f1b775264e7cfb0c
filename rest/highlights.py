"""Where a search found its words, as text that cannot be taken for marks: pieces, each with whether it is a match.

With `highlight=true` the answer of a list with full text has `highlights`: for each row, in the order of the rows,
fields with their extracts, each a list of pieces.
"""

from collections.abc import Mapping
from typing import TypeAlias

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rest.fields import TruthField
from standards.search import GAP, START, STOP

PARAMETER = "highlight"
Piece: TypeAlias = dict[str, str | bool]
Highlights: TypeAlias = dict[str, list[list[Piece]]]


def is_wanted(params: Mapping[str, str]) -> bool:
    """Whether the query string asks for highlights. ValidationError for another value, and without a search."""
    try:
        wanted = bool(TruthField(required=False).clean(params.get(PARAMETER, "")))
    except ValidationError as error:
        raise ValidationError({PARAMETER: error.error_list}) from error
    if wanted and not params.get("search", "").strip():
        message = _("Highlights need a search: give the parameter search.")
        raise ValidationError({PARAMETER: ValidationError(message, code="needs_search")})
    return wanted


def highlights_in(texts: Mapping[str, str]) -> Highlights:
    """The extracts of each text that holds a match. texts: field to a text marked as by `SearchHeadline`."""
    return {name: [_pieces(extract) for extract in text.split(GAP)] for name, text in texts.items() if START in text}


def _pieces(extract: str) -> list[Piece]:
    before, *rest = extract.split(START)
    pieces: list[Piece] = [{"text": before, "match": False}]
    for part in rest:
        found, _stop, after = part.partition(STOP)
        pieces += [{"text": found, "match": True}, {"text": after, "match": False}]
    return [piece for piece in pieces if piece["text"]]
