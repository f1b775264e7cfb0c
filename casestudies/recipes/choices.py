"""Choices of recipes that are rows of the database, read when they are needed."""

from collections.abc import ItemsView, Iterator, Mapping

from casestudies.selectors.terms import TermLabels
from registry.models import PolicySector


class TermChoices(Mapping[str, str]):
    """Keys of a vocabulary's terms with their labels."""

    def __init__(self, vocabulary: str) -> None:
        self._vocabulary = vocabulary

    def _now(self) -> dict[str, str]:
        return TermLabels().of(self._vocabulary)

    def __getitem__(self, key: str) -> str:
        return self._now()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())

    def items(self) -> ItemsView[str, str]:
        return self._now().items()


class SectorChoices(TermChoices):
    """Policy sectors by their slug."""

    def __init__(self) -> None:
        super().__init__("")

    def _now(self) -> dict[str, str]:
        return dict(PolicySector.objects.values_list("slug", "name"))
