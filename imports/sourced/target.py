"""What a room brings so that rows of its recipe become things of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, Self

from accounts.models import User
from imports.models import Dataset, Import, SourcedRow
from imports.recipe import Dependent
from versions.targets import Target


@dataclass(frozen=True, slots=True)
class Work:
    """On whose behalf, and into what: things made of rows belong to the dataset's organisation and have its access."""

    dataset: Dataset
    import_id: int
    by: User | None
    columns: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, import_id: int) -> Self:
        """`columns`: the column of the file that each field of the recipe was taken from."""
        people = ("created_by", "changed_by")
        run = Import.objects.select_related("dataset__linked_with", "mapping", *people).get(pk=import_id)
        rules = run.mapping.definition["fields"] if run.mapping else {}
        columns = {name: str(rule.get("column", "")) for name, rule in rules.items()}
        return cls(run.dataset, run.pk, run.changed_by or run.created_by, columns)


class TargetWriter(Protocol):
    """All of it inside one transaction of the engine. A batch holds at most a thousand rows."""

    def apply(self, rows: Sequence[SourcedRow], work: Work) -> Sequence[int | None]:
        """Make or change what each of the rows is about; the id of the thing for each, in their order."""

    def withdraw(self, rows: Sequence[SourcedRow], work: Work) -> None:
        """The rows are gone: take back what was made of them alone."""

    def finish(self, work: Work) -> None:
        """All rows of the import have been applied or withdrawn: set right what they say of each other."""

    def dependents(self, dataset_id: int, import_id: int) -> list[Dependent]:
        """What keeps the rows that this import wrote from being taken back, each a sentence that names an example."""

    def target(self, target_id: int | None) -> Target | None:
        """Kind and key of the thing with this id, or of what it is a part of."""
