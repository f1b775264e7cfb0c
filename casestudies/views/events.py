"""Events, participation, contributions and the decisions on them."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.requests import SignedInRequest
from casestudies import policies
from casestudies.actions import events
from casestudies.filters import EventFilter
from casestudies.forms.events import ContributionForm, DecisionForm, EventForm, ParticipationForm
from casestudies.models import CoCreationEvent, Contribution, FieldNote, Participation
from casestudies.selectors.event_glance import event_citation, event_glance
from casestudies.selectors.facets import event_facets
from casestudies.selectors.pages import threaded
from casestudies.selectors.terms import TermLabels
from casestudies.views.cases import simple_form_page, visible_case_study
from exports.ways import ways_of_page
from rest.forms import AnyForm, Done, form_page, posted, press, see_other, submit
from rest.listing import listing
from rest.replica import may_lag

# What the filter form shows; facets and the API set the other filters.
SHOWN_FILTERS = ("search", "starts_at__gte", "starts_at__lte")
OF_THE_FORM = (*SHOWN_FILTERS, "ordering", "cursor", "page")
ORDERINGS = [("-starts_at", _l("Newest first")), ("starts_at", _l("Oldest first")), ("title", _l("Title"))]


def visible_event(request: HttpRequest, pk: int) -> CoCreationEvent:
    visible = CoCreationEvent.objects.visible_to(request.user).with_deliberative()
    event: CoCreationEvent = get_object_or_404(
        visible.select_related("case_study__organisation", "place", "recorder", "updated_by"), pk=pk
    )
    return event


@require_GET
@may_lag
def event_list(request: HttpRequest) -> HttpResponse:
    visible = CoCreationEvent.objects.visible_to(request.user).with_deliberative()
    rows = visible.with_counts().select_related("case_study", "place")
    page = listing(request, rows, EventFilter, fields=SHOWN_FILTERS)
    context = {
        "listing": page,
        "facets": event_facets(visible, page.query, request),
        "filter_label": _("Filter events"),
        "kept": page.query_without(OF_THE_FORM),
        "orderings": ORDERINGS,
        "term_labels": TermLabels(),
        "ways": ways_of_page(request, "event"),
    }
    return render(request, "casestudies/event_list.html", context, status=page.status)


def _counted(request: HttpRequest, form: ParticipationForm, event: CoCreationEvent) -> Done[Participation] | None:
    by = cast(User, request.user)
    return submit(request, form, lambda: events.record_participation(event=event, values=form.values, by=by))


@require_http_methods(["GET", "POST"])
@may_lag
def event_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The event; its form records participation."""
    event = visible_event(request, pk)
    can_record = policies.can_record_events(request.user, event.case_study)
    if request.method == "POST":
        policies.check_can_record_events(request.user, event.case_study)
    form = ParticipationForm(posted(request), instance=Participation(event=event)) if can_record else None
    if form is not None and _counted(request, form, event):
        return see_other(f"{event.get_absolute_url()}#participation")
    notes = FieldNote.objects.visible_to(request.user).not_deleted().filter(event=event).select_related("author")
    contributions = threaded(list(event.contributions.select_related("parent", "outcome").order_by("id")))
    labels = TermLabels()
    context: dict[str, object] = {
        "event": event,
        "term_labels": labels,
        "glance": event_glance(event, contributions, labels),
        "citation": event_citation(event, request.build_absolute_uri(request.path)),
        "participation": list(event.participation.all()),
        "contributions": contributions,
        "notes": list(notes[:50]),
        "can_record": can_record,
        "can_write_notes": policies.can_write_notes(request.user, event.case_study),
        "can_read_notes": policies.can_read_notes(request.user, event.case_study),
    }
    if form is None:
        return render(request, "casestudies/event_detail.html", context | {"form": None})
    return form_page(request, "casestudies/event_detail.html", form, **context)


