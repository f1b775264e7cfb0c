"""Who can change datasets and imports: data managers of the organisation that owns the dataset."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import check_role, has_role, owns_as
from accounts.roles import Role
from imports.models import Dataset


def can_manage_datasets(user: User | AnonymousUser) -> bool:
    """Whether the person is a data manager in any organisation, and so can create datasets there."""
    return has_role(user, Role.DATA_MANAGER)


def check_can_manage_datasets(user: User | AnonymousUser) -> None:
    check_role(user, Role.DATA_MANAGER)


def can_manage_dataset(user: User | AnonymousUser, dataset: Dataset) -> bool:
    return owns_as(user, dataset, Role.DATA_MANAGER)


def check_can_manage_dataset(user: User | AnonymousUser, dataset: Dataset) -> None:
    if not can_manage_dataset(user, dataset):
        raise PermissionDenied(_("You need the role data manager in the organisation that owns the dataset."))
