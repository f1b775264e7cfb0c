"""What a room provides so that rows of its recipe become its own things."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, Self

from accounts.models import User
from imports.models import Dataset, Import, SourcedRow
from imports.recipe import Dependent
from versions.targets import Target


@dataclass(frozen=True, slots=True)
class Work:
    """The import and its dataset. Things made of rows belong to the organisation of the dataset and have its access
    level."""

    dataset: Dataset
    import_id: int
    by: User | None
    columns: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, import_id: int) -> Self:
        """columns: field of the recipe to the column of the file."""
        people = ("created_by", "changed_by")
        run = Import.objects.select_related("dataset__linked_with", "mapping", *people).get(pk=import_id)
        rules = run.mapping.definition["fields"] if run.mapping else {}
        columns = {name: str(rule.get("column", "")) for name, rule in rules.items()}
        return cls(run.dataset, run.pk, run.changed_by or run.created_by, columns)


class TargetWriter(Protocol):
    """Every method runs inside one transaction of the engine. A batch has at most a thousand rows."""

    def apply(self, rows: Sequence[SourcedRow], work: Work) -> Sequence[int | None]:
        """Create or change the thing of each row; returns the ids of the things, in the order of the rows."""

    def withdraw(self, rows: Sequence[SourcedRow], work: Work) -> None:
        """Undo what was made only of these rows, which are deleted."""

    def finish(self, work: Work) -> None:
        """Complete what depends on all rows of the import, after they were applied or withdrawn."""

    def dependents(self, dataset_id: int, import_id: int) -> list[Dependent]:
        """What prevents the undo of the rows of this import; each sentence names an example."""

    def target(self, target_id: int | None) -> Target | None:
        """Kind and key of the thing with this id, or of the thing that it is a part of."""
