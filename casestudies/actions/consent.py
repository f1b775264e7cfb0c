"""Informants and what they agreed to."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts.models import User
from casestudies import policies
from casestudies.actions.editing import apply_values, store
from casestudies.models import CaseStudy, Consent, Informant


@transaction.atomic
def add_informant(*, case: CaseStudy, values: Mapping[str, Any], by: User) -> Informant:
    """Give somebody who told something a pseudonym in this case."""
    policies.check_can_keep_informants(by, case)
    informant = Informant(case=case)
    apply_values(informant, values, ("pseudonym", "group", "description"))
    store(informant, by=by, values=values)
    audit.record("informant.added", by=by, target=informant, case=case.slug)
    return informant


@transaction.atomic
def record_consent(*, informant: Informant, values: Mapping[str, Any], by: User) -> Consent:
    """Write down what an informant agreed to, and where the evidence is kept."""
    policies.check_can_keep_informants(by, informant.case)
    consent = Consent(informant=informant)
    apply_values(consent, values, ("scope", "given_on", "evidence"))
    store(consent, by=by, values=values)
    audit.record("consent.recorded", by=by, target=consent, scope=consent.scope)
    return consent


@transaction.atomic
def withdraw_consent(*, consent: Consent, on: date, by: User) -> Consent:
    """Record that an informant took consent back. The notes that name the informant are listed on the page."""
    consent = Consent.objects.select_for_update().select_related("informant__case").get(pk=consent.pk)
    policies.check_can_keep_informants(by, consent.informant.case)
    if consent.withdrawn_on is not None:
        raise ValidationError("This consent is withdrawn already.", code="already_withdrawn")
    consent.withdrawn_on = on
    store(consent, by=by, values={})
    audit.record("consent.withdrawn", by=by, target=consent, on=on.isoformat())
    return consent
