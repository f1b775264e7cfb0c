"""Questionnaires: the list, one of them, its published versions."""

from collections.abc import Iterable

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.policies import check_role
from accounts.requests import SignedInRequest
from exports.ways import ways_of_page
from exports.writers import TITLES
from rest.elsewhere import site_of
from rest.forms import form_page, posted, see_other, submit
from rest.links import link_to
from rest.listing import listing
from rest.replica import may_lag
from rest.vocabularies import cut_facts
from surveys import policies
from surveys.actions.questionnaires import create_questionnaire, update_questionnaire
from surveys.filters import QuestionnaireFilter, QuestionnairePageFilter
from surveys.forms.questionnaires import QuestionnaireForm
from surveys.models import Fieldwork, Questionnaire, QuestionnaireVersion, Response, Wave
from surveys.outline import outline_of
from surveys.qr_code import qr_code
from surveys.selectors import comparable_parts, definition_of
from versions.views import comparison_page


def visible_questionnaire(request: SignedInRequest, slug: str) -> Questionnaire:
    rows = Questionnaire.objects.visible_to(request.user).select_related("organisation", "made_by")
    return get_object_or_404(rows, slug=slug)


def editable_questionnaire(request: SignedInRequest, slug: str) -> Questionnaire:
    """A questionnaire that this person may change: 404 without access, 403 with access to read only."""
    questionnaire = visible_questionnaire(request, slug)
    policies.check_can_edit_questionnaire(request.user, questionnaire)
    return questionnaire


@require_GET
@login_required
@may_lag
def list_(request: SignedInRequest) -> HttpResponse:
    rows = Questionnaire.objects.visible_to(request.user).with_counts().select_related("organisation")
    page = listing(request, rows, QuestionnaireFilter)
    context = {
        "listing": page,
        "form_filter": QuestionnairePageFilter(request.GET, queryset=rows, request=request),
        "can_make": policies.can_make_questionnaires(request.user),
        "own": request.user.organisation_ids,
        "ways": ways_of_page(request, "questionnaire"),
    }
    return render(request, "surveys/list.html", context, status=page.status)


@require_http_methods(["GET", "POST"])
@login_required
def new(request: SignedInRequest) -> HttpResponse:
    check_role(request.user, *policies.MAKERS)
    form = QuestionnaireForm(posted(request), user=request.user)
    if done := submit(request, form, lambda: create_questionnaire(by=request.user, **form.cleaned_data)):
        return see_other("questionnaire-draft", done.result.slug)
    return form_page(request, "surveys/new.html", form)


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: SignedInRequest, slug: str) -> HttpResponse:
    questionnaire = editable_questionnaire(request, slug)
    form = QuestionnaireForm(posted(request), instance=questionnaire, user=request.user)
    if submit(
        request,
        form,
        lambda: update_questionnaire(questionnaire=questionnaire, by=request.user, **form.cleaned_data),
    ):
        return see_other("questionnaire-detail", slug)
    return form_page(request, "surveys/edit.html", form, questionnaire=questionnaire)


@require_GET
@login_required
@may_lag
def detail(request: SignedInRequest, slug: str) -> HttpResponse:
    questionnaire = visible_questionnaire(request, slug)
    sees_responses = policies.can_see_responses(request.user, questionnaire)
    seen = QuestionnaireVersion.objects.visible_to(request.user).filter(questionnaire=questionnaire)
    versions = list(seen.select_related("published_by"))
    waves: dict[int, list[Wave]] = {}
    site = site_of(request)
    for wave in (
        Wave.objects.filter(fieldwork__questionnaire=questionnaire).with_counts().select_related("version", "fieldwork")
    ):
        waves.setdefault(wave.fieldwork_id, []).append(wave)
    fieldworks = Fieldwork.objects.filter(questionnaire=questionnaire)
    responses = Response.objects.visible_to(request.user).of_questionnaire(questionnaire.pk)
    context = {
        "questionnaire": questionnaire,
        "versions": versions,
        "draft": next((version for version in versions if version.is_draft), None),
        "published": [version for version in versions if not version.is_draft],
        "fieldworks": [(fieldwork, waves.get(fieldwork.pk, [])) for fieldwork in fieldworks],
        "sees_responses": sees_responses,
        "formats": TITLES,
        "can_edit": policies.can_edit_questionnaire(request.user, questionnaire),
        "days": list(responses.by_day()) if sees_responses else [],
        "facts": _facts(questionnaire),
        "links": _links([wave for some in waves.values() for wave in some], site) if sees_responses else [],
        "site": site,
    }
    return render(request, "surveys/detail.html", context)


def _links(waves: Iterable[Wave], site: str) -> list[tuple[Wave, str, str]]:
    """Each open wave with its link and the QR code of it."""
    links = [(wave, f"{site}{reverse('respond', args=[wave.key])}") for wave in waves if wave.is_open]
    return [(wave, link, qr_code(link)) for wave, link in links]


def _facts(questionnaire: Questionnaire) -> list[tuple[str, object]]:
    return [
        (gettext("Owner"), link_to(questionnaire.organisation)),
        *cut_facts(questionnaire),
        (gettext("Access"), questionnaire.get_access_display()),
        (gettext("Created by"), questionnaire.made_by),
        (gettext("Description"), questionnaire.description),
    ]


PART_LABELS = {
    "questionnaire": _("Questionnaire"),
    "section": _("Section"),
    "item": _("Question"),
    "choice": _("Choice"),
    "scale": _("Scale"),
    "languages": _("Languages"),
    "default_language": _("Default language"),
    "title": _("Title"),
    "introduction": _("Introduction"),
    "thanks": _("Closing text"),
    "relevance": _("Shown only if"),
    "type": _("Type"),
    "label": _("Text"),
    "hint": _("Hint"),
    "choice_list": _("List of choices"),
    "required": _("Required"),
    "required_message": _("Message when required"),
    "constraint": _("Rule for the answer"),
    "constraint_message": _("Message of the rule"),
    "calculation": _("Calculated as"),
    "choice_filter": _("Choices shown only if"),
    "offers": _("Missing values offered"),
    "reversed": _("Reversed"),
    "missing": _("Missing value"),
    "value": _("Value"),
    "columns": _("Filter columns"),
    "part_of": _("Part of"),
    "missing_policy": _("Rule for missing answers"),
    "least_items": _("Fewest answered items"),
}


@require_GET
@login_required
def compare(request: SignedInRequest, slug: str) -> HttpResponse:
    """What differs between two versions that this person may see."""
    questionnaire = visible_questionnaire(request, slug)
    return comparison_page(
        request,
        versions=QuestionnaireVersion.objects.visible_to(request.user).filter(questionnaire=questionnaire),
        parts_of=comparable_parts,
        labels=PART_LABELS,
        crumbs=[
            (gettext("Questionnaires"), reverse("questionnaire-list")),
            (questionnaire.title, reverse("questionnaire-detail", args=[slug])),
        ],
    )


@require_GET
@login_required
@may_lag
def version(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    questionnaire = visible_questionnaire(request, slug)
    published = get_object_or_404(questionnaire.versions.published().select_related("published_by"), number=number)
    definition = definition_of(published)
    language = request.GET.get("language", "")
    language = language if language in published.languages else published.default_language
    context = {
        "questionnaire": questionnaire,
        "version": published,
        "language": language,
        "sections": outline_of(definition, language),
        "sees_responses": policies.can_see_responses(request.user, questionnaire),
    }
    return render(request, "surveys/version.html", context)
