"""How a mapping of earlier files applies to a file with different columns. Pure."""

from bisect import bisect_left
from collections.abc import Sequence

from imports.mapping import Definition
from imports.recipe import Recipe
from standards.translation import gettext as _
from standards.translation import ngettext

_NAMED = 8


def changes_of_shape(before: Sequence[str], now: Sequence[str], *, reported: Sequence[str] = ()) -> list[str]:
    """Sentences about columns that are new, missing (except those in `reported`) or moved."""
    if not before or list(before) == list(now):
        return []
    sentences: list[str] = []
    if new := [name for name in now if name not in before]:
        sentences.append(_("New since then: %(listed)s.") % {"listed": _listed(new)})
    if gone := [name for name in before if name not in now and name not in reported]:
        sentences.append(_("No longer there: %(listed)s.") % {"listed": _listed(gone)})
    if moved := _moved(before, now):
        text = ngettext(
            "%(columns)s is in another place, which changes nothing.",
            "%(columns)s are in another place, which changes nothing.",
            len(moved),
        )
        sentences.append(text % {"columns": _listed(moved)})
    return sentences


def _moved(before: Sequence[str], now: Sequence[str]) -> list[str]:
    """The smallest set of columns whose moving explains the new order."""
    place = {name: at for at, name in enumerate(before)}
    common = [name for name in now if name in place]
    chains: list[list[str]] = []  # at n: of all chains of n + 1 columns in the old order, the one that ends first
    for name in common:
        at = bisect_left([place[chain[-1]] for chain in chains], place[name])
        chains[at : at + 1] = [[*(chains[at - 1] if at else []), name]]
    stayed = set(chains[-1]) if chains else set()
    return [name for name in common if name not in stayed]


def fits_mostly(definition: Definition, columns: Sequence[str]) -> bool:
    """Whether the file has at least half of the columns that the mapping reads."""
    needed = definition.needed_columns
    return 2 * len(needed & set(columns)) >= len(needed) > 0


def columns_gone(definition: Definition, recipe: Recipe, columns: Sequence[str]) -> list[str]:
    """Sentences about mapped columns that this file does not have."""
    sentences: list[str] = []
    for name, rule in sorted(definition.rules.items()):
        for column in (rule.column, *rule.columns):
            target = recipe.field(name)
            if column and target and column not in columns:
                sentences.append(
                    _("The column “%(column)s” is missing; it became %(label)s.")
                    % {"column": column, "label": target.shown_label}
                )
    return sentences


def carried_over(known: Definition, guess: Definition, columns: Sequence[str]) -> Definition:
    """A guess, with all rules of a known mapping whose columns exist."""
    kept = {name: rule for name, rule in known.rules.items() if {rule.column, *rule.columns} - {""} <= set(columns)}
    taken = {rule.column for rule in kept.values() if rule.column}
    guessed = {name: rule for name, rule in guess.rules.items() if name not in kept and rule.column not in taken}
    missing = {name: words for name, words in known.missing.items() if name in columns}
    return Definition(guess.source, guessed | kept, {**guess.missing, **missing}, known.latest_year)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"“{name}”" for name in names[:_NAMED])
    if len(names) <= _NAMED:
        return shown
    return _("%(names)s and %(count)s more") % {"names": shown, "count": len(names) - _NAMED}
