"""What respondents do: start, answer page by page, continue later, send. And entering a whole response by the API."""

import secrets
from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.models import User
from rest.problems import Conflict
from surveys import policies
from surveys.answers_input import AnswerError, AnswerInput, read_values
from surveys.codes import code_for, digest_of, normalised
from surveys.definition import Definition, ItemDef
from surveys.interview import CheckedPage, Interview, Page
from surveys.models import Answer, Respondent, Response, Wave
from surveys.selectors import definition_of, interview_of

LONGEST_PAGE_SECONDS = 24 * 3600


def resume_code(response: Response) -> str:
    """The code of an open-link response; empty where it has none, or where the site's secret has changed since."""
    code = code_for(response.uuid.hex, settings.SECRET_KEY)
    return code if response.code_digest == digest_of(code) else ""


def _check_open(wave: Wave) -> None:
    if not wave.is_open:
        raise ValidationError(_("This survey is closed."), code="wave_closed")


def _pseudonym() -> str:
    return f"R-{secrets.token_hex(5)}"


@transaction.atomic
def start_response(*, wave: Wave, language: str) -> Response:
    """Begin an anonymous response at the open link."""
    wave = Wave.objects.select_for_update(of=("self",), no_key=True).select_related("version").get(pk=wave.pk)
    _check_open(wave)
    respondent = Respondent.objects.create(fieldwork_id=wave.fieldwork_id, pseudonym=_pseudonym())
    uuid, now = uuid4(), timezone.now()
    response = Response.objects.create(
        uuid=uuid,
        wave=wave,
        respondent=respondent,
        language=language,
        started_at=now,
        page_shown_at=now,
        code_digest=digest_of(code_for(uuid.hex, settings.SECRET_KEY)),
    )
    audit.record("response.started", by=None, target=response, wave=wave.pk)
    return response


@transaction.atomic
def resume_response(*, wave: Wave, code: str) -> Response:
    """Find the response of a code at this wave, to go on with it."""
    _check_open(wave)
    found = Response.objects.select_for_update(of=("self",)).filter(wave=wave, code_digest=digest_of(code)).first()
    if not normalised(code) or found is None:
        raise ValidationError(_("No answers belong to this code."), code="unknown_code")
    found.page_shown_at = timezone.now()
    found.save(update_fields=["page_shown_at", "updated_at"])
    return found


def _locked(response: Response) -> Response:
    response = Response.objects.select_for_update(of=("self",)).select_related("wave__version").get(pk=response.pk)
    _check_open(response.wave)
    if response.is_complete:
        raise ValidationError(_("These answers have already been sent."), code="already_complete")
    return response


@transaction.atomic
def save_page(
    *, response: Response, page: Page, posted: Mapping[str, Sequence[str]], language: str = "", going_back: bool = False
) -> CheckedPage:
    """Save the answers of a page that are accepted. The result names the others."""
    response = _locked(response)
    definition = definition_of(response.wave.version)
    checked = interview_of(response, definition).check_page(page, posted)
    kept = {name: answer for name, answer in checked.answers.items() if name not in checked.errors}
    _store(response, definition, kept)
    now = timezone.now()
    if response.page_shown_at is not None:
        spent = min((now - response.page_shown_at).total_seconds(), LONGEST_PAGE_SECONDS)
        earlier = response.seconds_per_page.get(str(page.number), 0)
        response.seconds_per_page[str(page.number)] = round(earlier + spent, 1)
    response.page_shown_at = now
    if not checked.errors or going_back:
        response.resume_after = page.number - 1 if going_back else page.number
    response.language = language if language in definition.languages else response.language
    response.save()
    return checked


def _store(response: Response, definition: Definition, answers: Mapping[str, AnswerInput]) -> None:
    ids = {item.name: item.pk for item in definition.items() if item.pk is not None}
    named = {ids[name]: answer for name, answer in answers.items()}
    response.answers.filter(item__in=named).delete()
    Answer.objects.bulk_create(
        Answer(
            response=response,
            item_id=item,
            text=answer.text,
            number=answer.number,
            day=answer.day,
            codes=list(answer.codes) if answer.codes else None,
            missing=answer.missing,
        )
        for item, answer in named.items()
        if not answer.is_empty
    )


@transaction.atomic
def complete_response(*, response: Response) -> Response:
    """Send the answers: every item gets an answer or the reason why it has none."""
    response = _locked(response)
    interview = interview_of(response)
    if unfinished := interview.unfinished():
        raise ValidationError(
            {
                name: ValidationError(_("This question still needs an answer."), code=error.code)
                for name, error in unfinished.items()
            }
        )
    _finish(response, interview)
    audit.record("response.completed", by=None, target=response, wave=response.wave_id)
    return response


