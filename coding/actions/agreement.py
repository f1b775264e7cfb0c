"""Asking a worker for the agreement of a round."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from coding.agreement.jobs import query_of
from coding.agreement.questions import Question
from coding.agreement.reading import data_version
from coding.models import AgreementComputation, Round
from jobs.models import JobState
from jobs.tasks import wake_worker

MOST_KEPT = 20  # of one round
MOST_ACTIVE = 3  # of one round


@transaction.atomic
def compute_agreement(*, coding_round: Round, question: Question, by: User) -> AgreementComputation:
    """Have the figures computed for the present state of the data; the same request again is the same computation."""
    locked = Round.objects.with_agreement_visible_to(by).filter(pk=coding_round.pk).select_for_update(of=("self",))
    if (found := locked.first()) is None:
        raise Http404
    version, query = data_version(found), query_of(question)
    computations = AgreementComputation.objects.filter(round=found)
    known = computations.filter(query=query, data_version=version).first()
    if known is not None and (known.is_active or known.state == JobState.FINISHED):
        return known
    if known is not None:
        known.delete()
    if computations.filter(state__in=AgreementComputation.ACTIVE).count() >= MOST_ACTIVE:
        raise ValidationError(_("Other figures of this round are being computed. Wait for them."), code="busy")
    kept = computations.order_by("-id").values_list("pk", flat=True)[: MOST_KEPT - 1]
    computations.exclude(pk__in=list(kept)).exclude(state__in=AgreementComputation.ACTIVE).delete()
    made = AgreementComputation.objects.create(round=found, query=query, data_version=version, created_by=by)
    audit.record("agreement.requested", by=by, target=found, query=query)
    transaction.on_commit(lambda: wake_worker(made))
    return made
