"""Events, who took part, contributions and their fate."""

from http import HTTPStatus
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from casestudies import policies
from casestudies.actions import events
from casestudies.filters import EventFilter
from casestudies.forms.events import ContributionForm, EventForm, FateForm, ParticipationForm
from casestudies.models import CoCreationEvent, Contribution, FieldNote, Participation
from casestudies.selectors.pages import threaded
from casestudies.selectors.terms import Words
from casestudies.views.answers import SignedIn, ask, given, sent
from casestudies.views.cases import form_page, visible_case
from rest.listing import listing

SHOWN_FILTERS = ("search", "status", "format", "country", "phase", "starts_at__gte", "starts_at__lte")
ORDERINGS = [("-starts_at", "Newest first"), ("starts_at", "Oldest first"), ("title", "Title")]


def visible_event(request: HttpRequest, pk: int) -> CoCreationEvent:
    visible = CoCreationEvent.objects.visible_to(request.user).with_deliberative()
    event: CoCreationEvent = get_object_or_404(
        visible.select_related("case__organisation", "place", "recorder", "updated_by"), pk=pk
    )
    return event


@require_GET
def event_list(request: HttpRequest) -> HttpResponse:
    visible = CoCreationEvent.objects.visible_to(request.user).with_deliberative().with_counts()
    page = listing(request, visible.select_related("case", "place"), EventFilter)
    context = {"listing": page, "words": Words(), "shown_filters": SHOWN_FILTERS, "orderings": ORDERINGS}
    return render(request, "casestudies/event_list.html", context, status=page.status)


def _counted(request: HttpRequest, form: ParticipationForm, event: CoCreationEvent) -> Participation | None:
    by = cast(User, request.user)
    return sent(request, form, lambda: events.count_participation(event=event, values=form.values, by=by))


@require_http_methods(["GET", "POST"])
def event_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The event; its form adds a count of who took part."""
    event = visible_event(request, pk)
    can_record = policies.can_record_events(request.user, event.case)
    if request.method == "POST":
        policies.check_can_record_events(request.user, event.case)
    form = ParticipationForm(given(request), instance=Participation(event=event)) if can_record else None
    if form is not None and _counted(request, form, event):
        return redirect(f"{event.get_absolute_url()}#participation")
    notes = FieldNote.objects.visible_to(request.user).kept().filter(event=event).select_related("author")
    contributions = event.contributions.select_related("parent", "outcome").order_by("id")
    context = {
        "event": event,
        "form": form,
        "words": Words(),
        "participation": list(event.participation.all()),
        "contributions": threaded(list(contributions)),
        "notes": list(notes[:50]),
        "can_record": can_record,
        "can_write_notes": policies.can_write_notes(request.user, event.case),
        "can_read_notes": policies.can_read_notes(request.user, event.case),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form is not None and form.errors else HTTPStatus.OK
    return render(request, "casestudies/event_detail.html", context, status=status)


@require_http_methods(["GET", "POST"])
@login_required
def event_new(request: SignedIn, slug: str) -> HttpResponse:
    case = visible_case(request, slug)
    policies.check_can_record_events(request.user, case)
    form = EventForm(given(request), instance=CoCreationEvent(case=case))
    if request.method == "POST" and form.is_valid():
        event = ask(form, lambda: events.create_event(case=case, values=form.values, by=request.user))
        if event is not None:
            messages.success(request, "The event is stored.")
            return redirect(event)
    return _edit_page(request, form, "Add an event", case.get_absolute_url())


@require_http_methods(["GET", "POST"])
@login_required
def event_edit(request: SignedIn, pk: int) -> HttpResponse:
    event = visible_event(request, pk)
    policies.check_can_record_events(request.user, event.case)
    form = EventForm(given(request), instance=event)
    if request.method == "POST" and form.is_valid():
        stored = ask(
            form,
            lambda: events.edit_event(event=event, values=form.values, by=request.user, base_version=form.base_version),
        )
        if stored is not None:
            messages.success(request, f"Stored as version {stored.version}.")
            return redirect(stored)
    return _edit_page(request, form, f"Change {event}", event.get_absolute_url())


def _edit_page(request: HttpRequest, form: Any, title: str, cancel: str) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, "page_title": title, "cancel_url": cancel}
    return render(request, "casestudies/sections_form.html", context, status=status)


@require_POST
@login_required
def event_cancel(request: SignedIn, pk: int) -> HttpResponse:
    event = visible_event(request, pk)
    try:
        events.cancel_event(event=event, by=request.user)
        messages.success(request, "The event is marked as cancelled.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(event)


@require_POST
@login_required
def participation_remove(request: SignedIn, pk: int) -> HttpResponse:
    row = get_object_or_404(Participation.objects.visible_to(request.user).select_related("event__case"), pk=pk)
    events.remove_participation(row=row, by=request.user)
    return redirect(f"{row.event.get_absolute_url()}#participation")


@require_http_methods(["GET", "POST"])
@login_required
def contribution_new(request: SignedIn, slug: str) -> HttpResponse:
    """`?event=` and `?parent=` say where it was put in and what it answers."""
    case = visible_case(request, slug)
    policies.check_can_record_events(request.user, case)
    named = {name: request.GET[name] for name in ("event", "parent") if request.GET.get(name, "").isdigit()}
    form = ContributionForm(given(request), instance=Contribution(case=case), initial=named)
    if request.method == "POST" and form.is_valid():
        made = ask(form, lambda: events.add_contribution(case=case, values=form.values, by=request.user))
        if made is not None:
            messages.success(request, "The contribution is stored.")
            return redirect(made)
    return form_page(request, form, "Add a contribution", cancel=f"{case.get_absolute_url()}#contributions")


def _visible_contribution(request: HttpRequest, pk: int) -> Contribution:
    visible = Contribution.objects.visible_to(request.user)
    related = ("case__organisation", "event", "parent", "outcome", "updated_by")
    contribution: Contribution = get_object_or_404(visible.select_related(*related), pk=pk)
    return contribution


@require_GET
def contribution_detail(request: HttpRequest, pk: int) -> HttpResponse:
    contribution = _visible_contribution(request, pk)
    context = {
        "contribution": contribution,
        "replies": list(contribution.replies.order_by("id")),
        "words": Words(),
        "can_record": policies.can_record_events(request.user, contribution.case),
    }
    return render(request, "casestudies/contribution_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def contribution_edit(request: SignedIn, pk: int) -> HttpResponse:
    return _edit_contribution(request, pk, ContributionForm, "Change the contribution")


@require_http_methods(["GET", "POST"])
@login_required
def contribution_fate(request: SignedIn, pk: int) -> HttpResponse:
    return _edit_contribution(request, pk, FateForm, "What became of it")


def _edit_contribution(request: SignedIn, pk: int, form_class: Any, title: str) -> HttpResponse:
    contribution = _visible_contribution(request, pk)
    policies.check_can_record_events(request.user, contribution.case)
    form = form_class(given(request), instance=contribution)
    if request.method == "POST" and form.is_valid():
        stored = ask(
            form,
            lambda: events.edit_contribution(
                contribution=contribution, values=form.values, by=request.user, base_version=form.base_version
            ),
        )
        if stored is not None:
            messages.success(request, "Stored.")
            return redirect(stored)
    return form_page(request, form, title, cancel=contribution.get_absolute_url())
