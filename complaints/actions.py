"""Actions on complaint records. Only imports write records; people send them to coding."""

from collections.abc import Sequence
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import audit
from accounts.models import User
from coding.actions import NewUnit, freeze_units
from coding.actions.alike import add_and_compare
from coding.models import Round, TextUnit
from coding.policies import check_can_compare_with
from coding.sampling import drawn
from complaints import policies
from complaints.models import ComplaintRecord, RecordUnit
from complaints.pointing import RECORD
from complaints.querysets import RecordQuerySet
from versions.targets import key_in

MOST_AT_ONCE = 5_000


class Sent(NamedTuple):
    """What became of the records of a list.

    added: units that are new in the round. already: records that were in it before. without_text: records that have
    none. withheld: records whose text this person may not read. changed: records whose text is no longer the one that
    the other round has, where the same records as another round were asked for.
    """

    added: int
    already: int
    without_text: int
    withheld: int
    changed: int


@transaction.atomic
def send_to_coding(
    *,
    records: RecordQuerySet,
    coding_round: Round,
    by: User,
    at_most: int | None = None,
    same_as: Round | None = None,
) -> Sent:
    """Add the texts of these records as units to a planned round.

    `records` starts at `visible_to(by)`. Records whose narrative is withheld from `by`, those without any text and
    those in the round already are left out. With `at_most`, a random sample is drawn from the ids with the seed of the
    round, and only its texts are frozen. `same_as`: only records that are in that round too. Afterwards the round is
    searched for alike texts. Raises ValidationError `too_many` above 5,000 texts and `no_text` where no record has a
    text to code.
    """
    policies.check_can_send_to_coding(by)
    if same_as is not None:
        check_can_compare_with(by, same_as)
        records = records.filter(pk__in=_in_round(same_as))
    readable = records.filter(dataset_id__in=records.scope.readable)
    with_text = readable.filter(Q(narrative__regex=r"\S") | Q(response__regex=r"\S"))
    outside = with_text.exclude(pk__in=_in_round(coding_round))
    ids = list(outside.order_by("id").values_list("pk", flat=True))
    counts = {"all": records.count(), "readable": readable.count(), "with_text": with_text.count()}
    if not counts["with_text"]:
        raise ValidationError(_("None of these records has a text that you have access to."), code="no_text")
    units = _freeze(drawn(ids, seed=coding_round.seed, at_most=at_most), coding_round, by)
    added = add_and_compare(coding_round=coding_round, unit_ids=[unit.pk for unit in units], by=by)
    audit.record("records.sampled", by=by, target=coding_round, records=len(ids), added=added)
    return Sent(
        added=added,
        already=counts["with_text"] - len(ids),
        without_text=counts["readable"] - counts["with_text"],
        withheld=counts["all"] - counts["readable"],
        changed=_changed_since(same_as, units) if same_as is not None else 0,
    )


def _in_round(coding_round: Round) -> QuerySet[RecordUnit, int]:
    """The ids of the records in a round."""
    units = TextUnit.objects.inside(coding_round.pk)
    return RecordUnit.objects.filter(unit__in=units.values("pk")).values_list("record_id", flat=True)


def _freeze(ids: Sequence[int], coding_round: Round, by: User) -> list[TextUnit]:
    """The units of these records, in the order of the records, so that the seed gives the same order each time."""
    if len(ids) > MOST_AT_ONCE:
        message = _("You can send up to %(number)s records at once. Add filters to the list, or set a sample size.")
        raise ValidationError(message % {"number": f"{MOST_AT_ONCE:,}"}, code="too_many")
    rows = ComplaintRecord.objects.filter(pk__in=ids).select_related("dataset").order_by("id")
    new = [(record, _unit(record, coding_round)) for record in rows]
    # What the database does not see as white space, such as a text of no-break spaces.
    new = [(record, unit) for record, unit in new if unit.text.strip()]
    units = freeze_units(units=[unit for _record, unit in new], by=by)
    RecordUnit.objects.bulk_create(
        [
            RecordUnit(dataset_id=record.dataset_id, record_id=record.pk, unit=unit)
            for (record, _unit), unit in zip(new, units, strict=True)
        ],
        ignore_conflicts=True,
    )
    return units


def _changed_since(other: Round, units: Sequence[TextUnit]) -> int:
    """How many of the units have another text than those of the other round."""
    theirs = set(TextUnit.objects.inside(other.pk).values_list("source_kind", "source_key", "sha256"))
    return sum((unit.source_kind, unit.source_key, unit.sha256) not in theirs for unit in units)


def _unit(record: ComplaintRecord, coding_round: Round) -> NewUnit:
    """The unit that coders read. Its context has no finding or outcome, which could influence the coding. It is stored,
    so its labels are in English and are translated where they are shown."""
    context = {
        gettext_noop("Institution"): record.institution,
        gettext_noop("Country"): record.country,
        gettext_noop("Respondent"): record.respondent,
        gettext_noop("Category"): record.category,
        gettext_noop("Received"): date_format(record.received_on, "j M Y") if record.received_on else "",
    }
    return NewUnit(
        source_kind=RECORD,
        source_key=key_in(record.dataset.slug, record.reference),
        title=record.subject or record.reference,
        text="\n\n".join(text for text in (record.narrative, record.response) if text),
        language=record.language,
        context={label: value for label, value in context.items() if value},
        organisation_id=coding_round.organisation_id,
    )
