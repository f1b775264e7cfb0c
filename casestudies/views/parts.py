"""Parts of a case study: one form for each kind, and informants with their consent."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedInRequest
from casestudies import policies
from casestudies.actions import consent as consents
from casestudies.actions.parts import add_part, edit_part, remove_part
from casestudies.forms.cases import ConsentForm, InformantForm, part_form
from casestudies.models import CasePart, CaseStudy, Consent, Informant
from casestudies.selectors.rows import PARTS
from casestudies.views.cases import simple_form_page, visible_case_study
from rest.forms import posted, press, see_other, submit

# Kind of part -> title of the page that adds one and title of the page that edits it.
TITLES = {
    "roles": (_l("Add a role"), _l("Edit the role")),
    "factors": (_l("Add a factor"), _l("Edit the factor")),
    "objectives": (_l("Add an objective"), _l("Edit the objective")),
    "outcomes": (_l("Add an outcome"), _l("Edit the outcome")),
    "survival": (_l("Add an observation of survival"), _l("Edit the observation of survival")),
    "actors": (_l("Add an actor"), _l("Edit the actor")),
    "record_links": (_l("Add a link to a complaint record"), _l("Edit the link to a complaint record")),
}


def _section(case_study: CaseStudy, kind: str) -> str:
    return f"{case_study.get_absolute_url()}#{kind}"


@require_http_methods(["GET", "POST"])
@login_required
def part_new(request: SignedInRequest, slug: str, kind: str) -> HttpResponse:
    case_study = visible_case_study(request, slug)
    policies.check_can_edit_case_study(request.user, case_study)
    model = _model(kind)
    form = part_form(model)(posted(request), instance=model(case_study=case_study), by=request.user)
    if submit(
        request,
        form,
        lambda: add_part(case_study=case_study, model=model, values=form.values, by=request.user),
        success=_("Added."),
    ):
        return see_other(_section(case_study, kind))
    return simple_form_page(request, form, TITLES[kind][0], cancel=_section(case_study, kind))


@require_http_methods(["GET", "POST"])
@login_required
def part_edit(request: SignedInRequest, slug: str, kind: str, pk: int) -> HttpResponse:
    case_study, part = _part(request, slug, kind, pk)
    form = part_form(_model(kind))(posted(request), instance=part, by=request.user)
    if submit(request, form, lambda: edit_part(part=part, values=form.values, by=request.user), success=_("Saved.")):
        return see_other(_section(case_study, kind))
    return simple_form_page(request, form, TITLES[kind][1], cancel=_section(case_study, kind))


@require_POST
@login_required
def part_remove(request: SignedInRequest, slug: str, kind: str, pk: int) -> HttpResponse:
    case_study, part = _part(request, slug, kind, pk)
    press(request, lambda: remove_part(part=part, by=request.user), _("Removed. Its history is kept."))
    return see_other(_section(case_study, kind))


def _model(kind: str) -> type[CasePart]:
    if kind not in PARTS:
        raise Http404
    return PARTS[kind]


def _part(request: SignedInRequest, slug: str, kind: str, pk: int) -> tuple[CaseStudy, CasePart]:
    case_study = visible_case_study(request, slug)
    policies.check_can_edit_case_study(request.user, case_study)
    return case_study, get_object_or_404(
        _model(kind).objects.filter(case_study=case_study).select_related("case_study"), pk=pk
    )


@require_http_methods(["GET", "POST"])
@login_required
def informant_new(request: SignedInRequest, slug: str) -> HttpResponse:
    case_study = visible_case_study(request, slug)
    policies.check_can_keep_informants(request.user, case_study)
    form = InformantForm(posted(request), instance=Informant(case_study=case_study))
    if submit(
        request,
        form,
        lambda: consents.add_informant(case_study=case_study, values=form.values, by=request.user),
        success=_("The informant was added under the pseudonym."),
    ):
        return see_other(_section(case_study, "informants"))
    return simple_form_page(request, form, _("Add an informant"), cancel=_section(case_study, "informants"))


@require_http_methods(["GET", "POST"])
@login_required
def consent_new(request: SignedInRequest, informant: int) -> HttpResponse:
    person = get_object_or_404(Informant.objects.visible_to(request.user).select_related("case_study"), pk=informant)
    policies.check_can_keep_informants(request.user, person.case_study)
    form = ConsentForm(posted(request), instance=Consent(informant=person))
    if submit(
        request,
        form,
        lambda: consents.record_consent(informant=person, values=form.values, by=request.user),
        success=_("The consent of %(person)s was recorded.") % {"person": person},
    ):
        return see_other(_section(person.case_study, "informants"))
    title = _("Consent of %(person)s") % {"person": person}
    return simple_form_page(request, form, title, cancel=_section(person.case_study, "informants"))


@require_POST
@login_required
def consent_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    visible = Consent.objects.visible_to(request.user).select_related("informant__case_study")
    consent = get_object_or_404(visible, pk=pk)
    press(
        request,
        lambda: consents.withdraw_consent(consent=consent, on=timezone.localdate(), by=request.user),
        _("The consent of %(person)s is withdrawn as of today.") % {"person": consent.informant},
    )
    return see_other(_section(consent.informant.case_study, "informants"))
