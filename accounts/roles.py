"""The roles of a membership, and the access levels of case studies and datasets."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    READER = "reader", _("Reader")
    FIELDWORKER = "fieldworker", _("Fieldworker")
    CODER = "coder", _("Coder")
    LEAD_CODER = "lead-coder", _("Lead coder")
    DATA_MANAGER = "data-manager", _("Data manager")
    ADMIN = "admin", _("Administrator")


class AccessLevel(models.TextChoices):
    PUBLIC = "public", _("Public")
    CONSORTIUM = "consortium", _("Consortium")
    RESTRICTED = "restricted", _("Named organisations")


def is_wider(level: str, *, than: str) -> bool:
    """Whether more people have access at this level than at the other."""
    narrowing = [str(value) for value in AccessLevel.values]
    return narrowing.index(level) < narrowing.index(than)
