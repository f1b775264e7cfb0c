"""Likely personal data of an import, and the decision about it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from imports.actions import decide_personal_data
from imports.forms import PersonalDataForm
from imports.selectors.personal import personal_columns, withheld_labels
from imports.views.imports import own_import
from rest.forms import form_page, posted, see_other, submit


@require_http_methods(["GET", "POST"])
@login_required
def import_personal(request: SignedInRequest, pk: int) -> HttpResponse:
    """The likely personal data by column and kind, and the form for the decision."""
    run = own_import(request, pk)
    withheld = withheld_labels(run.recipe)
    form = PersonalDataForm(posted(request), run=run, can_withhold=bool(withheld))
    if submit(
        request,
        form,
        lambda: decide_personal_data(run=run, decision=form.decision(), by=request.user),
        success=_("Your decision was saved."),
    ):
        return see_other("import-detail", pk)
    context = {"run": run, "personal": personal_columns(run), "withheld": withheld}
    return form_page(request, "imports/personal_data.html", form, **context)
