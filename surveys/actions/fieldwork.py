"""Describe fieldwork; add, open and close waves."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from surveys import policies
from surveys.models import Fieldwork, Questionnaire, QuestionnaireVersion, Wave


@transaction.atomic
def save_fieldwork(
    *, questionnaire: Questionnaire, by: User, fieldwork: Fieldwork | None = None, **fields: object
) -> Fieldwork:
    """Describe a fieldwork, or change the description. `fields` are fields of Fieldwork."""
    policies.check_can_edit_questionnaire(by, questionnaire)
    if fieldwork is None:
        fieldwork = Fieldwork(questionnaire=questionnaire)
    else:
        fieldwork = Fieldwork.objects.select_for_update().get(pk=fieldwork.pk, questionnaire=questionnaire)
    for name, value in fields.items():
        setattr(fieldwork, name, value)
    fieldwork.full_clean()
    fieldwork.save()
    audit.record("fieldwork.saved", by=by, target=fieldwork)
    return fieldwork


@transaction.atomic
def add_wave(
    *, fieldwork: Fieldwork, version: QuestionnaireVersion, by: User, title: str = "", occasions: int = 1
) -> Wave:
    """Plan a wave with a published version of the same questionnaire."""
    fieldwork = Fieldwork.objects.select_for_update().get(pk=fieldwork.pk)
    policies.check_can_edit_questionnaire(by, fieldwork.questionnaire)
    if version.is_draft:
        raise ValidationError(_("Publish the version first. A draft cannot be used in a wave."), code="not_published")
    if version.questionnaire_id != fieldwork.questionnaire_id:
        raise ValidationError(_("The version belongs to another questionnaire."), code="other_questionnaire")
    last = fieldwork.waves.aggregate(last=Max("number"))["last"] or 0
    wave = Wave(fieldwork=fieldwork, version=version, number=last + 1, title=title, occasions=occasions)
    wave.full_clean()
    wave.save()
    audit.record("wave.added", by=by, target=wave, number=wave.number)
    return wave


@transaction.atomic
def open_wave(*, wave: Wave, by: User) -> Wave:
    """Accept responses, for the first time or again."""
    wave = Wave.objects.select_for_update().get(pk=wave.pk)
    policies.check_can_edit_questionnaire(by, wave.fieldwork.questionnaire)
    if wave.is_open:
        raise ValidationError(_("This wave is already open."), code="already_open")
    wave.state = Wave.State.OPEN
    wave.opened_at = wave.opened_at or timezone.now()
    wave.closed_at = None
    wave.save()
    audit.record("wave.opened", by=by, target=wave)
    return wave


@transaction.atomic
def close_wave(*, wave: Wave, by: User) -> Wave:
    """Accept no more responses. Answers so far remain stored."""
    wave = Wave.objects.select_for_update().get(pk=wave.pk)
    policies.check_can_edit_questionnaire(by, wave.fieldwork.questionnaire)
    if not wave.is_open:
        raise ValidationError(_("This wave is not open."), code="not_open")
    wave.state = Wave.State.CLOSED
    wave.closed_at = timezone.now()
    wave.save()
    audit.record("wave.closed", by=by, target=wave)
    return wave
