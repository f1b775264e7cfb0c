"""The figures of one state of the data with everything that a reader needs to judge and to repeat them."""

import hashlib
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import IO, Any

from coding.agreement.coded import Coded, Compared, compared
from coding.agreement.figures import PARTS, Figure, Figures, figures_of
from coding.agreement.files import passages_table, ratings_table
from coding.agreement.questions import Question
from exports.tables import Table
from exports.writers import delimited
from measures.agreement.code_trees import TreeLevel
from measures.agreement.coefficients import Coefficient
from measures.agreement.distances import Distance

# Submissions x draws of a request; more is computed by a worker.
MOST_AT_ONCE = 10_000 * 1_000
MOST_CODERS_AT_ONCE = 12
STEPS = PARTS + 1
MEMORY = 5_000_000
_BLOCK = 1 << 18
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """Figures for a question. `units` of the round, `submissions` by outcome, `drafts` that never count.

    `ratings_sha256` and `passages_sha256`: of the files from which `python -m measures` computes the same.
    """

    question: Question
    data_version: str
    computed_at: datetime
    units: int
    submissions: Mapping[str, int]
    drafts: int
    coders: tuple[str, ...]
    ratings_sha256: str
    passages_sha256: str
    figures: Figures

    @property
    def submitted(self) -> int:
        """How many submissions stand."""
        return sum(self.submissions.values())

    def as_json(self) -> dict[str, Any]:
        """Everything as plain values, for a row of the database and for the API."""
        return {**asdict(self), "computed_at": self.computed_at.isoformat(), "figures": asdict(self.figures)}


def is_large(submissions: int, coders: int, draws: int) -> bool:
    """Whether a worker computes the figures, because a request would take too long."""
    return submissions * draws > MOST_AT_ONCE or coders > MOST_CODERS_AT_ONCE


def result_of(
    coded: Coded, version: str, question: Question, at: datetime, step: Callable[[], None] = lambda: None
) -> Result:
    """The figures of a round as it was read. `step` is called STEPS times."""
    whole = compared(coded, question)
    figures = figures_of(whole, step)
    ratings, passages = digests_of(whole)
    step()
    return Result(
        question=question,
        data_version=version,
        computed_at=at,
        units=len(coded.units),
        submissions=coded.by_outcome(),
        drafts=coded.drafts,
        coders=tuple(coded.coders),
        ratings_sha256=ratings,
        passages_sha256=passages,
        figures=figures,
    )


def stored_result(data: Json) -> Result:
    """The result that `as_json` wrote."""
    values: dict[str, Any] = dict(data)
    values["question"] = _question(data["question"])
    values["computed_at"] = datetime.fromisoformat(data["computed_at"])
    values["coders"] = tuple(data["coders"])
    values["figures"] = _figures(data["figures"])
    return Result(**values)


def _question(data: Json) -> Question:
    values: dict[str, Any] = dict(data)
    values["level"] = TreeLevel(data["level"])
    values["coefficient"], values["distance"] = Coefficient(data["coefficient"]), Distance(data["distance"])
    values["outcomes"] = tuple(data["outcomes"])
    return Question(**values)


def _figures(data: Json) -> Figures:
    values: dict[str, Any] = {
        name: part if name == "counts" else [Figure(**one) for one in part] for name, part in data.items()
    }
    return Figures(**values)


def digests_of(whole: Compared) -> tuple[str, str]:
    """SHA-256 of the files of ratings and of passages, as they are downloaded in CSV."""
    return _digest(ratings_table(whole)), _digest(passages_table(whole.coded, whole.question))


def _digest(table: Table) -> str:
    file: IO[bytes]
    with tempfile.SpooledTemporaryFile(max_size=MEMORY) as file:
        delimited.write(table, file)
        file.seek(0)
        digest = hashlib.sha256()
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
