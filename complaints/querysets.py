"""Questions about many records.

What a person may see is found once, as ids of datasets, so that PostgreSQL reads their partitions only.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, F, Func, IntegerField, OuterRef, Q

from accounts.roles import AccessLevel
from complaints import search
from imports.models import Dataset
from registry.models import PolicySector

if TYPE_CHECKING:
    from accounts.models import User
    from complaints.models import ComplaintRecord


@dataclass(frozen=True, slots=True)
class SeenDataset:
    """A dataset as one person sees it."""

    id: int
    slug: str
    title: str
    threshold: int
    languages: tuple[str, ...]
    is_readable: bool
    joined_with: int | None = None
    recipe: str = ""


@dataclass(frozen=True)
class Sight:
    """The datasets whose records a person may see; `is_readable` where they may also read narratives and responses.
    `counted` are those of which they may see counts only (docs/adr/0086)."""

    datasets: dict[int, SeenDataset] = field(default_factory=dict)
    counted: dict[int, SeenDataset] = field(default_factory=dict)
    person: "User | AnonymousUser" = field(default_factory=AnonymousUser)

    @cached_property
    def sectors(self) -> dict[str, str]:
        """Slug to name of each policy sector: a record holds the slug."""
        return dict(PolicySector.objects.values_list("slug", "name"))

    @property
    def known(self) -> dict[int, SeenDataset]:
        """Those that may be named in a question."""
        return self.datasets | self.counted

    @property
    def languages(self) -> list[str]:
        return sorted({code for dataset in self.datasets.values() for code in dataset.languages})

    @property
    def withheld(self) -> list[int]:
        return [pk for pk, dataset in self.datasets.items() if not dataset.is_readable]

    @property
    def readable(self) -> list[int]:
        return [pk for pk, dataset in self.datasets.items() if dataset.is_readable]

    def directly_joined(self, dataset_id: int, recipe: str) -> list[int]:
        """Datasets of a recipe whose rows name records of this one."""
        return [d.id for d in self.datasets.values() if d.joined_with == dataset_id and d.recipe == recipe]

    def joined(self, dataset_id: int) -> frozenset[int]:
        """Every dataset that counts by the same case numbers, itself included, of those that are seen."""
        return self._groups.get(dataset_id, frozenset({dataset_id}))

    @cached_property
    def _groups(self) -> dict[int, frozenset[int]]:
        """What is joined through a dataset that is not seen stands together all the same: its own rows do not show."""
        root: dict[int, int] = {}

        def top(pk: int) -> int:
            while root.get(pk, pk) != pk:
                pk = root[pk]
            return pk

        for dataset in self.datasets.values():
            if dataset.joined_with is not None:
                root[top(dataset.id)] = top(dataset.joined_with)
        groups: dict[int, set[int]] = {}
        for pk in self.datasets:
            groups.setdefault(top(pk), set()).add(pk)
        return {pk: frozenset(group) for group in groups.values() for pk in group}

    def named(self, slugs: Iterable[str]) -> list[int]:
        """Ids of the datasets with these slugs, of those that are known."""
        wanted = set(slugs)
        return [pk for pk, dataset in self.known.items() if dataset.slug in wanted]


def sight_of(user: "User | AnonymousUser") -> Sight:
    """What this person may see. Costs one query, and one for their memberships unless they are known."""
    organisations = [] if isinstance(user, AnonymousUser) or not user.is_active else sorted(user.organisation_ids)
    levels = [AccessLevel.PUBLIC, AccessLevel.CONSORTIUM] if organisations else [AccessLevel.PUBLIC]
    through = Dataset.shared_with.through
    shared = through.objects.filter(dataset_id=OuterRef("pk"), organisation_id__in=organisations)
    visible = Dataset.objects.visible_to(user)
    rows = Dataset.objects.filter(Q(counts_access__in=levels) | Q(pk__in=visible.order_by().values("pk")))
    rows = rows.annotate(is_shared=Exists(shared), is_seen=Exists(visible.filter(pk=OuterRef("pk"))))
    seen, counted = {}, {}
    for row in rows.order_by("title", "id").values_list(
        "id", "slug", "title", "disclosure_threshold", "languages", "narrative_access", "organisation_id", "is_shared",
        "joined_with_id", "recipe", "is_seen",
    ):  # fmt: skip
        pk, slug, title, threshold, languages, access, owner, is_shared, joined_with, recipe, is_seen = row
        if not is_seen:
            counted[pk] = SeenDataset(pk, slug, title, threshold, tuple(languages), is_readable=False)
            continue
        is_readable = (
            access == AccessLevel.PUBLIC
            or (access == AccessLevel.CONSORTIUM and bool(organisations))
            or owner in organisations
            or is_shared
        )
        seen[pk] = SeenDataset(
            pk, slug, title, threshold, tuple(languages), is_readable, joined_with, recipe
        )  # fmt: skip
    return Sight(seen, counted, user)


class DaysBetween(Func):
    """Days from the first date to the second: NULL unless both are known."""

    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = IntegerField(null=True)


class RecordQuerySet(models.QuerySet["ComplaintRecord"]):
    """Complaint records. `visible_to` comes first; search needs to know what it found."""

    sight: Sight | None = None

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]
        clone.sight = self.sight
        return clone

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Records of the datasets this person may know of."""
        sight = sight_of(user)
        records = self.filter(dataset_id__in=list(sight.datasets))
        records.sight = sight
        return records

    def within(self, sight: Sight, datasets: Iterable[int]) -> Self:
        """Records of these datasets, for counts only: the rows are not for the person to see."""
        records = self.filter(dataset_id__in=list(datasets))
        records.sight = sight
        return records

    @property
    def seen(self) -> Sight:
        """What the person sees whose records these are."""
        if self.sight is None:
            raise TypeError("Ask visible_to(user) first.")
        return self.sight

    def matching(self, words: str) -> Self:
        """Records whose text holds the words, each in its own language; withheld text is not looked into."""
        sight = self.seen
        return self.filter(
            search.condition(words, languages=sight.languages, readable=sight.readable, withheld=sight.withheld)
        )

    def with_days_open(self) -> Self:
        """Adds `days_open`: from receipt to closing; NULL while open or where a date is unknown."""
        return self.annotate(days_open=DaysBetween(F("closed_on"), F("received_on")))

    def case_of(self, record: "ComplaintRecord") -> Q:
        """What the records of the office's case that a record belongs to have in common: in its dataset, and in those
        joined with it. A dataset whose reference is the case number itself has no case reference: the reference then
        stands for it."""
        joined = sorted(self.seen.joined(record.dataset_id) - {record.dataset_id})
        number = record.case_reference or (record.reference if joined else "")
        if not number:
            return Q(pk__in=[])
        by_number = Q(case_reference=number, dataset_id__in=[record.dataset_id, *joined])
        return by_number | Q(reference=number, case_reference="", dataset_id__in=joined) if joined else by_number

    def of_the_same_case(self, record: "ComplaintRecord") -> Self:
        """The other records of its case."""
        return self.filter(self.case_of(record)).exclude(pk=record.pk)