@require_http_methods(["GET", "POST"])
@login_required
def event_new(request: SignedInRequest, slug: str) -> HttpResponse:
    case_study = visible_case_study(request, slug)
    policies.check_can_record_events(request.user, case_study)
    form = EventForm(posted(request), instance=CoCreationEvent(case_study=case_study))
    if done := submit(
        request,
        form,
        lambda: events.create_event(case_study=case_study, values=form.values, by=request.user),
        success=_("The event was saved."),
    ):
        return see_other(done.result)
    return _edit_page(request, form, _("Add an event"), case_study.get_absolute_url())


@require_http_methods(["GET", "POST"])
@login_required
def event_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    event = visible_event(request, pk)
    policies.check_can_record_events(request.user, event.case_study)
    form = EventForm(posted(request), instance=event)
    if done := submit(
        request,
        form,
        lambda: events.edit_event(event=event, values=form.values, by=request.user),
        success=lambda saved: _("Saved as version %(number)d.") % {"number": saved.version},
    ):
        return see_other(done.result)
    title = _("Edit %(event)s") % {"event": event}
    return _edit_page(request, form, title, event.get_absolute_url())


def _edit_page(request: HttpRequest, form: AnyForm, title: str, cancel: str) -> HttpResponse:
    return form_page(request, "casestudies/sections_form.html", form, page_title=title, cancel_url=cancel)


@require_POST
@login_required
def event_cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    event = visible_event(request, pk)
    press(request, lambda: events.cancel_event(event=event, by=request.user), _("The event was marked as cancelled."))
    return see_other(event)


@require_POST
@login_required
def participation_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Participation.objects.visible_to(request.user).select_related("event__case_study"), pk=pk)
    press(request, lambda: events.remove_participation(row=row, by=request.user))
    return see_other(f"{row.event.get_absolute_url()}#participation")


@require_http_methods(["GET", "POST"])
@login_required
def contribution_new(request: SignedInRequest, slug: str) -> HttpResponse:
    """`?event=` and `?parent=` give the event and the contribution that it answers."""
    case_study = visible_case_study(request, slug)
    policies.check_can_record_events(request.user, case_study)
    named: dict[str, object] = {
        name: request.GET[name] for name in ("event", "parent") if request.GET.get(name, "").isdecimal()
    }
    form = ContributionForm(posted(request), instance=Contribution(case_study=case_study), initial=named)
    if done := submit(
        request,
        form,
        lambda: events.add_contribution(case_study=case_study, values=form.values, by=request.user),
        success=_("The contribution was saved."),
    ):
        return see_other(done.result)
    return simple_form_page(
        request, form, _("Add a contribution"), cancel=f"{case_study.get_absolute_url()}#contributions"
    )


def _visible_contribution(request: HttpRequest, pk: int) -> Contribution:
    visible = Contribution.objects.visible_to(request.user)
    related = ("case_study__organisation", "event", "parent", "outcome", "updated_by")
    contribution: Contribution = get_object_or_404(visible.select_related(*related), pk=pk)
    return contribution


@require_GET
@may_lag
def contribution_detail(request: HttpRequest, pk: int) -> HttpResponse:
    contribution = _visible_contribution(request, pk)
    context = {
        "contribution": contribution,
        "replies": list(contribution.replies.order_by("id")),
        "term_labels": TermLabels(),
        "can_record": policies.can_record_events(request.user, contribution.case_study),
    }
    return render(request, "casestudies/contribution_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def contribution_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    return _edit_contribution(request, pk, ContributionForm, _l("Edit the contribution"))


@require_http_methods(["GET", "POST"])
@login_required
def contribution_decision(request: SignedInRequest, pk: int) -> HttpResponse:
    return _edit_contribution(request, pk, DecisionForm, _l("Decision on the contribution"))


def _edit_contribution(
    request: SignedInRequest, pk: int, form_class: type[ContributionForm | DecisionForm], title: str | Promise
) -> HttpResponse:
    contribution = _visible_contribution(request, pk)
    policies.check_can_record_events(request.user, contribution.case_study)
    form = form_class(posted(request), instance=contribution)
    if done := submit(
        request,
        form,
        lambda: events.edit_contribution(contribution=contribution, values=form.values, by=request.user),
        success=_("Saved."),
    ):
        return see_other(done.result)
    return simple_form_page(request, form, title, cancel=contribution.get_absolute_url())
