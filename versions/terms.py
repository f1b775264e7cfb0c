"""What the fields of erasures mean, for the OpenAPI document."""

from django.utils.translation import gettext_lazy as _

TERMS = {
    "ErasedPlace.place": _("Where the text was, such as a table and a column."),
    "Erasure.reason": _("Why it was erased."),
    "ErasureTarget.key": _("The key of the row."),
    "ErasureTarget.kind": _("The kind of row."),
    "ErasureReach.targets": _("Rows that are reached."),
    "FeedEntryShape.at": _("When the transaction that changed it ended."),
    "FeedShape.results": _("Changes in the order of their transactions."),
    "SourceShape.key": _("The key of the row."),
    "SourceShape.kind": _("The kind of row."),
    "characters": _("Number of characters that are erased."),
    "erased_at": _("When it was erased."),
    "erased_by": _("Username of who erased it."),
    "final_at": _("From when on it cannot be undone."),
    "ground": _("The ground of the erasure."),
    "passage_length": _("Length of the passage in characters; 0 for the whole text."),
    "places": _("Where the text was."),
    "texts": _("Number of texts that are erased."),
    "undone_at": _("When it was undone; null while it is not."),
    "undone_by": _("Username of who undid it; null while it is not undone."),
}
