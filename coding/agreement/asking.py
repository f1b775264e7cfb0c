"""Reads a question from the parameters of an address; every wrong one has a sentence."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from coding.agreement.questions import (
    DISTANCES,
    LARGEST_SEED,
    MOST_DAYS,
    MOST_DRAWS,
    OPTIONAL,
    Question,
)
from measures.agreement.code_trees import TreeLevel
from measures.agreement.coefficients import Coefficient
from measures.agreement.distances import Distance

PARAMETERS = ("level", "coefficient", "distance", "window", "draws", "seed", "outcomes")
LEAST_DRAWS = 100
Choice = TypeVar("Choice", bound=StrEnum)
Value = TypeVar("Value")


def question_of(parameters: QueryDict, seed: int, *, also: Iterable[str] = ()) -> Question:
    """The question of an address. `seed` is that of the round, which counts where the address names none.

    The distance is for alpha, and nominal for the other coefficients. `also`: further parameters that the address
    takes. Raises ValidationError with all that is wrong, by parameter.
    """
    asked = _Asked(parameters)
    asked.check_names({*PARAMETERS, *also})
    coefficient = asked.read("coefficient", Coefficient.ALPHA, _one_of(list(Coefficient)))
    distance = asked.read("distance", Distance.MASI, _one_of(list(DISTANCES)))
    question = Question(
        seed=asked.read("seed", seed, _number_in(0, LARGEST_SEED)),
        level=asked.read("level", TreeLevel.LEAF, _one_of(list(TreeLevel))),
        coefficient=coefficient,
        distance=distance if coefficient is Coefficient.ALPHA else Distance.NOMINAL,
        window=asked.read("window", 7, _number_in(1, MOST_DAYS)),
        draws=asked.read("draws", 1_000, _number_in(LEAST_DRAWS, MOST_DRAWS)),
        outcomes=asked.outcomes(),
    )
    if asked.wrong:
        raise ValidationError(asked.wrong)
    return question


class _Asked:
    """The parameters, and what is wrong with them."""

    def __init__(self, parameters: QueryDict) -> None:
        self._parameters = parameters
        self.wrong: dict[str, ValidationError] = {}

    def check_names(self, allowed: set[str]) -> None:
        message = _("Unknown parameter. Allowed: %(names)s.") % {"names": ", ".join(sorted(allowed))}
        for name in self._parameters:
            if name not in allowed:
                self.wrong[name] = ValidationError(message, code="unknown_parameter")

    def read(self, name: str, default: Value, parse: Callable[[str], Value]) -> Value:
        """The parameter; the default where it is empty or wrong."""
        text = self._parameters.get(name, "").strip()
        try:
            return parse(text) if text else default
        except ValidationError as error:
            self.wrong[name] = error
            return default

    def outcomes(self) -> tuple[str, ...]:
        """From `outcomes=unsure,skipped` and from ticked boxes."""
        named = {word for text in self._parameters.getlist("outcomes") for word in text.split(",") if word}
        if named - set(OPTIONAL):
            message = _("Allowed: %(allowed)s.") % {"allowed": ", ".join(OPTIONAL)}
            self.wrong["outcomes"] = ValidationError(message, code="invalid_choice")
        return tuple(one for one in OPTIONAL if one in named)


def _one_of(choices: list[Choice]) -> Callable[[str], Choice]:
    def parse(text: str) -> Choice:
        for choice in choices:
            if choice.value == text:
                return choice
        message = _("Allowed: %(allowed)s.") % {"allowed": ", ".join(choice.value for choice in choices)}
        raise ValidationError(message, code="invalid_choice")

    return parse


def _number_in(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isascii() or not text.isdigit() or len(text) > 12 or not least <= int(text) <= most:
            message = _("Enter a whole number from %(least)s to %(most)s.") % {"least": least, "most": most}
            raise ValidationError(message, code="invalid_number")
        return int(text)

    return parse
