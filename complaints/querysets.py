"""Queries over many records.

The access scope of a person is computed once, as ids of datasets, so that PostgreSQL reads their partitions only.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import BooleanField, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet

from accounts.roles import AccessLevel, is_wider
from complaints import search
from imports.models import Dataset
from registry.models import PolicySector
from rest.matches import Words
from rest.prepared import Prepared
from rest.search import Search, read

if TYPE_CHECKING:
    from accounts.models import User
    from complaints.models import ComplaintRecord, ValueGroup

    Person = User | AnonymousUser


@dataclass(frozen=True, slots=True)
class DatasetAccess:
    """What one person may read of a dataset: counts at least, narratives and responses where `is_readable`."""

    id: int
    slug: str
    title: str
    threshold: int
    languages: tuple[str, ...]
    is_readable: bool
    # Whether letters are withheld from some of those who may see the records: reading one is then recorded.
    is_withheld: bool = False
    linked_with: int | None = None
    recipe: str = ""
    # Of rows without a language.
    language: str = ""
    earlier_languages: tuple[str, ...] = ()
    # Number of its records, if it is known without counting them.
    records: int | None = None
    themes: tuple[str, ...] = ()
    strands: tuple[str, ...] = ()


@dataclass(frozen=True)
class AccessScope:
    """What one person may read, by id of dataset: `datasets` whose records they may see, `counted` those of which they
    may see counts only (docs/adr/0086)."""

    datasets: dict[int, DatasetAccess] = field(default_factory=dict)
    counted: dict[int, DatasetAccess] = field(default_factory=dict)
    person: "Person" = field(default_factory=AnonymousUser)

    @cached_property
    def sectors(self) -> dict[str, str]:
        """Slug to name of each policy sector: a record holds the slug."""
        return dict(PolicySector.objects.values_list("slug", "name"))

    @property
    def selectable(self) -> dict[int, DatasetAccess]:
        """Datasets that the person may name in a filter."""
        return self.datasets | self.counted

    @property
    def languages(self) -> list[str]:
        """The languages in which rows are searched; one with a question mark before it is that of a dataset, for its
        rows without a language."""
        seen = self.datasets.values()
        own = {code for dataset in seen for code in dataset.languages}
        others = {code for dataset in seen for code in (dataset.language, *dataset.earlier_languages) if code}
        return sorted(own | {f"?{code}" for code in others})

    @property
    def spoken(self) -> dict[int, str]:
        """Datasets whose records the person may see, each with its language, that of rows without one."""
        return {pk: dataset.language for pk, dataset in self.datasets.items()}

    @property
    def withheld(self) -> dict[int, str]:
        """Datasets whose letters are withheld, each with its language."""
        return {pk: dataset.language for pk, dataset in self.datasets.items() if not dataset.is_readable}

    @property
    def readable(self) -> list[int]:
        return [pk for pk, dataset in self.datasets.items() if dataset.is_readable]

    def directly_linked(self, dataset_id: int, recipe: str) -> list[int]:
        """Datasets of a recipe whose rows refer to records of this one."""
        return [d.id for d in self.datasets.values() if d.linked_with == dataset_id and d.recipe == recipe]

    def linked(self, dataset_id: int) -> frozenset[int]:
        """Every dataset with the same case references whose records the person may see, this one included."""
        return self._groups.get(dataset_id, frozenset({dataset_id}))

    @cached_property
    def _groups(self) -> dict[int, frozenset[int]]:
        """Datasets by group. Two that are linked through a third belong together even where the person has no access to
        the third, whose own rows are not shown."""
        parents: dict[int, int] = {}

        def top(pk: int) -> int:
            while parents.get(pk, pk) != pk:
                pk = parents[pk]
            return pk

        for dataset in self.datasets.values():
            if dataset.linked_with is not None:
                parents[top(dataset.id)] = top(dataset.linked_with)
        groups: dict[int, set[int]] = {}
        for pk in self.datasets:
            groups.setdefault(top(pk), set()).add(pk)
        return {pk: frozenset(group) for group in groups.values() for pk in group}

    def ids_of(self, slugs: Iterable[str]) -> list[int]:
        """Ids of the selectable datasets with these slugs."""
        wanted = set(slugs)
        return [pk for pk, dataset in self.selectable.items() if dataset.slug in wanted]


_HAS_RECORDS = "EXISTS (SELECT FROM complaints_partition p WHERE p.dataset_id = imports_dataset.id)"
_KNOWN_RECORDS = """
(SELECT (c.counts -> 0 ->> 1)::bigint FROM complaints_valuecounts c
 JOIN complaints_partition p ON p.dataset_id = c.dataset_id AND p.version = c.version
 WHERE c.field = 'dataset' AND c.dataset_id = imports_dataset.id)
