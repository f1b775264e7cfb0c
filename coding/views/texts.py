"""The texts of a round, each with the work of its coders, and the data file of the round."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.requests import SignedInRequest
from coding import data_file, policies, reading_room
from coding.data_file import Layer
from coding.filters import RoundTextFilter
from coding.models import Round, RoundUnit
from coding.reading_room import TextState
from coding.views.rounds import crumbs_of
from exports.downloads import download_for_page
from exports.writers import TITLES, WRITERS
from rest.listing import listing

PAGE = 25


def _round(request: SignedInRequest, pk: int) -> Round:
    visible = Round.objects.visible_to(request.user).select_related("codebook_version__codebook", "organisation")
    return get_object_or_404(visible, pk=pk)


def _read_round(request: SignedInRequest, pk: int) -> tuple[Round, bool]:
    """The round, and whether the person may see what all its coders do. Coders have no page of texts before that."""
    found = _round(request, pk)
    sees_all = reading_room.reads_all(found, request.user)
    if not sees_all and not policies.can_lead_round(request.user, found):
        raise PermissionDenied(_("Coders can read each other's work after the round is closed."))
    return found, sees_all


@require_GET
@login_required
def round_texts(request: SignedInRequest, pk: int) -> HttpResponse:
    coding_round, sees_all = _read_round(request, pk)
    page = listing(request, reading_room.texts_of(coding_round, request.user), RoundTextFilter, page_size=PAGE)
    context = {
        "round": coding_round,
        "sees_all": sees_all,
        "listing": page,
        "texts": reading_room.rows_of(page.rows, counts=sees_all),
        "formats": TITLES,
        "crumbs": crumbs_of(coding_round, _("Texts")),
    }
    return render(request, "coding/round_texts.html", context, status=page.status)


@require_GET
@login_required
def round_text(request: SignedInRequest, pk: int, unit: int) -> HttpResponse:
    """One text: whose passages are marked is in `coder`, by user name; all without it."""
    coding_round, sees_all = _read_round(request, pk)
    texts = reading_room.texts_of(coding_round, request.user)
    found: RoundUnit = get_object_or_404(texts, unit=unit)
    page = reading_room.text_page(coding_round, found, request.user, request.GET.get("coder", ""))
    context = {
        "round": coding_round,
        "sees_all": sees_all,
        "unit": found.unit,
        "text_page": page,
        "state": reading_room.state_words(found, counts=sees_all),
        "is_stuck": found.text_state == TextState.STUCK,
        "history": reading_room.history_of(found, request.user),
        "crumbs": crumbs_of(coding_round, found.unit.title, (_("Texts"), reverse("round-texts", args=[pk]))),
    }
    return render(request, "coding/round_text.html", context)


@require_GET
@login_required
def round_data(request: SignedInRequest, pk: int, fmt: str) -> HttpResponseBase:
    """The data file of the round; with `layer=draft` what its coders have not submitted."""
    if fmt not in WRITERS:
        raise Http404
    coding_round = _round(request, pk)
    chosen = request.GET.get("layer", "")
    if chosen and chosen not in list(Layer):
        raise Http404
    layer = Layer(chosen) if chosen else None
    table = data_file.table_of(coding_round, request.user, layer)
    return download_for_page(request, table, fmt=fmt, name=data_file.name_of(coding_round, layer))
