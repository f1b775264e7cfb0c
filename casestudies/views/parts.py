"""Rows of a case: one form for each kind, and informants with their consent."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from casestudies import policies
from casestudies.actions import consent as consents
from casestudies.actions.parts import add_part, edit_part, remove_part
from casestudies.forms.cases import ConsentForm, InformantForm, part_form
from casestudies.models import CaseStudy, Consent, Informant
from casestudies.selectors.rows import PARTS
from casestudies.views.answers import SignedIn, given, sent
from casestudies.views.cases import form_page, visible_case

NAMES = {
    "roles": "role",
    "factors": "factor",
    "objectives": "objective",
    "outcomes": "outcome",
    "survival": "observation of survival",
    "actors": "actor",
    "record_links": "link to a complaint record",
}


def _with_article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _section(case: CaseStudy, kind: str) -> str:
    return f"{case.get_absolute_url()}#{kind}"


@require_http_methods(["GET", "POST"])
@login_required
def part_new(request: SignedIn, slug: str, kind: str) -> HttpResponse:
    case = visible_case(request, slug)
    policies.check_can_edit_case(request.user, case)
    model = _model(kind)
    form = part_form(model)(given(request), instance=model(case=case), by=request.user)
    if sent(request, form, lambda: add_part(case=case, model=model, values=form.values, by=request.user)):
        messages.success(request, f"The {NAMES[kind]} is added.")
        return redirect(_section(case, kind))
    return form_page(request, form, f"Add {_with_article(NAMES[kind])}", cancel=_section(case, kind))


@require_http_methods(["GET", "POST"])
@login_required
def part_edit(request: SignedIn, slug: str, kind: str, pk: int) -> HttpResponse:
    case, part = _part(request, slug, kind, pk)
    form = part_form(_model(kind))(given(request), instance=part, by=request.user)
    if sent(request, form, lambda: edit_part(part=part, values=form.values, by=request.user)):
        messages.success(request, f"The {NAMES[kind]} is stored.")
        return redirect(_section(case, kind))
    return form_page(request, form, f"Change the {NAMES[kind]}", cancel=_section(case, kind))


@require_POST
@login_required
def part_remove(request: SignedIn, slug: str, kind: str, pk: int) -> HttpResponse:
    case, part = _part(request, slug, kind, pk)
    try:
        remove_part(part=part, by=request.user)
        messages.success(request, f"The {NAMES[kind]} is removed; its history stays.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(_section(case, kind))


def _model(kind: str) -> Any:
    if kind not in PARTS:
        raise Http404
    return PARTS[kind]


def _part(request: HttpRequest, slug: str, kind: str, pk: int) -> tuple[CaseStudy, Any]:
    case = visible_case(request, slug)
    policies.check_can_edit_case(request.user, case)
    return case, get_object_or_404(_model(kind).objects.filter(case=case).select_related("case"), pk=pk)


@require_http_methods(["GET", "POST"])
@login_required
def informant_new(request: SignedIn, slug: str) -> HttpResponse:
    case = visible_case(request, slug)
    policies.check_can_keep_informants(request.user, case)
    form = InformantForm(given(request), instance=Informant(case=case))
    if sent(request, form, lambda: consents.add_informant(case=case, values=form.values, by=request.user)):
        messages.success(request, "The informant is added under the pseudonym.")
        return redirect(_section(case, "informants"))
    return form_page(request, form, "Add an informant", cancel=_section(case, "informants"))


@require_http_methods(["GET", "POST"])
@login_required
def consent_new(request: SignedIn, informant: int) -> HttpResponse:
    person = get_object_or_404(Informant.objects.visible_to(request.user).select_related("case"), pk=informant)
    policies.check_can_keep_informants(request.user, person.case)
    form = ConsentForm(given(request), instance=Consent(informant=person))
    if sent(request, form, lambda: consents.record_consent(informant=person, values=form.values, by=request.user)):
        messages.success(request, f"The consent of {person} is recorded.")
        return redirect(_section(person.case, "informants"))
    return form_page(request, form, f"Consent of {person}", cancel=_section(person.case, "informants"))


@require_POST
@login_required
def consent_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    visible = Consent.objects.visible_to(request.user).select_related("informant__case")
    consent = get_object_or_404(visible, pk=pk)
    try:
        consents.withdraw_consent(consent=consent, on=timezone.localdate(), by=request.user)
        messages.success(request, f"The consent of {consent.informant} is withdrawn as of today.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(_section(consent.informant.case, "informants"))