def _finish(response: Response, interview: Interview) -> None:
    _store(response, interview.definition, interview.final())
    response.state = Response.State.COMPLETE
    response.completed_at = timezone.now()
    response.page_shown_at = None
    response.save()


@transaction.atomic
def add_response(
    *,
    wave: Wave,
    answers: Mapping[str, object],
    by: User,
    uuid: UUID | None = None,
    language: str = "",
    respondent: str = "",
    occasion: int = 1,
) -> Response:
    """Enter a whole response, from paper or another program. Its answers meet the same rules as at the link."""
    policies.check_can_edit_questionnaire(by, wave.fieldwork.questionnaire)
    wave = Wave.objects.select_for_update(no_key=True).select_related("version").get(pk=wave.pk)
    _check_open(wave)
    definition = definition_of(wave.version)
    _check_place(wave, occasion, language, definition)
    if uuid is not None and Response.objects.filter(uuid=uuid).exists():
        raise Conflict(_("A response with this uuid already exists."), code="uuid_taken")
    interview = _read_all(definition, answers)
    person, _created = Respondent.objects.get_or_create(
        fieldwork_id=wave.fieldwork_id, pseudonym=respondent.strip() or _pseudonym()
    )
    if Response.objects.filter(wave=wave, respondent=person, occasion=occasion).exists():
        raise Conflict(_("This respondent has already answered on this occasion."), code="occasion_taken")
    response = Response.objects.create(
        uuid=uuid or uuid4(),
        wave=wave,
        respondent=person,
        occasion=occasion,
        language=language or definition.default_language,
        source=Response.Source.API,
    )
    _finish(response, interview)
    audit.record("response.added", by=by, target=response, wave=wave.pk)
    return response


def _check_place(wave: Wave, occasion: int, language: str, definition: Definition) -> None:
    if not 1 <= occasion <= wave.occasions:
        message = _("Enter an occasion from 1 to %(most)d.") % {"most": wave.occasions}
        raise ValidationError({"occasion": ValidationError(message, code="no_such_occasion")})
    if language and language not in definition.languages:
        message = _("Choose one of the languages of the questionnaire: %(languages)s.") % {
            "languages": ", ".join(definition.languages)
        }
        raise ValidationError({"language": ValidationError(message, code="no_such_language")})


def _read_all(definition: Definition, answers: Mapping[str, object]) -> Interview:
    """Answers by item name as an interview, or a ValidationError that names each answer that is not accepted."""
    items = {item.name: item for item in definition.items() if item.is_asked}
    errors: dict[str, ValidationError] = {}
    accepted: dict[str, AnswerInput] = {}
    for name, value in answers.items():
        outcome = _read_one(items.get(name), definition, value)
        if isinstance(outcome, AnswerError):
            errors[f"answers.{name}"] = ValidationError(_SENTENCES[outcome.code], code=outcome.code)
        else:
            accepted[name] = outcome
    interview = Interview(definition, timezone.localdate(), accepted)
    for name, one in accepted.items():
        if name not in interview.relevant and not one.is_empty:
            errors[f"answers.{name}"] = ValidationError(
                _("This item is not asked after these answers."), code="not_asked"
            )
    for name, error in interview.unfinished().items():
        errors.setdefault(f"answers.{name}", ValidationError(_SENTENCES[error.code], code=error.code))
    if errors:
        raise ValidationError(errors)
    return interview


def _read_one(item: ItemDef | None, definition: Definition, value: object) -> AnswerInput | AnswerError:
    """`null`, a text or number, a list of codes, or `{"missing": kind}`."""
    if item is None:
        return AnswerError("unknown-item")
    if isinstance(value, dict):
        kind = value.get("missing") if set(value) == {"missing"} else None
        return AnswerInput(missing=str(kind)) if kind in item.offers else AnswerError("unknown-choice")
    values = value if isinstance(value, list) else [value]
    if any(isinstance(one, bool) or not isinstance(one, str | int | float) for one in values if one is not None):
        return AnswerError("unreadable")
    return read_values(item, definition.choices_of(item), [str(one) for one in values if one not in (None, "")])


_SENTENCES = {
    "required": gettext_lazy("This item needs an answer."),
    "constraint": gettext_lazy("The answer does not meet the constraint of the item."),
    "unknown-choice": gettext_lazy("The answer is not a choice or a missing value that the item offers."),
    "both": gettext_lazy("Give only one of these answers."),
    "not-integer": gettext_lazy("Enter a whole number."),
    "not-number": gettext_lazy("Enter a number."),
    "not-date": gettext_lazy("Enter a date, for example 2026-11-24."),
    "too-long": gettext_lazy("The text is too long."),
    "unknown-item": gettext_lazy("The questionnaire has no item of this name that accepts an answer."),
    "unreadable": gettext_lazy(
        "An answer is a text, a number, a list of codes, null, or an object with a missing value."
    ),
}
