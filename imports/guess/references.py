"""Which column, or which columns together, tell rows apart, and which one says that rows belong together. Pure."""

from imports.guess.rules import whole_format
from imports.guess.scores import NAMELESS, header_score, names_a_key
from imports.keys import MAX_REFERENCE, KeySearch, may_identify
from imports.mapping import Rule
from imports.recipe import Recipe, RecipeField
from imports.sniff.profile import Column
from standards.translation import gettext as _

NEARLY = 0.01
_LIKE_NUMBERS = ("%Y-%m", "%m/%Y")  # 2021-01 may be the first case of a year
_SURELY = 70  # the least score of a column that is named like the field
_BY_NAME = 20  # the highest score of a column whose name does not suggest an identifier


def guess_references(
    columns: list[Column], recipe: Recipe, rules: dict[str, Rule], notes: list[str], keys: KeySearch | None = None
) -> None:
    """The reference is a column with unique values, or the columns that together are; a column whose number several
    rows share groups them."""
    target = recipe.field("reference")
    if target is None:
        return
    possible = [
        c
        for c in columns
        if c.longest <= MAX_REFERENCE
        and not (c.is_long or c.type == "empty" or _is_day(c, target) or _points(c, recipe, target))
    ]
    unique = sorted((c for c in possible if c.is_unique), key=lambda c: -_identity(c, target))
    near = sorted(
        (
            c
            for c in possible
            if c.repeats and c.repeats <= max(NEARLY * c.rows, 3) and not c.empty and _named(c, target)
        ),
        key=lambda c: (c.repeats or 0, -_identity(c, target)),
    )
    least = 0 if not recipe.identity else _BY_NAME
    chosen = next((c for c in unique if _identity(c, target) > least), near[0] if near else None)
    if chosen is None:
        own = [column for column in columns if not _points(column, recipe, target)]
        _guess_identity(own, recipe, rules, notes, keys)
        return
    rules["reference"] = Rule(column=chosen.name, format=whole_format(chosen, notes))
    if _counts_rows(chosen):
        text = _("“%(name)s” has no name and only numbers the rows: in a later file a row may have another number.")
        notes.append(text % {"name": chosen.name})
    if not chosen.is_unique:
        notes.append(
            _(
                "No column is different in every row. “%(name)s” comes nearest (%(repeats)s of %(rows)s "
                "rows repeat a value): of rows with the same value the first is loaded, the others are "
                "quarantined."
            )
            % {"name": chosen.name, "repeats": chosen.repeats, "rows": f"{chosen.rows:,}"}
        )
    group = next((f for f in recipe.fields if f.groups), None)
    if group is None:
        return
    shared = [c for c in possible if c is not chosen and not c.is_unique and _shared_number(c, group)]
    if shared:
        best = max(shared, key=lambda c: (header_score(c, group), c.rows - (c.repeats or 0)))
        rules[group.name] = Rule(column=best.name, missing=tuple(best.missing), format=whole_format(best, notes))
        notes.append(
            _("Rows that share a “%(name)s” belong together (%(label)s).")
            % {"name": best.name, "label": group.shown_label}
        )


def _guess_identity(
    columns: list[Column], recipe: Recipe, rules: dict[str, Rule], notes: list[str], keys: KeySearch | None
) -> None:
    """Without a column that looks like an identifier: the whole row, a text that never repeats, or several columns."""
    if recipe.identity:
        rules["reference"] = Rule(from_=recipe.identity)
        notes.append(_("No column is different in every row, so the whole row is the row identifier."))
    elif alone := next(filter(may_identify, columns), None):
        rules["reference"] = Rule(columns=(alone.name,))
        text = _(
            "No column looks like a number. “%(name)s” is different in every row, so it identifies a row. Check it."
        )
        notes.append(text % {"name": alone.name})
    elif keys and keys.found:
        rules["reference"] = Rule(columns=keys.found[0].columns)
        notes.append(keys_found(keys))
    elif keys:
        notes.append(no_keys(keys))


def keys_found(keys: KeySearch) -> str:
    """The sentence about columns that together identify a row, with their counts."""
    left = keys.rows - keys.equal_rows
    numbers = {"columns": ", ".join(keys.found[0].columns), "different": f"{left:,}", "rows": f"{keys.rows:,}"}
    if keys.equal_rows:
        text = _(
            "No column is different in every row. These columns are together, once the %(equal)s rows that are equal "
            "to an earlier one are left out: %(columns)s (%(different)s of %(rows)s rows). Check it."
        )
        return text % {**numbers, "equal": f"{keys.equal_rows:,}"}
    text = _(
        "No column is different in every row, but these columns are together: %(columns)s (%(different)s of %(rows)s "
        "rows). Check it."
    )
    return text % numbers


def no_keys(keys: KeySearch) -> str:
    """The sentence about a file in which no columns identify a row."""
    if keys.closest is None:
        return _(
            "No column is different in every row, and no columns could be found that are together. Choose the row "
            "identifier below."
        )
    text = _(
        "No column is different in every row, nor are up to four columns together. Nearest come: %(columns)s "
        "(%(different)s of %(rows)s rows). Choose the row identifier below: the whole row, or the number of the row."
    )
    numbers = {"different": f"{keys.closest.different:,}", "rows": f"{keys.rows:,}"}
    sentence = text % {"columns": ", ".join(keys.closest.columns), **numbers}
    if not keys.equal_rows:
        return sentence
    equal = _("Rows that are equal to an earlier one: %(equal)s. With the whole row as identifier they are skipped.")
    return f"{sentence} {equal % {'equal': f'{keys.equal_rows:,}'}}"


def _is_day(column: Column, target: RecipeField) -> bool:
    """A column of dates, unless its name says that 2021-01 is a number."""
    may_be_number = column.format in _LIKE_NUMBERS and header_score(column, target) >= _SURELY
    return column.type == "date" and not may_be_number


def _points(column: Column, recipe: Recipe, own: RecipeField) -> bool:
    """Whether the name of a column suggests that it refers to something else."""
    other = max((header_score(column, f) for f in recipe.fields if f.points), default=0)
    return other > header_score(column, own)


def _identity(column: Column, target: RecipeField) -> float:
    """How much a column looks like an identifier, from 0 to 100."""
    by_name = header_score(column, target)
    if by_name:
        return by_name
    if names_a_key(column):
        return 50
    if _counts_rows(column):
        return 1
    has_space = any(" " in example for example in column.examples)
    is_measure = column.type == "decimal" or any("/" in e and len(e) > 40 for e in column.examples)
    return 0 if has_space else 5 if is_measure else 20


def _counts_rows(column: Column) -> bool:
    """Whether a column is the nameless count of rows that programs write in front."""
    return bool(NAMELESS.fullmatch(column.name)) and column.type == "integer"


def _named(column: Column, target: RecipeField) -> bool:
    return bool(header_score(column, target)) or names_a_key(column)


def _shared_number(column: Column, target: RecipeField) -> bool:
    known = header_score(column, target) > 0
    return known and column.filled > 0 and not column.is_long and (column.repeats or 0) < column.filled
