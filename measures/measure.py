"""A measure as the command line offers it: name, formula, source, options, and how it is computed."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Json = None | bool | int | float | str | list["Json"] | Mapping[str, "Json"]


class BadInput(ValueError):
    """The file cannot be used; the message is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Result:
    """A computed number: `n_used` rows went into it, `n_excluded` were left out, `more` is what the measure adds.

    `formula` and `source` replace those of the measure where its options choose between several formulas.
    """

    value: Json
    n_used: int
    n_excluded: int
    more: Mapping[str, Json] = field(default_factory=dict)
    formula: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure as the command line offers it.

    `function` is the Python function that computes the number, `usage` the command line that computes it from a file,
    `add_options` adds the options of the measure to its parser, `compute` reads the file and returns the result.
    """

    name: str
    title: str
    formula: str
    source: str
    function: Callable[..., object]
    usage: str
    add_options: Callable[[ArgumentParser], None]
    compute: Callable[[Namespace], Result]

    def described(self) -> dict[str, Json]:
        """The entry of this measure in `python -m measures list`."""
        return {
            "measure": self.name,
            "title": self.title,
            "formula": self.formula,
            "source": self.source,
            "function": f"{self.function.__module__}.{self.function.__name__}",
            "command": self.usage,
        }
