"""What a delivery holds and an import does not read: other sheets, other files, other tables, totals, notes. Pure."""

from collections.abc import Sequence

from standards.json_values import JsonObject
from standards.translation import gettext as _
from standards.translation import gettext_noop, ngettext

_SENTENCES = {
    "sheet": gettext_noop("The sheet “%(name)s” was not read%(rows)s."),
    "member": gettext_noop("The file “%(name)s” of the archive was not read%(rows)s."),
    "table": gettext_noop("The table “%(name)s” was not read%(rows)s."),
    "beside": gettext_noop("“%(name)s” stands beside the records and was not read%(rows)s."),
    "title": gettext_noop("Above the header “%(name)s” was left out%(rows)s."),
    "total": gettext_noop("“%(name)s” was left out as a total%(rows)s."),
    "note": gettext_noop("“%(name)s” was left out as a note%(rows)s."),
}
KINDS_LEFT_OUT = tuple(_SENTENCES)


def rows_delivered(read: int | None, left_out: Sequence[JsonObject]) -> int | None:
    """Rows that were read and rows that were left out; None until a file is read."""
    return None if read is None else read + sum(part["rows"] or 0 for part in left_out)


def described_part(part: JsonObject) -> str:
    """A sentence about a part that was not read, as `imports.readers.table.LeftOut` is stored."""
    rows = part["rows"]
    counted = ngettext(" (%(count)s row)", " (%(count)s rows)", rows or 0) % {"count": f"{rows or 0:,}"}
    sentence = _(_SENTENCES[part["kind"]]) % {"name": part["name"], "rows": counted if rows is not None else ""}
    return f"{sentence} {part['why']}".rstrip()
