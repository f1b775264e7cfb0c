"""Querysets of imports and comparisons."""

from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models

from accounts.roles import Role
from jobs.querysets import JobQuerySet

if TYPE_CHECKING:
    from accounts.models import User
    from imports.models import Dataset, Import


class ImportQuerySet(JobQuerySet["Import"]):
    """Imports that are ..."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Imports into datasets of organisations where this person is a data manager."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        return self.filter(dataset__organisation__in=user.organisations_as(Role.DATA_MANAGER))

    def holding_records(self) -> Self:
        """Loaded, also while a replay or an undo is in progress."""
        return self.filter(
            models.Q(state=self.model.State.LOADED)
            | ~models.Q(operation=self.model.Operation.LOAD)
            & models.Q(state__in=[*self.model.ACTIVE, self.model.State.FAILED])
        )

    def after(self, run: "Import") -> Self:
        """Other imports that were loaded into the same dataset later, and whose records exist."""
        return self.holding_records().filter(dataset=run.dataset_id, finished_at__gt=run.finished_at).exclude(pk=run.pk)

    def with_result(self, result: str) -> Self:
        """Imports with a result (`Import.Result`)."""
        states = [state for state, found in self.model.RESULTS.items() if found == result]
        loading = models.Q(operation=self.model.Operation.LOAD)
        found = models.Q(state__in=states) & loading
        return self.filter(found | ~loading if result == self.model.Result.LOADED else found)

    def loaded(self) -> Self:
        return self.filter(state=self.model.State.LOADED)

    def of_weight(self, dataset: "Dataset") -> Self:
        """Imports of a dataset whose rows are visible, or may be soon."""
        active = models.Q(state__in=self.model.ACTIVE, operation=self.model.Operation.LOAD, is_dry_run=False)
        return (self.holding_records() | self.filter(active)).filter(dataset=dataset.pk)

    def undecided(self) -> Self:
        """With likely personal data about which nobody has decided."""
        return self.exclude(personal=[]).filter(personal_decision="")

    def withholding(self) -> Self:
        """With the decision to withhold."""
        return self.filter(personal_decision=self.model.PersonalData.WITHHOLD)

    def waiting(self) -> Self:
        """Imports that need a person: failed; stopped or loaded without a decision about personal data; or checked or
        refused from an inbox, without a later import of the dataset."""
        state = self.model.State
        later = self.model.objects.filter(dataset=models.OuterRef("dataset"), pk__gt=models.OuterRef("pk"))
        undecided = ~models.Q(personal=[]) & models.Q(personal_decision="")
        stopped = models.Q(state=state.CHECKED, is_dry_run=False)
        arrived = models.Q(from_inbox=True, state__in=[state.CHECKED, state.REFUSED]) & ~models.Exists(later)
        return self.filter(
            models.Q(state=state.FAILED) | undecided & (stopped | models.Q(state=state.LOADED)) | arrived
        )

    def comparable(self) -> Self:
        """Imports whose file was read completely with a mapping: loaded, undone or only checked."""
        state = self.model.State
        finished = self.filter(state__in=[state.LOADED, state.UNDONE, state.CHECKED])
        return finished.exclude(mapping__isnull=True, same_as__isnull=True)


class ComparisonQuerySet(JobQuerySet[Any]):
    """Comparisons that are ..."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Of datasets of organisations where this person is a data manager."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        return self.filter(newer__dataset__organisation__in=user.organisations_as(Role.DATA_MANAGER))


class LanguageCorrectionQuerySet(JobQuerySet[Any]):
    """Corrections of languages that are ..."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Of datasets of organisations where this person is a data manager."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        return self.filter(dataset__organisation__in=user.organisations_as(Role.DATA_MANAGER))
