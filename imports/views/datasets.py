"""Datasets: their list, their pages, and creating and editing them."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import SignedInRequest
from exports.ways import ways_of_page
from imports import policies
from imports.actions import create_dataset, edit_dataset
from imports.filters import DatasetFilter
from imports.forms import DatasetForm, RecipeForm
from imports.models import Dataset
from imports.recipe import recipe_named
from imports.selectors.deliveries import cited, deliveries_of, with_latest_file
from imports.selectors.drawn import years as years_of
from imports.selectors.personal import withheld_labels
from imports.selectors.values import value_maps_of
from rest.citation import citation
from rest.forms import form_page, posted, see_other, submit
from rest.links import link, link_to
from rest.listing import listing
from rest.replica import may_lag
from rest.vocabularies import cut_facts
from standards.countries import country_names
from standards.languages import language_name

DELIVERIES = 50


@require_GET
@may_lag
def dataset_list(request: HttpRequest) -> HttpResponse:
    rows = Dataset.objects.visible_to(request.user).select_related("organisation", "office")
    shown = listing(request, with_latest_file(rows), DatasetFilter)
    can_manage = policies.can_manage_datasets(request.user)
    context = {
        "listing": shown,
        "can_manage": can_manage,
        "years": years_of(shown.rows),
        "ways": ways_of_page(request, "dataset"),
    }
    return render(request, "imports/dataset_list.html", context, status=shown.status)


@require_GET
@may_lag
def dataset_detail(request: HttpRequest, slug: str) -> HttpResponse:
    rows = Dataset.objects.visible_to(request.user).select_related("organisation", "office")
    dataset = get_object_or_404(rows, slug=slug)
    can_manage = policies.can_manage_dataset(request.user, dataset)
    recipe, withheld = recipe_named(dataset.recipe), withheld_labels(dataset.recipe)
    years = "–".join(str(y) for y in dict.fromkeys((dataset.first_year, dataset.last_year)) if y)
    facts = [
        (_("Recipe"), recipe.shown_label if recipe else _("The first file decides.")),
        (_("Institution"), link_to(dataset.office)),
        (_("Country"), _country_of(dataset)),
        *cut_facts(dataset),
        (_("Languages"), ", ".join(map(language_name, dataset.languages))),
        (_("Language of records without their own"), _language_of(dataset)),
        (_("Owner"), link_to(dataset.organisation)),
        (_("Who may see the records"), dataset.get_access_display()),
        (
            _("Who may see: %(fields)s") % {"fields": withheld},
            dataset.get_narrative_access_display() if withheld else "",
        ),
        (_("Source"), dataset.source),
        (_("Retrieved on"), dataset.retrieved_on),
        (_("Updated"), dataset.update_rhythm),
        (_("Who may see counts only"), dataset.get_counts_access_display()),
        (_("Smallest count shown to them"), dataset.disclosure_threshold),
    ]
    latest = deliveries_of(dataset).first()
    seen = Dataset.objects.visible_to(request.user)
    imports = dataset.imports.select_related("mapping", "created_by")[:50] if can_manage else []
    address = recipe.address(dataset.slug) if recipe and recipe.address and dataset.record_count else ""
    context = {
        "dataset": dataset,
        "head": [
            (_("Rows"), f"{dataset.record_count:,}"),
            (_("Years"), years),
            (_("Latest file"), date_format(latest.finished_at, "j M Y") if latest and latest.finished_at else ""),
            (_("Licence"), dataset.licence),
        ],
        "facts": facts,
        "drawings": recipe.drawings(request.user, slug) if recipe and recipe.drawings and dataset.record_count else (),
        "can_manage": can_manage,
        "imports": imports,
        "linked_with": seen.filter(pk=dataset.linked_with_id).first(),
        "linked": seen.filter(linked_with=dataset),
        "value_maps": value_maps_of(dataset, most=10),
        "address": address,
        "codebook": _codebook(address),
        "deliveries": deliveries_of(dataset)[:DELIVERIES],
        "citation": citation(cited(dataset, latest), request.build_absolute_uri(request.path)),
    }
    if can_manage:
        context["can_correct_language"] = recipe is not None and recipe.search is not None
        context["notes"] = recipe.dataset_notes(dataset.pk) if recipe and recipe.dataset_notes else ()
        context |= {"waiting": dataset.imports.waiting(), "inbox_files": dataset.inbox_files.all()[:20]}
    return render(request, "imports/dataset_detail.html", context)


def _codebook(address: str) -> str:
    """The address of the codebook of the list at `address`."""
    query = urlencode({"query": f"{reverse('api-root')}{address.removeprefix('/')}"})
    return f"{reverse('api-export-codebook-of-query')}?{query}" if address else ""


def _country_of(dataset: Dataset) -> str:
    name = country_names().get(dataset.country, "")
    return link(name, reverse("country", args=[dataset.country])) if name else ""


def _language_of(dataset: Dataset) -> str:
    name = language_name(dataset.language) if dataset.language else ""
    if dataset.language_from == Dataset.LanguageFrom.DETECTED:
        return _("%(language)s (detected from the texts)") % {"language": name}
    return name


@require_http_methods(["GET", "POST"])
@login_required
def dataset_new(request: SignedInRequest) -> HttpResponse:
    policies.check_can_manage_datasets(request.user)
    form = DatasetForm(posted(request), by=request.user)
    recipe = RecipeForm(posted(request))
    if done := submit(
        request,
        form,
        lambda: create_dataset(by=request.user, recipe=recipe.cleaned_data["recipe"], **form.values()),
        also=[recipe],
        success=_("The dataset was created. Next: import its first file."),
    ):
        return see_other("import-new-for", done.result.slug)
    context = {"recipe_form": recipe, "heading": _("New dataset")}
    return form_page(request, "imports/dataset_form.html", form, recipe, **context)


@require_http_methods(["GET", "POST"])
@login_required
def dataset_edit(request: SignedInRequest, slug: str) -> HttpResponse:
    dataset = get_object_or_404(Dataset.objects.visible_to(request.user), slug=slug)
    policies.check_can_manage_dataset(request.user, dataset)
    form = DatasetForm(posted(request), instance=dataset, by=request.user)
    if submit(request, form, lambda: edit_dataset(dataset=dataset, by=request.user, **form.values())):
        return see_other("dataset-detail", slug)
    context = {"recipe_form": None, "heading": _("Edit %(dataset)s") % {"dataset": dataset.title}}
    return form_page(request, "imports/dataset_form.html", form, **context)
