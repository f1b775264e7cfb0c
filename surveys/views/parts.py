"""The parts of a draft: a section, an item, a list of choices; moved and removed."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedInRequest
from rest.forms import form_page, posted, press, see_other, submit
from surveys.actions.drafts import move_part, remove_part, save_choices, save_item, save_section
from surveys.actions.question_lines import add_questions
from surveys.forms.drafts import ChoiceRows, ItemForm, ListNameForm, SectionForm, choice_rows
from surveys.forms.questionnaires import QuestionLinesForm
from surveys.models import ChoiceList, Item, QuestionnaireVersion, Section
from surveys.views.drafts import draft_of
from surveys.views.questionnaires import editable_questionnaire


@require_http_methods(["GET", "POST"])
@login_required
def section(request: SignedInRequest, slug: str, pk: int | None = None) -> HttpResponse:
    questionnaire = editable_questionnaire(request, slug)
    version = draft_of(questionnaire)
    found = get_object_or_404(version.sections.all(), pk=pk) if pk else None
    form = SectionForm(posted(request), version=version, section=found)
    if submit(
        request,
        form,
        lambda: save_section(questionnaire=questionnaire, by=request.user, pk=pk, **form.values()),
    ):
        return see_other("questionnaire-draft", slug)
    heading = _("Section %(name)s") % {"name": found.name} if found else _("New section")
    return form_page(request, "surveys/part.html", form, questionnaire=questionnaire, heading=heading)


@require_http_methods(["GET", "POST"])
@login_required
def item(request: SignedInRequest, slug: str, pk: int | None = None) -> HttpResponse:
    questionnaire = editable_questionnaire(request, slug)
    version = draft_of(questionnaire)
    found = get_object_or_404(version.items.select_related("scale"), pk=pk) if pk else None
    wanted = request.GET.get("section", "")
    initial: dict[str, object] = {"section": int(wanted)} if wanted.isdecimal() and len(wanted) < 19 else {}
    form = ItemForm(posted(request), version=version, item=found, initial=initial)
    if submit(
        request,
        form,
        lambda: save_item(questionnaire=questionnaire, by=request.user, pk=pk, **form.values()),
    ):
        return see_other("questionnaire-draft", slug)
    heading = _("Question %(name)s") % {"name": found.name} if found else _("New question")
    return form_page(request, "surveys/part.html", form, questionnaire=questionnaire, heading=heading)


@require_http_methods(["GET", "POST"])
@login_required
def questions(request: SignedInRequest, slug: str) -> HttpResponse:
    """Several questions at once, typed or pasted as lines."""
    questionnaire = editable_questionnaire(request, slug)
    draft_of(questionnaire)
    form = QuestionLinesForm(posted(request))
    if submit(
        request,
        form,
        lambda: add_questions(questionnaire=questionnaire, text=form.cleaned_data["text"], by=request.user),
        success=lambda made: (
            ngettext("%(number)d question was added.", "%(number)d questions were added.", len(made))
            % {"number": len(made)}
        ),
        field="text",
    ):
        return see_other("questionnaire-draft", slug)
    heading = _("Several questions")
    return form_page(request, "surveys/part.html", form, questionnaire=questionnaire, heading=heading)


@require_http_methods(["GET", "POST"])
@login_required
def choice_list(request: SignedInRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """The choices of a list as rows. There are empty rows at the end; saving adds more."""
    questionnaire = editable_questionnaire(request, slug)
    version = draft_of(questionnaire)
    found = get_object_or_404(version.choice_lists.all(), pk=pk) if pk else None
    form = ListNameForm(posted(request), version=version, choice_list=found)
    rows = ChoiceRows(
        posted(request),
        initial=choice_rows(found),
        form_kwargs={"languages": version.languages},
        prefix="choices",
    )
    if done := submit(
        request,
        form,
        lambda: save_choices(
            questionnaire=questionnaire,
            by=request.user,
            pk=pk,
            name=form.cleaned_data["name"],
            choices=[row.choice() for row in rows if row.cleaned_data.get("code")],
        ),
        also=[rows],
    ):
        if "more" in request.POST:
            return see_other("choice-list-edit", slug, done.result.pk)
        return see_other(f"{reverse('questionnaire-draft', args=[slug])}#lists")
    heading = _("List %(name)s") % {"name": found.name} if found else _("New list of choices")
    context = {"questionnaire": questionnaire, "rows": rows, "heading": heading}
    return form_page(request, "surveys/choices.html", form, rows, **context)


def _found(version: QuestionnaireVersion, kind: str, pk: int) -> Section | Item | ChoiceList:
    match kind:
        case "sections":
            return get_object_or_404(version.sections.all(), pk=pk)
        case "items":
            return get_object_or_404(version.items.all(), pk=pk)
        case "lists":
            return get_object_or_404(version.choice_lists.all(), pk=pk)
    raise Http404


@require_POST
@login_required
def move(request: SignedInRequest, slug: str, kind: str, pk: int) -> HttpResponse:
    questionnaire = editable_questionnaire(request, slug)
    part = _found(draft_of(questionnaire), kind, pk)
    if isinstance(part, ChoiceList):
        raise Http404
    places = -1 if "up" in request.POST else 1
    press(request, lambda: move_part(questionnaire=questionnaire, by=request.user, part=part, by_places=places))
    return see_other(f"{reverse('questionnaire-draft', args=[slug])}#{kind}-{pk}")


@require_POST
@login_required
def remove(request: SignedInRequest, slug: str, kind: str, pk: int) -> HttpResponse:
    questionnaire = editable_questionnaire(request, slug)
    part = _found(draft_of(questionnaire), kind, pk)
    press(request, lambda: remove_part(questionnaire=questionnaire, by=request.user, part=part))
    return see_other("questionnaire-draft", slug)
