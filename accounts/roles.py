"""The roles a membership can carry and the access levels of what the consortium keeps."""

from django.db import models


class Role(models.TextChoices):
    READER = "reader", "Reader"
    FIELDWORKER = "fieldworker", "Fieldworker"
    CODER = "coder", "Coder"
    LEAD_CODER = "lead-coder", "Lead coder"
    DATA_MANAGER = "data-manager", "Data manager"
    ADMIN = "admin", "Administrator"


class AccessLevel(models.TextChoices):
    PUBLIC = "public", "Public"
    CONSORTIUM = "consortium", "Consortium"
    RESTRICTED = "restricted", "Named organisations"
