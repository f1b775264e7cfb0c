"""The mapping that an import begins with: the latest one of the dataset if it fits, else the first guess."""

from dataclasses import replace

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from imports.guess import Guess, guess_mapping
from imports.guess.references import no_keys
from imports.keys import KeySearch
from imports.mapping import Definition, check_complete, read_definition
from imports.mapping_shape import carried_over, changes_of_shape, columns_gone, fits_mostly
from imports.models import Dataset, Import, Mapping
from imports.problems import Refused
from imports.readers.table import ReadOptions
from imports.recipe import Recipe
from imports.sniff.profile import Column
from standards.json_values import JsonObject
from standards.translation import gettext as _


def proposal(run: Import, recipe: Recipe) -> Guess:
    """A definition for the file, with notes on where it comes from."""
    columns = [Column.of(found) for found in run.understanding["columns"]]
    source = ReadOptions.of(run.understanding["options"])
    year = timezone.now().year
    names = [column.name for column in columns]
    before = list(run.dataset.mappings.filter(recipe=run.recipe)[:5])
    for mapping in before:
        known = read_definition(mapping.definition, recipe, latest_year=year)
        if known.needed_columns <= set(names):
            kept = Definition(source, known.rules, known.missing, known.latest_year)
            note = _("Mapped as before, with version %(version)s of the dataset’s mapping.") % {
                "version": mapping.version
            }
            return Guess(kept, [note, *changes_of_shape(_columns_of(mapping), names)])
    guess = guess_mapping(
        columns, recipe, source, latest_year=year, constants=constants_of(run.dataset, recipe),
        head=run.understanding.get("head", ()), keys=KeySearch.of(run.understanding.get("keys")),
        file_name=run.file_name,
    )  # fmt: skip
    if not before:
        return guess
    known = read_definition(before[0].definition, recipe, latest_year=year)
    if not fits_mostly(known, names):
        note = _("This file has few of the columns that version %(version)s of the dataset’s mapping reads.") % {
            "version": before[0].version
        }
        return replace(guess, notes=[note, *guess.notes])
    carried = carried_over(known, guess.definition, names)
    note = _("Mapped with version %(version)s of the dataset’s mapping as far as possible; the rest is a guess.") % {
        "version": before[0].version
    }
    gone = columns_gone(known, recipe, names)
    shape = changes_of_shape(_columns_of(before[0]), names, reported=list(known.needed_columns))
    used = carried.used_columns - known.used_columns
    questions = {column: text for column, text in guess.questions.items() if column in used}
    return Guess(carried, [note, *gone, *shape], questions)


def constants_of(dataset: Dataset, recipe: Recipe) -> dict[str, str]:
    """Field to value, from the description of the dataset."""
    constants = {"language": dataset.language, "country": dataset.country}
    if dataset.office and recipe.office:
        constants |= recipe.office(dataset.office.name, dataset.office.kind)
    return constants


def _columns_of(mapping: Mapping) -> list[str]:
    """The columns of the latest file that was read with a mapping."""
    run = mapping.imports.order_by("-id").first()
    return [column["name"] for column in run.understanding.get("columns", ())] if run else []


def proposed_mapping(run: Import, recipe: Recipe) -> tuple[Mapping, list[str]]:
    """The proposal, saved, with its notes. Raises Refused if it is incomplete."""
    guess = proposal(run, recipe)
    try:
        check_complete(guess.definition, recipe, [column["name"] for column in run.understanding["columns"]])
    except Refused as refused:
        keys = KeySearch.of(run.understanding.get("keys"))
        if keys is None or keys.found or "reference" in guess.definition.rules:
            raise
        facts = {"lacking": refused.message, "nearest": no_keys(keys)}
        raise Refused(refused.code, _("%(lacking)s %(nearest)s") % facts) from refused
    mapping = kept_mapping(run.dataset, recipe, guess.definition, by=run.created_by)
    return mapping, [*guess.notes, *guess.questions.values()]


@transaction.atomic
def kept_mapping(dataset: Dataset, recipe: Recipe, definition: Definition, *, by: User | None) -> Mapping:
    """The version of the dataset's mapping with this definition; a new one if there is none."""
    Dataset.objects.select_for_update().get(pk=dataset.pk)
    found = dataset.mappings.filter(fingerprint=definition.fingerprint, recipe=recipe.name).first()
    if found:
        return found
    newest = dataset.mappings.aggregate(newest=Max("version"))["newest"] or 0
    values: JsonObject = {"definition": definition.as_json(), "fingerprint": definition.fingerprint}
    return Mapping.objects.create(dataset=dataset, recipe=recipe.name, version=newest + 1, created_by=by, **values)
