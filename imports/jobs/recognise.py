"""Decide the recipe of a dataset by its first file."""

from collections.abc import Mapping, Sequence

from imports.guess.recipes import choose_recipe, headers_of, read_elsewhere
from imports.jobs.understand import is_staged, understand
from imports.models import Dataset, Import
from imports.problems import Refused
from imports.readers.archive import COLUMN as FILE
from imports.readers.table import ReadOptions
from imports.readers.workbook import COLUMN as SHEET
from imports.recipe import AUTO, Recipe, all_recipes, default_recipe, recipe_named
from imports.sniff.profile import Column
from jobs.lease import Lease
from standards.translation import gettext as _


def decided_recipe(run: Import, lease: Lease) -> Recipe | None:
    """The recipe of the dataset, which is decided by what this file holds unless another import was first. Raises
    Refused for a file that no recipe reads."""
    if run.dataset.recipe == AUTO:
        if not is_staged(run):
            understand(run, headers_of(all_recipes()), lease)
        _decide(run, lease)
        run.dataset.refresh_from_db(fields=["recipe"])
    run.recipe = run.dataset.recipe
    lease.write(recipe=run.recipe)
    return recipe_named(run.recipe)


def _decide(run: Import, lease: Lease) -> None:
    options = ReadOptions.of(run.understanding["options"])
    added = _added(options, run.understanding["choices"])
    columns = [column for found in run.understanding["columns"] if (column := Column.of(found)).name not in added]
    name = f"{run.file_name} {options.member} {options.sheet} {options.table}"
    sheets = run.understanding["choices"].get("sheet", ())
    recipes = all_recipes()
    if elsewhere := read_elsewhere(columns, recipes, kind=options.kind, sheets=sheets, name=name):
        text = _("%(what)s If its rows are records nevertheless, choose the recipe of the dataset.")
        raise Refused("other_kind_of_file", text % {"what": elsewhere})
    choice = choose_recipe(columns, recipes, default_recipe(), name)
    run.notes = [choice.why, *run.notes]
    lease.write(notes=run.notes)
    Dataset.objects.filter(pk=run.dataset_id, recipe=AUTO).update(recipe=choice.recipe.name)


def _added(options: ReadOptions, choices: Mapping[str, Sequence[str]]) -> set[str]:
    """Names of columns that reading added for the part of the delivery in which a row was: they tell nothing about what
    the rows are."""
    several_files = options.kind == "letters" or (choices.get("member") and not options.member)
    several_sheets = choices.get("sheet") and not options.sheet
    return {name for name, is_added in ((FILE, several_files), (SHEET, several_sheets)) if is_added}
