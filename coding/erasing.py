"""Where the texts of units are, and what coders wrote about them."""

from collections.abc import Iterator, Mapping

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from coding.models import (
    Adjudication,
    AdjudicationDecision,
    Assignment,
    Coding,
    Submission,
    SubmissionWithdrawal,
    TextUnit,
)
from coding.offsets import sha256_of
from versions.erasing import Place, tracked_places
from versions.models import Erasure


def places_of_units(kind: str, key: str) -> Iterator[Place]:
    """The units that were made of a thing. Passages of codings are offsets, so a text keeps its length."""
    units = TextUnit.objects.filter(source_kind=kind, source_key=key)
    if not units.exists():
        return
    within = {"round_unit__unit__in": units}
    yield Place(_("Coding units"), units, ("text",), numbered=("text",), keeps_length=True, further=_digest)
    yield Place(_("Titles of coding units"), units, ("title",), searched=("context",))
    yield Place(_("Memos of coders"), Coding.objects.filter(**within), ("memo",))
    yield Place(_("Memos of coders"), Submission.objects.filter(**within), ("memo",))
    withdrawals = SubmissionWithdrawal.objects.filter(submission__round_unit__unit__in=units)
    yield Place(_("Reasons for reopening"), withdrawals, ("reason",))
    yield Place(_("Memos of coders"), Assignment.objects.filter(**within), ("memo",))
    adjudications = Adjudication.objects.filter(**within)
    for adjudication in adjudications:
        yield from tracked_places(adjudication, label=_("Adjudications"), texts=("note",))
    decisions = AdjudicationDecision.objects.filter(adjudication__in=adjudications)
    yield Place(_("Adjudications"), decisions, ("reason",))


def _digest(row: Model, erasure: Erasure) -> Mapping[str, object]:
    return {"sha256": sha256_of(getattr(row, "text", ""))}
