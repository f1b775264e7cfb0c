"""The list of case studies, the page of one, its forms and its review."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Organisation, User
from accounts.requests import SignedInRequest
from casestudies import policies
from casestudies.actions import cases
from casestudies.filters import CaseStudyFilter
from casestudies.forms.cases import CaseStudyForm, NewCaseStudyForm, WithdrawalForm
from casestudies.models import CaseStudy
from casestudies.querysets import CaseStudyQuerySet
from casestudies.selectors import facets, findings
from casestudies.selectors.drawn import factors_beside_sector, of_case, time_line
from casestudies.selectors.glance import citation, glance
from casestudies.selectors.history import history_of
from casestudies.selectors.pages import missing_requirements, rows_of
from casestudies.selectors.terms import TermLabels
from exports.ways import ways_of_page
from registry import maps
from rest.forms import AnyForm, form_page, posted, press, see_other, submit
from rest.listing import Listing, listing
from rest.prepared import Prepared
from rest.replica import may_lag
from standards.countries import country_names

# What the filter form shows; facets and the API set the other filters.
SHOWN_FILTERS = ("search",)
OF_THE_FORM = ("search", "ordering", "cursor", "page")
VIEWS = {"table": _l("Table"), "cards": _l("Cards")}
ORDERINGS = [
    ("-updated_at", _l("Last edited first")),
    ("working_title", _l("Title")),
    ("country", _l("Country")),
    ("-started_on", _l("Latest start first")),
    ("-completeness", _l("Most complete first")),
]


_RELATED = ("organisation", "sector", "place", "public_body", "researcher", "updated_by")
_visible = Prepared(
    lambda person, slug: (
        CaseStudy.objects.visible_to(person)
        .with_completeness()
        .with_requirements()
        .select_related(*_RELATED)
        .filter(slug=slug)
    )
)


def visible_case_study(request: HttpRequest, slug: str) -> CaseStudy:
    case_study: CaseStudy | None = _visible.first(request.user, slug)
    if case_study is None:
        raise Http404
    return case_study


@require_GET
@may_lag
def case_study_list(request: HttpRequest) -> HttpResponse:
    shown_as = request.GET.get("view", "")
    shown_as = shown_as if shown_as in VIEWS else "table"
    visible = CaseStudy.objects.visible_to(request.user).with_completeness()
    rows = findings.with_results(visible.with_counts().select_related("sector"))
    page = listing(request, rows, CaseStudyFilter, extra=["view"], fields=SHOWN_FILTERS)
    is_of_visitors = shown_as == "table" and not request.user.is_authenticated
    context = {
        "listing": page,
        "facets": facets.case_facets(visible, page.query, request),
        **_by_country(page),
        # A column of the table that visitors see.
        "influence": findings.influence_of_each(page.rows, TermLabels()) if is_of_visitors else {},
        "orderings": ORDERINGS,
        "filter_label": _("Filter case studies"),
        "kept": page.query_without(OF_THE_FORM),
        "list_view": shown_as,
        "list_views": [(name, label, page.url_with("view", name)) for name, label in VIEWS.items()],
        "can_create": policies.can_create_case_study(request.user),
        "ways": ways_of_page(request, "case-study"),
    }
    return render(request, "casestudies/case_list.html", context, status=page.status)


def _by_country(page: Listing[CaseStudy]) -> dict[str, object]:
    """The case studies of the whole filtered list by country, as a table and as a map."""
    cases = cast(CaseStudyQuerySet, page.filterset.qs)
    names, numbers = country_names(), cases.by_country()
    addresses = {code: page.url_with("country", code) for code in numbers}
    countries = [
        {"code": code, "name": names.get(code, code), "number": number, "url": addresses[code]}
        for code, number in numbers.items()
    ]
    return {"countries": countries, "map": maps.draw(numbers, cases.by_place(), addresses)}


@require_GET
@may_lag
def case_study_detail(request: HttpRequest, slug: str) -> HttpResponse:
    case_study = visible_case_study(request, slug)
    rows, labels = rows_of(case_study, request.user), TermLabels()
    context = {
        "case_study": case_study,
        "rows": rows,
        "term_labels": labels,
        "glance": glance(rows, labels),
        "compared": factors_beside_sector(case_study, request.user) if rows.parts["factors"] else [],
        "time_line": time_line(rows),
        "fates": of_case(rows, labels),
        "citation": citation(case_study, request.build_absolute_uri(request.path)),
        "missing": missing_requirements(case_study),
        "changes": history_of(case_study, most=8) if policies.can_read_notes(request.user, case_study) else [],
        **_permissions(request, case_study),
    }
    return render(request, "casestudies/case_detail.html", context)


def _permissions(request: HttpRequest, case_study: CaseStudy) -> dict[str, bool]:
    user = request.user
    return {
        "can_edit": policies.can_edit_case_study(user, case_study),
        "can_review": policies.can_review_case_study(user, case_study),
        "can_publish": policies.can_publish_case_study(user, case_study),
        "can_record": policies.can_record_events(user, case_study),
        "can_write_notes": policies.can_write_notes(user, case_study),
        "can_read_notes": policies.can_read_notes(user, case_study),
        "can_keep_informants": policies.can_keep_informants(user, case_study),
    }


@require_GET
@login_required
@may_lag
def case_study_history(request: SignedInRequest, slug: str) -> HttpResponse:
    case_study = visible_case_study(request, slug)
    if not policies.can_read_notes(request.user, case_study):
        raise PermissionDenied(_("Only the organisation that owns the case study has access to its history."))
    return render(
        request, "casestudies/case_history.html", {"case_study": case_study, "changes": history_of(case_study)}
    )


@require_http_methods(["GET", "POST"])
@login_required
def case_study_new(request: SignedInRequest) -> HttpResponse:
    able = [pk for pk in request.user.organisation_ids if policies.can_create_case_study_in(request.user, pk)]
    if not able:
        raise PermissionDenied(_("Only fieldworkers, data managers and administrators can start a case study."))
    form = NewCaseStudyForm(posted(request), organisations=Organisation.objects.filter(pk__in=able))
    if done := submit(
        request,
        form,
        lambda: _create(form, request.user),
        success=_("The draft was saved. Only your organisation has access to it until it is approved."),
    ):
        return see_other(done.result)
    return simple_form_page(request, form, _("Start a case study"), cancel=reverse("case-study-list"))


def _create(form: NewCaseStudyForm, user: User) -> CaseStudy:
    return cases.create_case_study(
        by=user,
        organisation=form.cleaned_data["organisation"],
        shared_with=form.cleaned_data["shared_with"],
        values=form.values,
    )


@require_http_methods(["GET", "POST"])
@login_required
def case_study_edit(request: SignedInRequest, slug: str) -> HttpResponse:
    case_study = visible_case_study(request, slug)
    policies.check_can_edit_case_study(request.user, case_study)
    form = CaseStudyForm(posted(request), instance=case_study)
    if done := submit(
        request,
        form,
        lambda: cases.edit_case_study(
            case_study=case_study,
            by=request.user,
            values=form.values,
            shared_with=form.cleaned_data["shared_with"],
        ),
        success=lambda saved: _saved(case_study, saved),
    ):
        return see_other(done.result)
    return form_page(request, "casestudies/case_edit.html", form, case_study=case_study)


def _saved(before: CaseStudy, saved: CaseStudy) -> str:
    said = _("Saved as version %(number)d.") % {"number": saved.version}
    if saved.review_state == before.review_state:
        return said
    return said + " " + _("More people would have access: it is published again when a second person approves it.")


_MOVES = {
    "submit": (cases.submit_case_study, _l("Submitted. Your organisation's data managers review it.")),
    "approve": (cases.approve_case_study, _l("Approved. It is now visible to those whom its access level names.")),
    "verify": (cases.verify_case_study, _l("Verified.")),
    "reopen": (cases.reopen_case_study, _l("Reopened as a draft.")),
}


@require_POST
@login_required
def case_study_move(request: SignedInRequest, slug: str, move: str) -> HttpResponse:
    """Submit, approve, verify, reopen."""
    case_study = visible_case_study(request, slug)
    action, success = _MOVES[move]
    press(request, lambda: action(case_study=case_study, by=request.user), str(success))
    return see_other(case_study)


@require_http_methods(["GET", "POST"])
@login_required
def case_study_withdraw(request: SignedInRequest, slug: str) -> HttpResponse:
    case_study = visible_case_study(request, slug)
    policies.check_can_review_case_study(request.user, case_study)
    form = WithdrawalForm(posted(request))
    if submit(
        request,
        form,
        lambda: cases.withdraw_case_study(case_study=case_study, by=request.user, reason=form.cleaned_data["reason"]),
        success=_("Withdrawn. Nobody outside your organisation has access to it any more."),
    ):
        return see_other(case_study)
    title = _("Withdraw %(case_study)s") % {"case_study": case_study}
    return simple_form_page(request, form, title, cancel=case_study.get_absolute_url(), submit=_("Withdraw"))


def simple_form_page(
    request: HttpRequest, form: AnyForm, title: str | Promise, *, cancel: str, submit: str = ""
) -> HttpResponse:
    """A page that holds one form and nothing else."""
    context: dict[str, object] = {"page_title": title, "cancel_url": cancel, "submit": submit}
    return form_page(request, "casestudies/form.html", form, **context)
