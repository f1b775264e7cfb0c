"""What the fields of exports mean, for the OpenAPI document."""

from django.utils.translation import gettext_lazy as _

TERMS = {
    "Export.expires_at": _("Until when the file can be downloaded."),
    "Export.finished_at": _("When it ended."),
    "Export.format": _("The format of the file."),
    "Export.made_at": _("When the rows were read."),
    "Export.progress_done": _("Rows of this stage that are done."),
    "Export.progress_total": _("Rows of this stage; 0 where it is not known."),
    "Export.query": _("The address whose rows are in the file, with its parameters in order."),
    "Export.rows": _("Rows of the file."),
    "Export.sha256": _("SHA-256 of the file, in hexadecimal digits."),
    "Export.size": _("Bytes of the file."),
    "Export.stage": _("What the worker is doing: `reading` or `writing`."),
    "Export.started_at": _("When a worker began."),
    "CrossedValue.label": _("The value in words, for people."),
    "CrossTable.of": _("What the shares are of."),
    "CrossTable.rounded_to": _("The multiple to which counts are rounded; null where they are exact."),
    "CrossTable.suppressed": _("Whether a count is suppressed."),
    "CrossTable.timed_out": _("Whether counting took too long."),
    "CrossTable.total": _("Number of records in the table; null where it is suppressed."),
}
