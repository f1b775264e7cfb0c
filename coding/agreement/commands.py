"""The commands that compute the figures again from the downloaded files, without the site. Pure."""

import shlex

from coding.agreement.coded import NONE
from coding.agreement.questions import Question
from measures.agreement.coefficients import Coefficient

RATINGS_FILE = "agreement-ratings.csv"
PASSAGES_FILE = "agreement-passages.csv"


def ratings_command(question: Question, file: str = RATINGS_FILE) -> list[str]:
    """The arguments of `python -m measures` for the coefficient of the question: all, each code, pair and window."""
    level = ["--level", question.distance.value] if question.coefficient is Coefficient.ALPHA else []
    return [
        *("agreement", file, "--unit", "unit", "--coder", "coder", "--value", "value", "--separator", " "),
        *("--none", NONE, "--measure", question.coefficient.value, *level, "--time", "submitted"),
        *("--window", str(question.window), *_bootstrap(question), "--details"),
    ]


def passages_command(question: Question, file: str = PASSAGES_FILE) -> list[str]:
    """The arguments of `python -m measures` for the agreement on passages."""
    return [
        *("passage-agreement", file, "--unit", "unit", "--coder", "coder", "--value", "code", "--start", "start"),
        *("--end", "end", "--length", "length", *_bootstrap(question)),
    ]


def as_line(arguments: list[str]) -> str:
    """The command as it is typed."""
    return shlex.join(["python", "-m", "measures", *arguments])


def _bootstrap(question: Question) -> tuple[str, ...]:
    return "--bootstrap", str(question.draws), "--seed", str(question.seed)
