"""Actions on complaint records. Only imports write records; people send them to coding."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import audit
from accounts.models import User
from coding.actions import NewUnit, freeze_units
from coding.actions.rounds import add_units
from coding.models import Round
from complaints import policies
from complaints.models import ComplaintRecord, RecordUnit
from complaints.pointing import RECORD
from complaints.querysets import RecordQuerySet
from versions.targets import key_in

MOST_AT_ONCE = 5_000


@transaction.atomic
def send_to_coding(*, records: RecordQuerySet, coding_round: Round, by: User, at_most: int | None = None) -> int:
    """Add the texts of these records as units to a planned round; returns how many units are new in the round.

    `records` starts at `visible_to(by)`. Records whose narrative is withheld from `by`, and those without any text, are
    left out. With `at_most`, a random sample is drawn with the seed of the round. Raises ValidationError `too_many`
    above 5,000 records and `no_text` where no record has a text to code.
    """
    policies.check_can_send_to_coding(by)
    readable = records.filter(dataset_id__in=records.scope.readable).exclude(narrative="", response="")
    if readable.count() > MOST_AT_ONCE:
        message = _("You can send up to %(number)s records at once. Add filters to the list.")
        raise ValidationError(message % {"number": f"{MOST_AT_ONCE:,}"}, code="too_many")
    rows = list(readable.select_related("dataset").order_by("id"))
    if not rows:
        raise ValidationError(_("None of these records has a text that you have access to."), code="no_text")
    units = freeze_units(units=[_unit(record, coding_round) for record in rows], by=by)
    RecordUnit.objects.bulk_create(
        [
            RecordUnit(dataset_id=record.dataset_id, record_id=record.pk, unit=unit)
            for record, unit in zip(rows, units, strict=True)
        ],
        ignore_conflicts=True,
    )
    added = add_units(coding_round=coding_round, unit_ids=[unit.pk for unit in units], by=by, at_most=at_most)
    audit.record("records.sampled", by=by, target=coding_round, records=len(rows), added=added)
    return added


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
