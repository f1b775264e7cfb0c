"""How many rows one download can have."""

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from rest.problems import TooLarge

BACKGROUND = "/api/v1/exports/"
LIMIT: int = settings.EXPORT_ROWS


def count_at_most(queryset: QuerySet[Model], most: int) -> int:
    """The number of rows; raises TooLarge with the true number where there are more than `most`."""
    bare = queryset.order_by()
    rows = bare[: most + 1].count()
    if rows <= most:
        return rows
    rows = bare.count()
    message = _(
        "The export has %(rows)s rows; one download can have up to %(limit)s. Add filters, or have it "
        "made in the background: %(exports)s."
    )
    raise TooLarge(
        message % {"rows": rows, "limit": most, "exports": BACKGROUND},
        code="export_too_large",
        rows=rows,
        limit=most,
        exports=BACKGROUND,
    )
