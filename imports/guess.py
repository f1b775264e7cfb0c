"""The first guess of a mapping, from names, types and uniqueness of columns. Pure. Pages show it as a guess."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from imports.mapping import DETECTED, WHOLE_NUMBER, Definition, Rule
from imports.readers.table import ReadOptions
from imports.recipe import Recipe, RecipeField
from imports.sniff.language import likely_language, main_language
from imports.sniff.profile import Column
from imports.values import folded, header_words, whole_number
from standards.translation import gettext as _

MAX_REFERENCE = 200
NEARLY = 0.01
_OFTEN = 0.2  # a language with at least this share of the texts is one of several
_BY_NAME = 20  # the highest score of a column whose name does not suggest an identifier
_ID_WORD = re.compile(
    r"(^|\W)(id|ids|no|nr|number|ref|reference|uuid|key|code|nummer|numero|numéro|número|kennung)(\W|$)"
)
_SEPARATORS = ("<->", " | ", "||", " ; ", ";")


@dataclass(slots=True)
class Guess:
    """A definition, and notes for the person who checks it."""

    definition: Definition
    notes: list[str] = field(default_factory=list)


def guess_mapping(
    columns: Sequence[Column], recipe: Recipe, source: ReadOptions, *, latest_year: int, constants: Mapping[str, str]
) -> Guess:
    """Map the columns by their names and contents. constants: field to value, from the description of the dataset."""
    notes: list[str] = []
    rules: dict[str, Rule] = {}
    free = list(columns)
    _guess_references(free, recipe, rules, notes)
    for score, position, target in sorted(_scores(free, recipe), key=lambda entry: (-entry[0], entry[1])):
        column = free[position]
        taken = {rule.column for rule in rules.values()}
        if score > 0 and target.name not in rules and column.name not in taken:
            rules[target.name] = _rule(target, column, notes)
    if not constants.get("language"):
        _guess_languages(columns, recipe, rules, notes)
    _guess_constants(columns, recipe, rules, constants)
    missing = {c.name: tuple(c.missing) for c in columns if c.missing}
    return Guess(Definition(source, rules, missing, latest_year), notes)


def _guess_references(columns: list[Column], recipe: Recipe, rules: dict[str, Rule], notes: list[str]) -> None:
    """The reference is a column with unique values; a column whose number several rows share groups them."""
    target = recipe.field("reference")
    if target is None:
        return
    possible = [
        c
        for c in columns
        if c.longest <= MAX_REFERENCE and not (c.is_long or c.type in ("empty", "date") or _points(c, recipe, target))
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
        if recipe.identity:
            rules["reference"] = Rule(from_=recipe.identity)
            notes.append(_("No column is different in every row, so the whole row is the row identifier."))
        return
    rules["reference"] = Rule(column=chosen.name, format=_whole(chosen, notes))
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
        best = max(shared, key=lambda c: (_header_score(c, group), c.rows - (c.repeats or 0)))
        rules[group.name] = Rule(column=best.name, missing=tuple(best.missing), format=_whole(best, notes))
        notes.append(
            _("Rows that share a “%(name)s” belong together (%(label)s).")
            % {"name": best.name, "label": group.shown_label}
        )


def _points(column: Column, recipe: Recipe, own: RecipeField) -> bool:
    """Whether the name of a column suggests that it refers to something else."""
    other = max((_header_score(column, f) for f in recipe.fields if f.points), default=0)
    return other > _header_score(column, own)


def number_format(column: Column) -> str:
    """The format of a column of references: WHOLE_NUMBER if 17 was written as 17.0, else empty."""
    written = (*(column.values or ()), *column.examples)
    return WHOLE_NUMBER if any(whole_number(text) != text for text in written) else ""


def _whole(column: Column, notes: list[str]) -> str:
    found = number_format(column)
    if found:
        notes.append(
            _("“%(name)s” holds whole numbers written like 17.0; they are read as 17.") % {"name": column.name}
        )
    return found


def _identity(column: Column, target: RecipeField) -> float:
    """How much a column looks like an identifier, from 0 to 100."""
    by_name = _header_score(column, target)
    if by_name:
        return by_name
    if _ID_WORD.search(header_words(column.name)):
        return 50
    has_space = any(" " in example for example in column.examples)
    is_measure = column.type == "decimal" or any("/" in e and len(e) > 40 for e in column.examples)
    return 0 if has_space else 5 if is_measure else 20


def names_a_key(column: Column) -> bool:
    """Whether the name of a column suggests a number or identifier."""
    return bool(_ID_WORD.search(header_words(column.name)))


def _named(column: Column, target: RecipeField) -> bool:
    return bool(_header_score(column, target)) or names_a_key(column)


def _shared_number(column: Column, target: RecipeField) -> bool:
    known = _header_score(column, target) > 0
    return known and column.filled > 0 and not column.is_long and (column.repeats or 0) < column.filled


def _header_score(column: Column, target: RecipeField) -> float:
    """100 for the name of the field or its first synonym; less for later synonyms and for names that contain one; else
    0."""
    name = header_words(column.name)
    synonyms = (target.name.replace("_", " "), target.label.casefold(), *target.headers)
    if name in synonyms:
        return 100 - synonyms.index(name) * 0.5
    within = [s for s in synonyms if len(s) > 4 and re.search(rf"(^|\W){re.escape(s)}(\W|$)", name)]
    return 40 - len(name) * 0.1 if within else 0


def _scores(columns: Sequence[Column], recipe: Recipe) -> list[tuple[float, int, RecipeField]]:
    targets = [f for f in recipe.fields if f.points or not (f.groups or f.name == "reference")]
    return [
        (_header_score(column, target) + _fit(column, target), position, target)
        for position, column in enumerate(columns)
        for target in targets
        if column.type != "empty" and _header_score(column, target) > 0
    ]


def _fit(column: Column, target: RecipeField) -> float:
    """How well the contents fit a field, from -1000 (impossible) to 20."""
    dates = column.type == "date" or any(name.startswith("date ") for name in column.also)
    match target.type:
        case "date":
            return 20 * column.filled / max(column.rows, 1) if dates else -1000
        case "integer":
            return 10 if column.type == "integer" else -1000
        case "decimal":
            return 10 if column.type in ("integer", "decimal") else -1000
        case "country" | "language" | "choice":
            return _known_share(column, target)
    if target.max_length and column.longest > target.max_length:
        return -1000
    long_text = target.max_length is None or target.max_length > 1000
    return (10 if column.is_long else 0) if long_text else (-20 if column.type == "date" else 0)


def _known_share(column: Column, target: RecipeField) -> float:
    """-1000 unless at least half of the filled rows contain a known value, or the field also stores the source text."""
    if column.values is None:
        return -1000
    words = {**target.words, **{folded(label): value for value, label in target.choices.items()}}
    words |= {value: value for value in target.choices}
    real = {value: n for value, n in column.values.items() if value not in column.missing}
    known = sum(n for value, n in real.items() if folded(value) in words or folded(value) in target.questions)
    total = sum(real.values())
    if not total or known < 0.5 * total:
        return -1000 if not target.raw_field or not known else -30
    return 20 * known / total


def _rule(target: RecipeField, column: Column, notes: list[str]) -> Rule:
    missing = tuple(column.missing)
    if target.points:
        return Rule(column=column.name, format=_whole(column, notes), missing=missing)
    if target.type == "date":
        return Rule(column=column.name, format=_date_format(column, notes), missing=missing)
    if target.type == "decimal":
        mark = "," if column.type == "decimal" and column.format == "," else "."
        return Rule(column=column.name, decimal=mark, missing=missing)
    if target.choices:
        words = {folded(v): target.words[folded(v)] for v in column.values or {} if folded(v) in target.words}
        return Rule(column=column.name, words=words, missing=missing)
    separator = ""
    if target.type == "list" or target.name == "category":
        separator = next(
            (s for s in _SEPARATORS[:3] if any(s in value for value in column.values or column.examples)), ""
        )
    return Rule(column=column.name, separator=separator, missing=missing)


def guessed_word(target: RecipeField, word: str, label: str = "") -> str:
    """The canonical value that a value or its label in the file probably means; empty if it is not known."""
    by_label = {folded(text): value for value, text in target.choices.items()} | {folded(v): v for v in target.choices}
    return target.words.get(folded(word)) or target.words.get(folded(label)) or by_label.get(folded(label), "")


def _date_format(column: Column, notes: list[str]) -> str:
    formats = [column.format] if column.type == "date" else []
    formats += [name.partition(" ")[2] for name in column.also if name.startswith("date ")]
    if len(formats) > 1 and {"d", "m"} == {formats[0][1], formats[1][1]}:
        notes.append(
            _("“%(name)s” can be day first or month first; %(formats)s is assumed. Check it.")
            % {"name": column.name, "formats": formats[0]}
        )
    return formats[0]


def _guess_languages(columns: Sequence[Column], recipe: Recipe, rules: dict[str, Rule], notes: list[str]) -> None:
    """Texts in several languages: the language is detected row by row."""
    if recipe.field("language") is None or "language" in rules:
        return
    for column in columns:
        spoken = Counter(filter(None, (likely_language(text) for text in column.examples if column.is_long)))
        several = [language for language, times in spoken.most_common() if times >= _OFTEN * spoken.total()]
        if len(several) > 1:
            rules["language"] = Rule(column=column.name, format=DETECTED)
            notes.append(
                _(
                    "“%(name)s” holds texts in several languages (%(several)s): the language is detected "
                    "row by row. Check it."
                )
                % {"name": column.name, "several": ", ".join(several)}
            )
            return


def _guess_constants(
    columns: Sequence[Column], recipe: Recipe, rules: dict[str, Rule], constants: Mapping[str, str]
) -> None:
    values = {c.name: frozenset(map(folded, c.values or ())) for c in columns}
    hinted = recipe.hint({name: rule.column for name, rule in rules.items()}, values) if recipe.hint else {}
    language = main_language(example for column in columns if column.is_long for example in column.examples)
    proposed = {"language": language, **hinted, **{name: value for name, value in constants.items() if value}}
    for name, value in proposed.items():
        if value and name not in rules and recipe.field(name):
            rules[name] = Rule(constant=value)
