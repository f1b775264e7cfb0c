"""Erase the text of a thing: first what it reaches, then the button; and undo it."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.policies import has_role
from accounts.requests import SignedInRequest
from rest.forms import form_page, posted, press, see_other, submit
from rest.listing import listing
from versions.actions import characters_of, erasable_thing, erase, preview_of, undo_erasure
from versions.erasing import erasable, remaining_of
from versions.filters import ErasureFilter
from versions.forms import ErasureForm
from versions.models import Erasure
from versions.pointing import pointer
from versions.querysets import ERASES


@require_GET
@login_required
def erasure_list(request: SignedInRequest) -> HttpResponse:
    if not has_role(request.user, *ERASES):
        raise PermissionDenied(_("Only data managers and administrators see what was erased."))
    rows = Erasure.objects.visible_to(request.user).select_related("organisation", "erased_by")
    shown = listing(request, rows, ErasureFilter)
    return render(request, "versions/erasure_list.html", {"listing": shown}, status=shown.status)


@require_http_methods(["GET", "POST"])
@login_required
def erasure_new(request: SignedInRequest) -> HttpResponse:
    """`?kind=casestudies.fieldnote&key=…`. A POST shows what would be erased; with `confirmed` it erases."""
    kind, key = request.GET.get("kind", ""), request.GET.get("key", "")
    thing, _organisation = erasable_thing(kind=kind, key=key, by=request.user)
    form = ErasureForm(posted(request))
    is_confirmed = "confirmed" in request.POST
    reached = submit(request, form, lambda: preview_of(kind=kind, key=key, by=request.user, **form.what))
    if reached is not None and is_confirmed:
        done = submit(
            request,
            form,
            lambda: erase(kind=kind, key=key, by=request.user, **form.cleaned_data),
            success=_("The text was erased. You can undo that for 14 days."),
        )
        if done is not None:
            return see_other(done.result)
    known = erasable(kind)
    context = {
        "thing": thing,
        "label": known.label if known else "",
        "pointer": pointer(kind, key, request.user),
        "remaining": remaining_of([(kind, key)], request.user),
        "reached": _in_words(reached.result) if reached is not None and form.is_valid() else None,
    }
    return form_page(request, "versions/erasure_new.html", form, **context)


def _in_words(reached: list[dict[str, object]]) -> list[dict[str, object]]:
    """The things by the label of their kind. Titles may be confidential, so they are not shown."""
    return [{"label": known.label, **one} for one in reached if (known := erasable(str(one["kind"]))) is not None]


@require_GET
@login_required
def erasure_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    rows = Erasure.objects.visible_to(request.user).select_related("organisation", "erased_by", "undone_by")
    erasure = get_object_or_404(rows, pk=uuid)
    targets = [{"kind": target.kind, "key": target.key, "places": target.counts} for target in erasure.targets.all()]
    context = {
        "erasure": erasure,
        "reached": _in_words(targets),
        "remaining": remaining_of((target.pair for target in erasure.targets.all()), request.user),
        "characters": characters_of(erasure),
    }
    return render(request, "versions/erasure_detail.html", context)


@require_POST
@login_required
def erasure_undo(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    erasure = get_object_or_404(Erasure.objects.visible_to(request.user), pk=uuid)
    press(
        request,
        lambda: undo_erasure(erasure=erasure, by=request.user),
        _("The texts are back in every place where nothing newer was written."),
    )
    return see_other(erasure)
