"""Responses, counts per item, files of data and codebooks."""

import json
from collections.abc import Iterator
from http import HTTPStatus
from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.requests import SignedInRequest
from exports.downloads import download_for_page
from exports.tables import Table, Value
from exports.writers import TITLES, WRITERS
from rest.listing import errors_in, listing
from rest.replica import may_lag
from standards.languages import language_name
from surveys import policies
from surveys.answers_input import AnswerInput
from surveys.definition import Definition, ItemDef
from surveys.exporting import cell, codebook_table, columns, plain_number, shown, variables
from surveys.exporting import codebook as codebook_of
from surveys.filters import ResponseFilter
from surveys.models import Questionnaire, QuestionnaireVersion, Response
from surveys.querysets import ResponseQuerySet
from surveys.selectors import answers_beside, counts_of, definition_of, draw_numbers
from surveys.views.questionnaires import visible_questionnaire

_BATCH = 500


def _with_responses(request: SignedInRequest, slug: str) -> tuple[Questionnaire, ResponseQuerySet]:
    """The questionnaire and its responses; 404 without access to the responses."""
    questionnaire = visible_questionnaire(request, slug)
    if not policies.can_see_responses(request.user, questionnaire):
        raise Http404
    return questionnaire, Response.objects.visible_to(request.user).of_questionnaire(questionnaire.pk)


def _published(questionnaire: Questionnaire, number: int) -> QuestionnaireVersion:
    return get_object_or_404(questionnaire.versions.published(), number=number)


def _label(definition: Definition, item: ItemDef, answer: AnswerInput, language: str) -> str:
    """The answer in words: labels of the questionnaire, or a missing value in the language of the page."""
    words = shown(cell(definition, item, answer, labels_in=language))
    return _(words) if answer.missing and not answer.codes else words


def _filtered(request: SignedInRequest, rows: ResponseQuerySet, *own: str) -> tuple[ResponseQuerySet, list[str]]:
    """The responses that match the query string, and its errors. `own` are parameters that the view itself reads."""
    filterset = ResponseFilter(request.GET, queryset=rows, request=request, only_given=True)
    problems = [error["message"] for error in errors_in(filterset, reserved=own)]
    return (rows.none() if problems else cast(ResponseQuerySet, filterset.qs)), problems


@require_GET
@login_required
@may_lag
def responses(request: SignedInRequest, slug: str) -> HttpResponse:
    questionnaire, rows = _with_responses(request, slug)
    page = listing(request, rows.select_related("wave__version", "respondent"), ResponseFilter)
    context = {"questionnaire": questionnaire, "listing": page}
    return render(request, "surveys/responses.html", context, status=page.status)


@require_GET
@login_required
@may_lag
def response(request: SignedInRequest, slug: str, uuid: UUID) -> HttpResponse:
    questionnaire, rows = _with_responses(request, slug)
    found = get_object_or_404(rows.select_related("wave__version", "wave__fieldwork", "respondent"), uuid=uuid)
    version = found.wave.version
    definition = definition_of(version)
    answers = {answer.item_id: answer.as_input for answer in found.answers.all()}
    language = version.default_language
    lines = [
        {
            "item": item,
            "label": definition.text_in(item.labels, language) or item.name,
            "answer": answers.get(item.pk or 0, AnswerInput()),
            "code": shown(cell(definition, item, answers.get(item.pk or 0, AnswerInput()))),
            "words": _label(definition, item, answers.get(item.pk or 0, AnswerInput()), language),
        }
        for item in variables(definition)
    ]
    facts = [
        (_("Respondent"), found.respondent),
        (_("Wave"), f"{found.wave.fieldwork}: {found.wave}"),
        (_("State"), found.get_state_display()),
        (_("Language"), language_name(found.language)),
        (_("Started"), found.started_at),
        (_("Completed"), found.completed_at),
        (_("Entered by"), found.get_source_display()),
        (_("Seconds on the pages"), sum(found.seconds_per_page.values()) if found.seconds_per_page else None),
    ]
    context = {"questionnaire": questionnaire, "response": found, "lines": lines, "facts": facts}
    return render(request, "surveys/response.html", context)


