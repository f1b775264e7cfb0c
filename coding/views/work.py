"""Pages of coders: queue, coding page, own work."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.requests import SignedInRequest
from coding import policies
from coding.actions import queue
from coding.actions.changes import POSTPONED, Change, finish, record_changes
from coding.actions.codings import NewCoding
from coding.forms import WholeUnitForm
from coding.models import Assignment, CodebookVersion, Round, Submission
from coding.selectors import (
    CodingPage,
    check_was_not_lost,
    codebook_as_json,
    coding_page_as_json,
    coding_page_of,
    work_of,
)
from rest.answers import json_answer
from rest.forms import Rejection, attempt, form_page, posted, see_other, submit
from rest.problems import Conflict

LAST = 50


@require_GET
@login_required
def queue_page(request: SignedInRequest) -> HttpResponse:
    policies.check_can_code_anywhere(request.user)
    held = Assignment.objects.visible_to(request.user).open().opened().with_reason_for_reopening().in_order_of_work()
    context = {
        "started": [*held.select_related("round_unit__unit", "round_unit__round")[:LAST]],
        "work": [part for part in work_of(request.user) if part.round.is_running],
    }
    return render(request, "coding/queue.html", context)


@require_POST
@login_required
def take(request: SignedInRequest) -> HttpResponse:
    """The button *Next unit*: of one round, or of the oldest round that has one."""
    policies.check_can_code_anywhere(request.user)
    wanted = request.POST.get("round", "")
    chosen = get_object_or_404(Round.objects.visible_to(request.user), pk=wanted) if wanted.isdecimal() else None
    return _next(request, chosen)


def _next(request: SignedInRequest, chosen: Round | None = None) -> HttpResponse:
    assignment = queue.take_next(by=request.user, coding_round=chosen)
    if assignment is None:
        messages.info(request, _("There are no more units for you to code at the moment."))
        return see_other("queue")
    return see_other(assignment)


@require_GET
@login_required
def my_work(request: SignedInRequest) -> HttpResponse:
    policies.check_can_code_anywhere(request.user)
    made = Submission.objects.visible_to(request.user).filter(coder=request.user)
    related = ("round_unit__unit", "round_unit__round", "withdrawal__made_by")
    context = {
        "work": work_of(request.user),
        "submissions": made.select_related(*related).order_by("-id")[:LAST],
    }
    return render(request, "coding/my_work.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def code_unit(request: SignedInRequest, pk: int) -> HttpResponse:
    """The coding page. Without JavaScript its form (`?plain=1`) applies codes to the whole unit and submits it."""
    assignments = Assignment.objects.visible_to(request.user).select_related(
        "round_unit__unit", "round_unit__round__codebook_version__codebook"
    )
    assignment = assignments.filter(pk=pk).first()
    if assignment is None:
        return _lost(request, pk)
    page = coding_page_of(assignment, request.user)
    form = WholeUnitForm(posted(request), codes=page.codes, initial=_shown(page))
    stale: list[Conflict] = []
    if done := submit(request, form, lambda: _perform(request, page, form, stale)):
        return done.result
    answer = form_page(request, "coding/code_unit.html", form, **_context(request, page))
    if stale:
        answer.status_code = HTTPStatus.CONFLICT
    return answer


def _lost(request: SignedInRequest, pk: int) -> HttpResponse:
    """What happened to a unit that this person had; 404 for what was never theirs."""
    lost: list[Rejection] = []
    attempt(lambda: check_was_not_lost(pk, request.user), lost.append)
    if lost:
        return render(request, "coding/lease_lost.html", {"lost": lost[0]}, status=HTTPStatus.CONFLICT)
    raise Http404


@require_GET
@login_required
def codebook_json(request: SignedInRequest, pk: int) -> HttpResponse:
    """The codes of a published version for the coding page. They never change, so the browser keeps them."""
    versions = CodebookVersion.objects.visible_to(request.user).published().select_related("codebook")
    version = get_object_or_404(versions, pk=pk)
    headers = {"Cache-Control": "private, max-age=31536000, immutable"}
    return json_answer(request, codebook_as_json(version), headers=headers)


def _shown(page: CodingPage) -> dict[str, object]:
    """What the plain form shows, and sends back beside what the coder made of it."""
    memo, is_flagged = page.assignment.memo, page.assignment.is_flagged
    return {
        "codes": [c.code_id for c in page.codings if c.start is None],
        "memo": memo,
        "is_flagged": is_flagged,
        "version": page.assignment.version,
        "shown_codes": " ".join(str(c.code_id) for c in page.codings if c.start is None),
        "shown_memo": memo,
        "shown_flag": is_flagged,
    }


def _context(request: SignedInRequest, page: CodingPage) -> dict[str, object]:
    whole = {coding.code_id for coding in page.codings if coding.start is None}
    if request.method == "POST":
        whole = {int(pk) for pk in request.POST.getlist("codes") if pk.isdecimal()}
    return {
        "coding_page": page,
        "assignment": page.assignment,
        "unit": page.assignment.round_unit.unit,
        "round": page.assignment.round_unit.round,
        "whole": whole,
        "is_plain": request.method == "POST" or "plain" in request.GET,
        "data": json.dumps(coding_page_as_json(page)),
        "outcomes": Submission.Outcome,
    }


def _perform(request: SignedInRequest, page: CodingPage, form: WholeUnitForm, stale: list[Conflict]) -> HttpResponse:
    """What the button is for: save, postpone, or submit with an outcome."""
    by, data = request.user, form.cleaned_data
    refused: list[Rejection] = []
    attempt(lambda: _record(page, data, by), refused.append)
    if refused and isinstance(refused[0], Conflict):
        stale.append(refused[0])
        _ask_again(form, refused[0])
        raise ValidationError(_newer_in_words(refused[0], page, data))
    if refused:
        raise refused[0]
    if data["act"] == "save":
        messages.success(request, _("Saved. Submit the unit when you have finished."))
        return see_other(page.assignment)
    if data["act"] == "postpone":
        messages.info(request, _("Postponed. The unit comes back after the others."))
        return _next(request)
    outcome = str(dict(Submission.Outcome.choices)[data["act"]]).lower()
    messages.success(request, _("Submitted: %(outcome)s.") % {"outcome": outcome})
    return _next(request)


@transaction.atomic
def _record(page: CodingPage, data: Mapping[str, Any], by: User) -> None:
    """Only what this form changed, on the version that it showed; then what the button is for."""
    saved = record_changes(assignment=page.assignment, changes=_changes_of(page, data), by=by, seen=data["version"])
    if data["act"] != "save":
        finish(assignment=page.assignment, outcome=_outcome_of(data["act"]), by=by, seen=saved.version)


def _outcome_of(act: str) -> str:
    return POSTPONED if act == "postpone" else act


def _changes_of(page: CodingPage, data: Mapping[str, Any]) -> list[Change]:
    """What this form changed of what it was shown; what another tab changed meanwhile is left as it is."""
    shown = {int(pk) for pk in data["shown_codes"].split() if pk.isdecimal()}
    applied = {coding.code_id: coding for coding in page.codings if coding.start is None}
    wanted = {code.pk: code for code in data["codes"]}
    changes = [Change(coding=NewCoding(code=code)) for pk, code in wanted.items() if pk not in shown]
    gone = (shown - wanted.keys()) & applied.keys()
    changes += [Change(retract=applied[pk].uuid) for pk in sorted(gone)]
    if data["memo"] != data["shown_memo"]:
        changes.append(Change(memo=data["memo"]))
    if data["is_flagged"] != data["shown_flag"]:
        changes.append(Change(is_flagged=data["is_flagged"]))
    return changes


def _ask_again(form: WholeUnitForm, newer: Conflict) -> None:
    """The same form once more, which can then be sent on top of what is newer."""
    sent = QueryDict(mutable=True)
    sent.update(form.data)
    sent["version"] = str(newer.extra["current"]["version"])
    form.data = sent


def _newer_in_words(newer: Conflict, page: CodingPage, data: Mapping[str, Any]) -> str:
    names = {code.pk: code.name for code in page.codes}
    shown = {int(pk) for pk in data["shown_codes"].split() if pk.isdecimal()}
    current = newer.extra["current"]
    whole = {c["code"] for c in current["codings"] if c["start"] is None}
    parts = [
        (_("applied: %(what)s"), ", ".join(names[pk] for pk in sorted(whole - shown))),
        (_("retracted: %(what)s"), ", ".join(names[pk] for pk in sorted(shown - whole) if pk in names)),
        (_("memo: “%(what)s”"), current["memo"] if current["memo"] != data["shown_memo"] else ""),
    ]
    found = "; ".join(sentence % {"what": what} for sentence, what in parts if what) or _("passages")
    ask = _("What you changed is below. Send it again to add it to that; a memo that you changed replaces the newer.")
    return f"{newer.detail} {_('Newer there: %(what)s.') % {'what': found}} {ask}"