"""


def _organisations(user: "Person") -> list[int]:
    return [] if isinstance(user, AnonymousUser) or not user.is_active else sorted(user.organisation_ids)


def _known_datasets(user: "Person") -> "QuerySet[Dataset, Any]":
    """Datasets of which this person may read or count records, as rows of what `access_scope_of` takes."""
    organisations = _organisations(user)
    levels = [AccessLevel.PUBLIC, AccessLevel.CONSORTIUM] if organisations else [AccessLevel.PUBLIC]
    through = Dataset.shared_with.through
    shared = through.objects.filter(dataset_id=OuterRef("pk"), organisation_id__in=organisations)
    visible = Dataset.objects.visible_to(user)
    counted_or_read = Dataset.objects.filter(Q(counts_access__in=levels) | Q(pk__in=visible.order_by().values("pk")))
    rows = counted_or_read.annotate(
        is_shared=Exists(shared),
        is_visible=Exists(visible.filter(pk=OuterRef("pk"))),
        # Models import their querysets, so these two tables are named in SQL.
        has_records=Func(template=_HAS_RECORDS, output_field=BooleanField()),
        records=Func(template=_KNOWN_RECORDS, output_field=IntegerField()),
    )
    return rows.order_by("title", "id").values_list(
        "id", "slug", "title", "disclosure_threshold", "languages", "narrative_access", "organisation_id", "is_shared",
        "linked_with_id", "recipe", "is_visible", "access", "language", "earlier_languages", "has_records", "records",
        "themes", "strands",
    )  # fmt: skip


_datasets_known_to = Prepared(_known_datasets)
_datasets_known_to_nobody = Prepared(lambda: _known_datasets(AnonymousUser()))


def access_scope_of(user: "Person") -> AccessScope:
    """What this person may read. Takes one query, and one for their memberships unless these are loaded already."""
    organisations = _organisations(user)
    datasets, counted = {}, {}
    for row in _datasets_known_to_nobody() if isinstance(user, AnonymousUser) else _datasets_known_to(user):
        (
            pk, slug, title, threshold, languages, letters, owner, is_shared,
            linked_with, recipe, is_visible, access, language, earlier, has_records, records, themes, strands,
        ) = row  # fmt: skip
        if not is_visible:
            counted[pk] = DatasetAccess(
                pk, slug, title, threshold, tuple(languages), is_readable=False, themes=tuple(themes),
                strands=tuple(strands),
            )  # fmt: skip
            continue
        is_readable = (
            letters == AccessLevel.PUBLIC
            or (letters == AccessLevel.CONSORTIUM and bool(organisations))
            or owner in organisations
            or is_shared
        )
        is_withheld = is_wider(access, than=letters)
        datasets[pk] = DatasetAccess(
            pk, slug, title, threshold, tuple(languages), is_readable, is_withheld, linked_with, recipe, language,
            tuple(earlier), records if has_records else 0, tuple(themes), tuple(strands),
        )  # fmt: skip
    return AccessScope(datasets, counted, user)


class DaysBetween(Func):
    """Days from the first date to the second: NULL unless both are recorded."""

    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = IntegerField(null=True)


class RecordQuerySet(models.QuerySet["ComplaintRecord"]):
    """Complaint records. `visible_to` comes first: it sets the access scope, which search and parts need."""

    _scope: AccessScope | None = None
    # The datasets whose records these are, or are some of.
    _datasets: tuple[int, ...] | None = None
    # The list that `matching` searched in: see `rest.windows`.
    among: "RecordQuerySet | None" = None

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]
        clone._scope, clone._datasets, clone.among = self._scope, self._datasets, self.among
        return clone

    def visible_to(self, user: "Person") -> Self:
        """Records of the datasets whose records this person may see."""
        scope = access_scope_of(user)
        return self.within(scope, scope.datasets)

    def within(self, scope: AccessScope, datasets: Iterable[int]) -> Self:
        """Records of these datasets. With datasets of which the person may see counts only: never to be shown."""
        records = self.filter(dataset_id__in=list(datasets))
        records._scope, records._datasets = scope, tuple(datasets)
        return records

    @property
    def is_whole(self) -> bool:
        """Whether these are all records of their datasets."""
        return len(self.query.where.children) <= 1 and not self.query.is_sliced

    @property
    def known_count(self) -> int | None:
        """The number of rows, where these are all records of datasets whose numbers of records are known."""
        if self._scope is None or self._datasets is None or not self.is_whole:
            return None
        numbers = [self._scope.datasets[pk].records for pk in self._datasets if pk in self._scope.datasets]
        known = [number for number in numbers if number is not None]
        return sum(known) if len(known) == len(self._datasets) else None

    @property
    def scope(self) -> AccessScope:
        """The access scope of the person for whom `visible_to` was called. Raises TypeError where it was not."""
        if self._scope is None:
            raise TypeError("Call visible_to(user) first.")
        return self._scope

    def matching(self, words: str) -> Self:
        """Records whose text contains the words, each in its own language; withheld texts are not searched."""
        scope = self.scope
        condition = search.condition(
            read(words), languages=scope.languages, readable=scope.readable, withheld=scope.withheld,
            spoken=scope.spoken,
        )  # fmt: skip
        found = self.filter(Words(condition & Q(dataset_id__in=self._datasets or ())))
        found.among = self
        return found

    def with_relevance(self, asked: Search) -> Self:
        """Adds `relevance`: how well a record matches a search, by the texts that may be read."""
        scope = self.scope
        return self.annotate(relevance=search.relevance(asked.wanted, readable=scope.readable, spoken=scope.spoken))

    def marked(self, asked: Search) -> models.QuerySet["ComplaintRecord", tuple[Any, ...]]:
        """The key of each record and extracts of its searched texts, as far as they may be read, marked where a search
        found its words."""
        scope = self.scope
        return self.values_list("pk", *search.headlines(asked.wanted, readable=scope.readable, spoken=scope.spoken))

    def with_days_open(self) -> Self:
        """Adds `days_open`: from receipt to closing; NULL while open or where a date is not recorded."""
        return self.annotate(days_open=DaysBetween(F("closed_on"), F("received_on")))

    def case_of(self, record: "ComplaintRecord") -> Q:
        """The condition for records of the same case of the office as `record`, in its dataset and in linked ones.

        In a linked dataset whose reference is the case number itself, records have no case reference: their reference
        is used in its place.
        """
        linked = sorted(self.scope.linked(record.dataset_id) - {record.dataset_id})
        number = record.case_reference or (record.reference if linked else "")
        if not number:
            return Q(pk__in=[])
        by_number = Q(case_reference=number, dataset_id__in=[record.dataset_id, *linked])
        return by_number | Q(reference=number, case_reference="", dataset_id__in=linked) if linked else by_number

    def of_the_same_case(self, record: "ComplaintRecord") -> Self:
        """The other records of the case that `record` belongs to."""
        return self.filter(self.case_of(record)).exclude(pk=record.pk)


class ValueGroupQuerySet(models.QuerySet["ValueGroup"]):
    """Groups of records with equal values, by which filters of these values work as they do for records."""

    _scope: AccessScope | None = None

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]
        clone._scope = self._scope
        return clone

    def within(self, scope: AccessScope, versions: Mapping[int, int]) -> Self:
        """The groups of these datasets (dataset to version), whose records the person may see."""
        are_current = Q()
        for version, datasets in _by_version(versions).items():
            are_current |= Q(version=version, dataset_id__in=datasets)
        groups = self.filter(are_current) if versions else self.none()
        groups._scope = scope
        return groups

    @property
    def scope(self) -> AccessScope:
        """Raises TypeError where `within` was not called."""
        if self._scope is None:
            raise TypeError("Call within(scope, versions) first.")
        return self._scope


def _by_version(versions: Mapping[int, int]) -> dict[int, list[int]]:
    datasets: dict[int, list[int]] = defaultdict(list)
    for dataset, version in versions.items():
        datasets[version].append(dataset)
    return datasets
