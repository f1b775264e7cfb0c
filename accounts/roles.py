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
