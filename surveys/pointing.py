"""What other rooms can refer to in this room."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from surveys.models import Questionnaire, QuestionnaireVersion, Response, Wave
from versions.pointing import model_kind


def _page_of(questionnaire: Questionnaire) -> str:
    return reverse("questionnaire-detail", args=[questionnaire.slug])


def _page_of_version(version: QuestionnaireVersion) -> str:
    """A draft has a page of its own, for those who write it."""
    if version.is_draft:
        return reverse("questionnaire-draft", args=[version.questionnaire.slug])
    return reverse("questionnaire-version", args=[version.questionnaire.slug, version.number])


def _page_of_wave(wave: Wave) -> str:
    return _page_of(wave.fieldwork.questionnaire)


def _page_of_response(response: Response) -> str:
    return reverse("survey-response-detail", args=[response.wave.fieldwork.questionnaire.slug, response.uuid])


KINDS = [
    model_kind(Questionnaire, _("a questionnaire"), address=_page_of),
    model_kind(
        QuestionnaireVersion, _("a version of a questionnaire"), address=_page_of_version, related=("questionnaire",)
    ),
    model_kind(Wave, _("a wave"), address=_page_of_wave, related=("fieldwork__questionnaire",)),
    model_kind(
        Response,
        _("a response"),
        address=_page_of_response,
        related=("wave__fieldwork__questionnaire", "respondent"),
    ),
]
