"""Informants and their consent."""

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from casestudies import policies
from casestudies.actions.editing import apply_values, store
from casestudies.models import CaseStudy, Consent, Informant


@transaction.atomic
def add_informant(*, case_study: CaseStudy, values: Mapping[str, object], by: User) -> Informant:
    """Add an informant under a pseudonym."""
    policies.check_can_keep_informants(by, case_study)
    informant = Informant(case_study=case_study)
    apply_values(informant, values, ("pseudonym", "group", "description"))
    store(informant, by=by, values=values)
    audit.record("informant.added", by=by, target=informant, case_study=case_study.slug)
    return informant


@transaction.atomic
def record_consent(*, informant: Informant, values: Mapping[str, object], by: User) -> Consent:
    """Record what an informant agreed to, and where the evidence is."""
    policies.check_can_keep_informants(by, informant.case_study)
    consent = Consent(informant=informant)
    apply_values(consent, values, ("scope", "given_on", "evidence"))
    store(consent, by=by, values=values)
    audit.record("consent.recorded", by=by, target=consent, scope=consent.scope)
    return consent


@transaction.atomic
def withdraw_consent(*, consent: Consent, on: date, by: User) -> Consent:
    """Record that an informant withdrew consent. The page lists the notes that name the informant."""
    consent = Consent.objects.select_for_update().select_related("informant__case_study").get(pk=consent.pk)
    policies.check_can_keep_informants(by, consent.informant.case_study)
    if consent.withdrawn_on is not None:
        raise ValidationError(_("This consent is already withdrawn."), code="already_withdrawn")
    consent.withdrawn_on = on
    store(consent, by=by, values={})
    audit.record("consent.withdrawn", by=by, target=consent, on=on.isoformat())
    return consent
