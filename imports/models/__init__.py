"""Datasets, their source files, imports and what they found."""

from imports.models.comparing import Comparison, ComparisonRow
from imports.models.datasets import Dataset, Mapping, SourceFile
from imports.models.inbox import InboxFile
from imports.models.languages import LanguageCorrection
from imports.models.ledger import Import, ImportChunk
from imports.models.rows import PreviousVersion, QuarantinedRow, RowProblem
from imports.models.sourced import SourcedRow, SourcedTarget

__all__ = [
    "Comparison",
    "ComparisonRow",
    "Dataset",
    "Import",
    "ImportChunk",
    "InboxFile",
    "LanguageCorrection",
    "Mapping",
    "PreviousVersion",
    "QuarantinedRow",
    "RowProblem",
    "SourceFile",
    "SourcedRow",
    "SourcedTarget",
]  # fmt: skip
