"""What is asked about the agreement of a round. Pure."""

from dataclasses import asdict, dataclass

from measures.agreement.code_trees import TreeLevel
from measures.agreement.coefficients import Coefficient
from measures.agreement.distances import SETS, Distance

# Distances between sets of codes.
DISTANCES = (Distance.NOMINAL, *SETS)
MOST_DRAWS = 10_000
MOST_DAYS = 366
LARGEST_SEED = 2**31 - 1
# Always values; unsure and skipped are values only where they are asked for.
ALWAYS = ("coded", "none-applies")
OPTIONAL = ("unsure", "skipped")


@dataclass(frozen=True, slots=True)
class Question:
    """One set of figures: level of the tree, coefficient, window in days, draws and seed of the intervals.

    The distance of alpha is MASI where nobody asks for another, so that sets with codes in common are partly alike.
    `outcomes`: of *unsure* and *skipped* those that count as values of their own. `distance` is for alpha; the other
    coefficients have nominal distances.
    """

    seed: int
    level: TreeLevel = TreeLevel.LEAF
    coefficient: Coefficient = Coefficient.ALPHA
    distance: Distance = Distance.MASI
    window: int = 7
    draws: int = 1_000
    outcomes: tuple[str, ...] = ()

    def counts(self, outcome: str) -> bool:
        """Whether submissions with this outcome have a value."""
        return outcome in ALWAYS or outcome in self.outcomes

    def parameters(self) -> dict[str, str]:
        """The parameters of an address that asks this question."""
        values = {name: str(value) for name, value in asdict(self).items() if name != "outcomes"}
        return values | {"outcomes": ",".join(self.outcomes)}
