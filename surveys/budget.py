"""How many steps and characters the rules of one interview may use. Pure.

A text of a calculation can go into the next calculation, so six of them make a text of gigabytes from one word.
"""

from dataclasses import dataclass

from rest.refusals import Refusal
from standards.translation import gettext as _
from surveys.xpath_values import Value

# Of one answer.
MAX_TEXT = 5000
# Evaluating this many steps takes about a second.
MAX_STEPS = 1_000_000
# Of all texts that one interview makes, in calculations and by putting answers into the texts of questions.
MAX_CHARACTERS = 10_000_000
# Of one text that a calculation makes: 20 answers of the largest size.
MAX_MADE = 100_000
# Reading a long text takes as long as several short ones.
CHARACTERS_PER_STEP = 100


class OverBudget(Refusal):
    """The answers make the rules of a questionnaire use more than they may."""

    def __init__(self) -> None:
        super().__init__(
            _("The calculations of this questionnaire become too long with these answers. Shorten the answers."),
            code="calculation_too_long",
        )


@dataclass
class Budget:
    """What is left. Spending more than that raises OverBudget."""

    steps: int = MAX_STEPS
    characters: int = MAX_CHARACTERS

    def read(self, value: Value) -> None:
        """One part of an expression had this value."""
        self.steps -= steps_of(length_of(value))
        if self.steps < 0:
            raise OverBudget

    def make(self, characters: int) -> None:
        """A text of this many characters is about to be made."""
        self.characters -= characters
        if self.characters < 0 or characters > MAX_MADE:
            raise OverBudget


def steps_of(characters: int) -> int:
    """The steps of one part of an expression whose value has this many characters."""
    return 1 + characters // CHARACTERS_PER_STEP


def length_of(value: Value) -> int:
    """Characters of a text, or of codes with the spaces between them; 0 for values of a fixed size."""
    if isinstance(value, str):
        return len(value)
    return sum(map(len, value)) + len(value) if isinstance(value, tuple) else 0
