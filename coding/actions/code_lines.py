"""Codes that are typed or pasted as lines."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from coding.actions.codebooks import add_code, create_codebook
from coding.models import Code, Codebook
from coding.models.codebooks import COLOURS
from rest.outlines import Entry, entries_of

MOST_CODES = 500


@transaction.atomic
def create_codebook_with_codes(
    *, organisation: Organisation, values: dict[str, object], codes: str, by: User
) -> Codebook:
    """Create a codebook whose draft has the codes of these lines; without lines it is empty."""
    codebook = create_codebook(organisation=organisation, values=values, by=by)
    if entries_of(codes):
        add_codes(codebook=codebook, text=codes, by=by)
    return codebook


@transaction.atomic
def add_codes(*, codebook: Codebook, text: str, by: User) -> list[Code]:
    """Add a code for each line to the draft: below the code that its indent or dash says, with what follows a colon
    as its definition. Codes of one tree have one colour."""
    entries = entries_of(text)
    if not entries:
        raise ValidationError(_("Enter at least one code."), code="no_codes")
    if len(entries) > MOST_CODES:
        raise ValidationError(
            _("Enter at most %(most)d codes at a time.") % {"most": MOST_CODES}, code="too_many_codes"
        )
    above: list[Code] = []
    made: list[Code] = []
    trees = 0
    for entry in entries:
        del above[entry.depth :]
        trees += not above
        values = _values(entry) | {"colour": COLOURS[(trees - 1) % len(COLOURS)]}
        code = add_code(codebook=codebook, values=values, parent=above[-1] if above else None, by=by)
        above.append(code)
        made.append(code)
    return made


def _values(entry: Entry) -> dict[str, object]:
    name, _colon, definition = entry.text.partition(":")
    longest = Code._meta.get_field("name").max_length or 0
    if len(name.strip()) > longest:
        told = _("Line %(line)d: a name has at most %(most)d characters. Put a colon between name and definition.")
        raise ValidationError(told % {"line": entry.number, "most": longest}, code="name_too_long")
    if not name.strip():
        raise ValidationError(_("Line %(line)d has no name.") % {"line": entry.number}, code="no_name")
    return {"name": name.strip(), "definition": definition.strip()}
