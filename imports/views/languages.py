"""The languages of a dataset, and their correction; while a correction runs, its progress."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from imports import policies
from imports.actions import correct_language
from imports.forms import LanguageForm
from imports.models import Dataset, LanguageCorrection
from imports.recipe import recipe_named
from jobs.views import progress_fragment
from rest.forms import form_page, posted, see_other, submit


@require_http_methods(["GET", "POST"])
@login_required
def dataset_language(request: SignedInRequest, slug: str) -> HttpResponse:
    dataset = get_object_or_404(Dataset.objects.visible_to(request.user), slug=slug)
    policies.check_can_manage_dataset(request.user, dataset)
    recipe = recipe_named(dataset.recipe)
    if recipe is None or recipe.search is None:
        raise Http404
    latest = LanguageCorrection.objects.filter(dataset=dataset).first()
    if request.htmx and latest is not None:
        return progress_fragment(request, latest)
    form = LanguageForm(posted(request), dataset=dataset)
    if submit(
        request,
        form,
        lambda: correct_language(dataset=dataset, by=request.user, **form.cleaned_data),
        success=_("The language was changed. The records are now read again for the search."),
    ):
        return see_other("dataset-language", slug)
    return form_page(request, "imports/dataset_language.html", form, dataset=dataset, latest=latest)