@require_GET
@login_required
@may_lag
def counts(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    """Per item: who answered what. Complete responses, unless the address names another state."""
    questionnaire, rows = _with_responses(request, slug)
    version = _published(questionnaire, number)
    rows = rows.filter(wave__version=version)
    filtered, problems = _filtered(request, rows, "labels_in")
    if problems:
        context = {"questionnaire": questionnaire, "version": version, "problems": problems}
        return render(request, "surveys/counts.html", context, status=HTTPStatus.BAD_REQUEST)
    if "state" not in request.GET:
        filtered = filtered.complete()
    definition = definition_of(version)
    language = _labels_language(request, version)
    items = counts_of(definition, filtered, language, state=request.GET.get("state", "complete"))
    draw_numbers(items, filtered)
    context = {
        "questionnaire": questionnaire,
        "version": version,
        "drawings": answers_beside(items),
        "total": filtered.count(),
        "state": request.GET.get("state", "complete"),
        "items": items,
        "query": request.GET.urlencode(),
        "formats": TITLES,
    }
    return render(request, "surveys/counts.html", context)


def _labels_language(request: SignedInRequest, version: QuestionnaireVersion) -> str:
    asked = request.GET.get("labels_in", "")
    return asked if asked in version.languages else version.default_language


@require_GET
@login_required
@may_lag
def responses_file(request: SignedInRequest, slug: str, number: int, fmt: str) -> HttpResponseBase:
    """The responses of a version; codes, or with `values=labels` the words. Filters are those of the list."""
    if fmt not in WRITERS:
        raise Http404
    questionnaire, rows = _with_responses(request, slug)
    version = _published(questionnaire, number)
    filtered, problems = _filtered(request, rows.filter(wave__version=version), "values", "labels_in")
    if problems:
        return _bad_request(*problems)
    if request.GET.get("values", "codes") not in ("codes", "labels"):
        return _bad_request(_("The parameter “values” must be “codes” or “labels”."))
    labels_in = _labels_language(request, version) if request.GET.get("values") == "labels" else ""
    name = f"{slug}-v{number}-{'labels' if labels_in else 'codes'}"
    return download_for_page(request, _table(version, filtered, labels_in), fmt=fmt, name=name)


def _bad_request(*sentences: str) -> HttpResponse:
    return HttpResponse("\n".join(sentences), status=HTTPStatus.BAD_REQUEST, content_type="text/plain; charset=utf-8")


def _table(version: QuestionnaireVersion, rows: ResponseQuerySet, labels_in: str) -> Table:
    definition = definition_of(version)
    return Table(columns(definition, labels_in or version.default_language), _rows(definition, rows, labels_in))


def _rows(definition: Definition, rows: ResponseQuerySet, labels_in: str) -> Iterator[list[Value]]:
    items = variables(definition)
    rows = rows.select_related("wave", "respondent").prefetch_related("answers").order_by("pk")
    for found in rows.iterator(chunk_size=_BATCH):
        answers = {answer.item_id: answer.as_input for answer in found.answers.all()}
        cells = [
            cell(definition, item, answers.get(item.pk or 0, AnswerInput()), labels_in=labels_in) for item in items
        ]
        yield [*_facts(found), *cells]


def _facts(found: Response) -> list[Value]:
    return [
        found.uuid,
        found.wave.number,
        found.respondent.pseudonym,
        found.occasion,
        found.state,
        found.language,
        None if found.weight is None else plain_number(found.weight),
        found.started_at.replace(microsecond=0),
        found.completed_at.replace(microsecond=0) if found.completed_at else None,
    ]


@require_GET
@login_required
@may_lag
def codebook(request: SignedInRequest, slug: str, number: int, form: str) -> HttpResponseBase:
    """What the variables of a version mean, as CSV or JSON; with N of complete responses for who may see them."""
    questionnaire = visible_questionnaire(request, slug)
    version = _published(questionnaire, number)
    if form not in ("csv", "json"):
        raise Http404
    definition = definition_of(version)
    language = _labels_language(request, version)
    counted, total = None, None
    if policies.can_see_responses(request.user, questionnaire):
        complete = Response.objects.filter(wave__version=version).complete()
        counted, total = _counted(definition, complete, language), complete.count()
    found = codebook_of(definition, language, counted)
    name = f"{slug}-v{number}-codebook"
    if form == "csv":
        return download_for_page(request, codebook_table(found), fmt="csv", name=name)
    headers = {"Content-Disposition": f'attachment; filename="{name}.json"'}
    head = {
        "questionnaire": slug,
        "version": number,
        "title": definition.text_in(definition.titles, language),
        "n": total,
    }
    body = json.dumps(head | {"variables": found}, ensure_ascii=False, indent=1)
    return HttpResponse(body, content_type="application/json", headers=headers)


def _counted(definition: Definition, rows: ResponseQuerySet, language: str) -> dict[str, dict[str, int]]:
    return {
        counts.item.name: {
            "valid": counts.valid,
            **{f"code:{choice['code']}": choice["n"] for choice in counts.choices},
            **{f"missing:{kind['kind']}": kind["n"] for kind in counts.missing},
        }
        for counts in counts_of(definition, rows, language)
    }
