"""Up the tree of codes: confusion between siblings is agreement on their parent."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from measures.agreement.ratings import Value


class TreeLevel(StrEnum):
    """Which code stands for a code: itself, its parent, or the top of its branch."""

    LEAF = "leaf"
    PARENT = "parent"
    TOP = "top"


def at_level(parents: Mapping[str, str | None], level: TreeLevel) -> Callable[[Value], Value]:
    """The function from a value to the value at a level of the tree, for `ratings.relabelled`.

    `parents`: the parent of each code, None for a top code. A top code stands for itself, and so does a value that is
    not in the tree, such as *none applies*. A set is the set of what stands for its members.
    Raises ValueError where a code is below itself.
    """
    upward = {code: _upward(code, parents, level) for code in parents}

    def label(value: Value) -> Value:
        if isinstance(value, str):
            return upward.get(value, value)
        return frozenset(upward.get(code, code) for code in value)

    return label


def _upward(code: str, parents: Mapping[str, str | None], level: TreeLevel) -> str:
    branch = [code]
    while (parent := parents.get(branch[-1])) is not None:
        if parent in branch:
            raise ValueError(f"The code “{parent}” is below itself.")
        branch.append(parent)
    return {TreeLevel.LEAF: branch[0], TreeLevel.PARENT: branch[:2][-1], TreeLevel.TOP: branch[-1]}[level]
