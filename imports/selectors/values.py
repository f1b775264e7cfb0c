"""What the values of files became (docs/adr/0111)."""

from collections.abc import Sequence
from dataclasses import dataclass

from imports.mapping import Definition, read_definition
from imports.models import Dataset, Import
from imports.recipe import Recipe, recipe_named
from imports.sniff.profile import Column
from imports.value_maps import MappedValue, undecided, value_maps
from standards.json_values import JsonObject


@dataclass(frozen=True, slots=True)
class ValueMap:
    """What the values of the file of an import became, with the version of the mapping."""

    run: Import
    version: int
    values: Sequence[MappedValue]

    @property
    def undecided(self) -> list[MappedValue]:
        return [value for value in self.values if not value.is_decided]


def value_maps_of(dataset: Dataset, *, most: int = 100) -> list[ValueMap]:
    """Of the latest imports that hold rows of the dataset, the latest first. Whoever may read the rows may read
    them."""
    imports = dataset.imports.holding_records().select_related("mapping", "source_file", "same_as__mapping")
    found = [_value_map(run) for run in imports[:most]]
    return [one for one in found if one is not None]


def undecided_of(run: Import) -> list[MappedValue]:
    """Values of the file that nobody has decided about, under the mapping of the import."""
    read = _read(run)
    return undecided(*read) if read else []


def as_json(one: ValueMap) -> list[JsonObject]:
    """A row for each value of an import."""
    of_import = {
        "import": one.run.pk, "loaded_at": one.run.finished_at, "file_sha256": one.run.source_file.sha256,
        "mapping_version": one.version,
    }  # fmt: skip
    return [
        of_import | {
            "field": v.field, "column": v.column, "word": v.word, "value": v.value, "rows": v.rows,
            "decided": v.is_decided,
        }
        for v in one.values
    ]  # fmt: skip


def _value_map(run: Import) -> ValueMap | None:
    read, mapping = _read(run), _source(run).mapping
    return ValueMap(run, mapping.version, value_maps(*read)) if read and mapping else None


def _read(run: Import) -> tuple[list[Column], Definition, Recipe] | None:
    """The columns of the file, the mapping and the recipe; None for an import without a mapping."""
    source, recipe = _source(run), recipe_named(run.recipe)
    if recipe is None or source.mapping is None:
        return None
    columns = [Column.of(found) for found in source.understanding.get("columns", ())]
    return columns, read_definition(source.mapping.definition, recipe, latest_year=run.created_at.year), recipe


def _source(run: Import) -> Import:
    """The import with the figures of the file: of a file that was loaded before, the earlier one."""
    return run.same_as if run.same_as is not None and not run.understanding.get("columns") else run
