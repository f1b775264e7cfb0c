"""Likely personal data: pending decisions, and what a dataset can show because of it (docs/adr/0037)."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.roles import AccessLevel
from imports.models import Dataset, Import
from imports.personal.kinds import LABELS
from imports.recipe import recipe_named
from standards.json_values import JsonObject


@dataclass(frozen=True, slots=True)
class PersonalColumn:
    """One line of the table of likely personal data."""

    column: str
    label: str
    rows: int
    examples: list[JsonObject]
    is_exposed: bool


def personal_columns(run: Import) -> list[PersonalColumn]:
    """The likely personal data by column and kind. is_exposed: withholding would not hide it."""
    exposed = set(exposed_columns(run))
    return [
        PersonalColumn(
            column=hit["column"], label=_(LABELS.get(hit["kind"], hit["kind"])), rows=hit["rows"],
            examples=hit["examples"], is_exposed=hit["column"] in exposed,
        )
        for hit in run.personal
    ]  # fmt: skip


def exposed_columns(run: Import) -> list[str]:
    """Columns with likely personal data whose field cannot be withheld. Before there is a mapping, none is known."""
    recipe = recipe_named(run.recipe)
    if run.mapping is None or recipe is None:
        return []
    fields = run.mapping.definition["fields"]
    hidden = {rule.get("column") for name, rule in fields.items() if name in recipe.withheld}
    return list(dict.fromkeys(hit["column"] for hit in run.personal if hit["column"] not in hidden))


def can_withhold(run: Import) -> bool:
    """Whether the rows have fields that can be withheld; all other fields are shown with the row."""
    return bool(withheld_labels(run.recipe))


def withheld_labels(name: str) -> str:
    """The labels of the fields that can be withheld, separated by commas."""
    recipe = recipe_named(name)
    fields = recipe.fields if recipe else ()
    return ", ".join(field.shown_label for field in fields if recipe and field.name in recipe.withheld)


def is_public(dataset: Dataset) -> bool:
    """Whether rows, their withheld fields or counts of their values are visible to everyone."""
    return AccessLevel.PUBLIC in (dataset.access, dataset.narrative_access, dataset.counts_access)


def must_wait(run: Import) -> bool:
    """Whether an import stops before loading: its dataset is public, and nobody has decided about its personal data."""
    return run.needs_decision and is_public(Dataset.objects.get(pk=run.dataset_id))


def check_may_be_shown(dataset: Dataset) -> None:
    """Raise ValidationError for access levels that likely personal data do not allow, at the field concerned."""
    wrong: dict[str, ValidationError] = {}
    undecided = Import.objects.of_weight(dataset).undecided().order_by("id").first()
    if undecided:
        sentence = _(
            "Import %(number)s (%(file_name)s) seems to contain personal data, and nobody has decided "
            "what to do about it. Decide on the page of that import first."
        ) % {"number": undecided.pk, "file_name": undecided.file_name}
        for name in ("access", "narrative_access", "counts_access"):
            if getattr(dataset, name) == AccessLevel.PUBLIC:
                wrong[name] = ValidationError(sentence, code="personal_data_undecided")
    for run in Import.objects.of_weight(dataset).withholding().select_related("mapping"):
        if dataset.narrative_access != AccessLevel.RESTRICTED:
            wrong["narrative_access"] = ValidationError(
                _(
                    "For import %(number)s (%(file)s) the decision is to withhold: %(fields)s. Change that decision on "
                    "the page of the import first."
                )
                % {"number": run.pk, "file": run.file_name, "fields": withheld_labels(run.recipe)},
                code="personal_data_withheld",
            )
        if dataset.access == AccessLevel.PUBLIC and (columns := exposed_columns(run)):
            wrong["access"] = ValidationError(shown_anyway(run, columns), code="personal_data_withheld")
    if wrong:
        raise ValidationError(wrong)


def shown_anyway(run: Import, columns: list[str]) -> str:
    """Why withholding is not enough for a public dataset."""
    text = _(
        "Import %(number)s (%(file)s) has likely personal data in columns that are shown with every record: "
        "%(columns)s. Restrict who may see the records, or decide to include the data."
    )
    return text % {"number": run.pk, "file": run.file_name, "columns": ", ".join(columns)}
