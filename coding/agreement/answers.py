"""The figures of a round for a page, a report or the API: computed at once, or kept by a worker."""

from dataclasses import dataclass

from django.utils import timezone

from coding.agreement.jobs import computations_of
from coding.agreement.questions import Question
from coding.agreement.reading import data_version, read
from coding.agreement.results import Result, is_large, result_of, stored_result
from coding.models import AgreementComputation, Round
from jobs.models import JobState


@dataclass(frozen=True, slots=True)
class Answer:
    """`result` is None where a worker has not computed it yet. `computation` is the newest one that has no result.

    `data_version` is that of now; the result may be of an earlier one, and then says so.
    """

    question: Question
    result: Result | None
    computation: AgreementComputation | None
    data_version: str

    @property
    def is_current(self) -> bool:
        """Whether the figures are of the present state of the data."""
        return self.result is not None and self.result.data_version == self.data_version


def answer_of(coding_round: Round, question: Question) -> Answer:
    """The figures of a round. Those of a large round are kept for each state of the data and computed by a worker,
    whom `coding.actions.agreement.compute_agreement` asks."""
    version = data_version(coding_round)
    if not is_large(standing_in(version), coding_round.coders.count(), question.draws):
        coded, version = read(coding_round, version)
        return Answer(question, result_of(coded, version, question, timezone.now()), None, version)
    asked = computations_of(coding_round, question)
    finished = next((one for one in asked if one.state == JobState.FINISHED), None)
    waiting = asked[0] if asked and asked[0] != finished else None
    kept = finished.result if finished else None
    return Answer(question, None if kept is None else stored_result(kept), waiting, version)


def standing_in(version: str) -> int:
    """How many submissions stand in a state of the data."""
    made, withdrawn = version.split("-")
    return int(made) - int(withdrawn)
