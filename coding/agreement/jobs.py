"""Agreement of rounds that are too large for a request, computed by a worker."""

from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone

from coding.agreement.asking import question_of
from coding.agreement.questions import Question
from coding.agreement.reading import read
from coding.agreement.results import STEPS, result_of
from coding.models import AgreementComputation, Round
from jobs.kinds import Kind
from jobs.lease import Lease


class AgreementComputations(Kind[AgreementComputation]):
    """All figures of a round for one question. Nothing is written before the end, so an attempt can be repeated."""

    model = AgreementComputation
    time_limit = 3600

    def get(self, job_id: int) -> AgreementComputation:
        """With the round and its codebook."""
        rounds = "round__codebook_version__codebook"
        return AgreementComputation.objects.select_related(rounds).get(pk=job_id)

    def work(self, job: AgreementComputation, lease: Lease) -> None:
        """Read, compute, keep the result. The data may be newer than when the computation was asked for."""
        lease.enter(AgreementComputation.Stage.READING)
        coded, version = read(job.round)
        lease.enter(AgreementComputation.Stage.COMPUTING, STEPS)

        def step() -> None:
            lease.progress.done += 1

        question = question_of(QueryDict(job.query), job.round.seed)
        result = result_of(coded, version, question, timezone.now(), step)
        lease.finish(result=result.as_json())


AGREEMENT_COMPUTATIONS = AgreementComputations()


def query_of(question: Question) -> str:
    """The question as one text, the same for the same question."""
    return urlencode(sorted(question.parameters().items()))


def computations_of(coding_round: Round, question: Question) -> list[AgreementComputation]:
    """What was asked for with this question, the newest first."""
    return list(AgreementComputation.objects.filter(round=coding_round, query=query_of(question)).order_by("-id"))
