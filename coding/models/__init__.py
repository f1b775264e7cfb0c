"""Codebooks, units, coding rounds, assignments, codings and adjudications."""

from coding.models.adjudication import Adjudication, AdjudicationDecision
from coding.models.agreement import AgreementComputation
from coding.models.codebooks import Code, Codebook, CodebookVersion, CodeOrigin
from coding.models.codings import Coding, Submission, SubmissionWithdrawal
from coding.models.rounds import Assignment, Round, RoundCoder, RoundUnit
from coding.models.samples import AlikeSearch, AlikeUnit, RoundShare
from coding.models.units import TextUnit

__all__ = [
    "Adjudication",
    "AdjudicationDecision",
    "AgreementComputation",
    "AlikeSearch",
    "AlikeUnit",
    "Assignment",
    "Code",
    "CodeOrigin",
    "Codebook",
    "CodebookVersion",
    "Coding",
    "Round",
    "RoundCoder",
    "RoundShare",
    "RoundUnit",
    "Submission",
    "SubmissionWithdrawal",
    "TextUnit",
]
