"""Likely personal data of an import: what was found, and the decision about it."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from imports.actions import decide_personal_data
from imports.forms import PersonalDataForm
from imports.selectors.personal import personal_columns, withheld_labels
from imports.views.imports import own_import


@require_http_methods(["GET", "POST"])
@login_required
def import_personal(request: HttpRequest, pk: int) -> HttpResponse:
    """What was found by column and kind, and what a person says of it."""
    run = own_import(request, pk)
    before = {"choice": run.personal_decision, "reason": run.personal_reason}
    withheld = withheld_labels(run.recipe)
    form = PersonalDataForm(request.POST or None, initial=before, can_withhold=bool(withheld))
    if request.method == "POST" and form.is_valid():
        try:
            decide_personal_data(run=run, decision=form.decision(), by=request.user)
            messages.success(request, "Your decision is noted.")
            return redirect("import-detail", pk)
        except ValidationError as problem:
            form.add_error(None, problem)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"run": run, "form": form, "personal": personal_columns(run), "withheld": withheld}
    return render(request, "imports/personal_data.html", context, status=status)
