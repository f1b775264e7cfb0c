"""What an export would be, before it is made: by which way it is had, and how large it is (ADR 0144)."""

from collections.abc import Sequence
from io import BytesIO
from typing import cast

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request

from exports.limits import BACKGROUND, LIMIT
from exports.tables import Column, Table, Value
from exports.unfit import Unfit
from exports.writers import WRITERS, write_table
from rest.counts import Count
from rest.explain import FILE, JOB, STREAM, Route, Row, address_of
from rest.limits import FILE as FILE_COST


def route_of_export(request: Request, rows: Count, *, is_copied: bool) -> Route:
    """A job above the limit of one download. Where it is not known whether they are that many, a job too: it works for
    any number."""
    if rows.exact and rows.value <= LIMIT:
        name, sentence = FILE, _("GET this address: the file is complete when it is sent, with length and checksum.")
        if is_copied:
            name = STREAM
            sentence = _("GET this address: the file is sent while it is written, if that takes longer than a moment.")
        return Route(name, address_of(request), sentence, exports=1, counts_as=FILE_COST)
    address = request.build_absolute_uri(BACKGROUND)
    if rows.value >= LIMIT:
        message = _("One download can have up to %(limit)s rows. POST the query to %(address)s; a worker makes it.")
        sentence = message % {"limit": f"{LIMIT:,}", "address": BACKGROUND}
        return Route(JOB, address, sentence, requests=3, exports=1, status=413)
    message = _("The rows could not be counted in a moment. POST the query to %(address)s, for any number of rows.")
    return Route(JOB, address, message % {"address": BACKGROUND}, requests=3, exports=1)


def size_of_file(columns: Sequence[Column], fmt: str, rows: Sequence[Row]) -> int:
    """The bytes of a file of this format with these rows. ValidationError where it cannot contain them."""
    values = (cast("list[Value]", [row.get(column.name) for column in columns]) for row in rows)
    file = BytesIO()
    table = Table(columns, values, n=len(rows), made_at=timezone.now())
    try:
        write_table(WRITERS[fmt], table, file)
    except Unfit as error:
        raise ValidationError({"format": ValidationError(error.message, code=error.code)}) from error
    return len(file.getvalue())
