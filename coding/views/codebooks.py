"""Pages of codebooks: list, tree, versions, and editing codes in the draft."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.requests import SignedInRequest
from coding import policies
from coding.actions import codebooks
from coding.actions.code_lines import add_codes, create_codebook_with_codes
from coding.filters import CodebookFilter
from coding.forms import CodebookForm, CodeForm, CodeLinesForm, DraftForm, NewCodebookForm
from coding.models import Code, Codebook, CodebookVersion
from coding.selectors import COMPARED, comparable_parts, led_organisations
from rest.forms import form_page, posted, press, see_other, submit
from rest.listing import listing
from versions.forms import PublishForm
from versions.views import comparison_page


@require_GET
@login_required
def codebook_list(request: SignedInRequest) -> HttpResponse:
    rows = Codebook.objects.visible_to(request.user).with_counts().select_related("organisation")
    page = listing(request, rows, CodebookFilter)
    context = {"listing": page, "can_lead": policies.can_lead(request.user)}
    return render(request, "coding/codebook_list.html", context, status=page.status)


@require_http_methods(["GET", "POST"])
@login_required
def codebook_new(request: SignedInRequest) -> HttpResponse:
    if not policies.can_lead(request.user):
        raise PermissionDenied(_("Only lead coders can create codebooks."))
    form = NewCodebookForm(posted(request), organisations=led_organisations(request.user))
    if done := submit(request, form, lambda: _create(form, request.user)):
        return see_other("codebook-detail", done.result.slug)
    return form_page(request, "coding/codebook_form.html", form, title=_("New codebook"), submit=_("Create codebook"))


def _create(form: NewCodebookForm, by: User) -> Codebook:
    data = form.cleaned_data
    values = {name: data[name] for name in ("title", "description", "language", "access")}
    return create_codebook_with_codes(organisation=data["organisation"], values=values, codes=data["codes"], by=by)


def _codebook(request: SignedInRequest, slug: str) -> Codebook:
    found: Codebook = get_object_or_404(
        Codebook.objects.visible_to(request.user).with_counts().select_related("organisation"), slug=slug
    )
    return found


def _editable(request: SignedInRequest, slug: str) -> tuple[Codebook, CodebookVersion]:
    codebook = _codebook(request, slug)
    policies.check_can_edit_codebook(request.user, codebook)
    return codebook, get_object_or_404(codebook.versions.drafts())


@require_GET
@login_required
def codebook_detail(request: SignedInRequest, slug: str) -> HttpResponse:
    """The draft for people who can edit it, the newest published version for everyone else."""
    codebook = _codebook(request, slug)
    can_edit = policies.can_edit_codebook(request.user, codebook)
    versions = CodebookVersion.objects.visible_to(request.user).filter(codebook=codebook)
    draft = versions.drafts().first() if can_edit else None
    shown = draft or versions.published().order_by("-number").first()
    return _version_page(request, codebook, shown, can_edit=draft is not None)


@require_GET
@login_required
def codebook_version(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    codebook = _codebook(request, slug)
    visible = CodebookVersion.objects.visible_to(request.user)
    shown = get_object_or_404(visible, codebook=codebook, number=number)
    can_edit = shown.is_draft and policies.can_edit_codebook(request.user, codebook)
    return _version_page(request, codebook, shown, can_edit=can_edit)


def _version_page(
    request: SignedInRequest,
    codebook: Codebook,
    shown: CodebookVersion | None,
    *,
    can_edit: bool,
    form: PublishForm | None = None,
) -> HttpResponse:
    codes = Code.objects.tree_of(shown) if shown else Code.objects.none()
    leads = policies.can_edit_codebook(request.user, codebook)
    if leads:
        codes = codes.with_use(request.user)
    versions = list(CodebookVersion.objects.visible_to(request.user).filter(codebook=codebook).order_by("-number"))
    has_draft = any(version.is_draft for version in versions)
    context = {
        "codebook": codebook,
        "version": shown,
        "codes": list(codes),
        "versions": versions,
        "can_edit": can_edit,
        "can_start": leads and not has_draft,
        "can_plan": leads and any(not version.is_draft for version in versions),
        "can_discard": can_edit and any(not version.is_draft for version in versions),
        "crumbs": [(_("Codebooks"), reverse("codebook-list")), (codebook.title, "")],
    }
    return form_page(request, "coding/codebook_detail.html", form or PublishForm(), **context)


@require_http_methods(["GET", "POST"])
@login_required
def codebook_edit(request: SignedInRequest, slug: str) -> HttpResponse:
    codebook, _draft = _editable(request, slug)
    form = CodebookForm(posted(request), instance=codebook)
    if submit(
        request,
        form,
        lambda: codebooks.edit_codebook(codebook=codebook, values=form.cleaned_data, by=request.user),
    ):
        return see_other("codebook-detail", codebook.slug)
    return form_page(
        request, "coding/codebook_form.html", form, codebook=codebook, title=_("Edit codebook"), submit=_("Save")
    )


@require_http_methods(["GET", "POST"])
@login_required
def codebook_draft_edit(request: SignedInRequest, slug: str) -> HttpResponse:
    """What holds for all codes of the draft: where passages start and end."""
    codebook, draft = _editable(request, slug)
    form = DraftForm(posted(request), instance=draft)
    if submit(
        request,
        form,
        lambda: codebooks.edit_draft(codebook=codebook, passages=form.cleaned_data["passages"], by=request.user),
    ):
        return see_other("codebook-detail", codebook.slug)
    return form_page(
        request, "coding/codebook_form.html", form, codebook=codebook, title=_("Passages"), submit=_("Save")
    )


@require_POST
@login_required
def codebook_publish(request: SignedInRequest, slug: str) -> HttpResponse:
    codebook, draft = _editable(request, slug)
    form = PublishForm(posted(request))
    if submit(
        request,
        form,
        lambda: codebooks.publish_codebook(codebook=codebook, by=request.user, **form.cleaned_data),
        success=_("Published version %(number)d. Open rounds keep their version.") % {"number": draft.number},
    ):
        return see_other("codebook-detail", codebook.slug)
    return _version_page(request, codebook, draft, can_edit=True, form=form)


@require_GET
@login_required
def codebook_compare(request: SignedInRequest, slug: str) -> HttpResponse:
    """What differs between two versions that this person may see."""
    codebook = _codebook(request, slug)
    return comparison_page(
        request,
        versions=CodebookVersion.objects.visible_to(request.user).filter(codebook=codebook),
        parts_of=comparable_parts,
        labels={
            "code": _("Code"),
            "codebook": _("Codebook"),
            "passages": _("Passages"),
            "is_codable": _("Can be applied"),
            "parent": _("Parent code"),
            **{name: capfirst(Code._meta.get_field(name).verbose_name) for name in COMPARED},
        },
        crumbs=[(_("Codebooks"), reverse("codebook-list")), (codebook.title, codebook.get_absolute_url())],
    )


@require_POST
@login_required
def codebook_draft_start(request: SignedInRequest, slug: str) -> HttpResponse:
    codebook = _codebook(request, slug)
    policies.check_can_edit_codebook(request.user, codebook)
    press(
        request,
        lambda: codebooks.start_codebook_draft(codebook=codebook, by=request.user),
        success=_("New draft started."),
    )
    return see_other("codebook-detail", codebook.slug)


@require_POST
@login_required
def codebook_draft_discard(request: SignedInRequest, slug: str) -> HttpResponse:
    codebook, _draft = _editable(request, slug)
    press(
        request,
        lambda: codebooks.discard_codebook_draft(codebook=codebook, by=request.user),
        success=_("Draft discarded."),
    )
    return see_other("codebook-detail", codebook.slug)


@require_http_methods(["GET", "POST"])
@login_required
def code_new(request: SignedInRequest, slug: str) -> HttpResponse:
    codebook, draft = _editable(request, slug)
    form = CodeForm(posted(request), draft=draft, initial={"parent": request.GET.get("below", "")})
    if done := submit(
        request,
        form,
        lambda: codebooks.add_code(
            codebook=codebook, values=form.values(), parent=form.cleaned_data["parent"], by=request.user
        ),
    ):
        return see_other(f"{codebook.get_absolute_url()}#code-{done.result.pk}")
    return form_page(
        request, "coding/code_form.html", form, codebook=codebook, title=_("New code"), submit=_("Add code")
    )


@require_http_methods(["GET", "POST"])
@login_required
def code_lines(request: SignedInRequest, slug: str) -> HttpResponse:
    """Several codes at once, typed or pasted as lines."""
    codebook, _draft = _editable(request, slug)
    form = CodeLinesForm(posted(request))
    if submit(
        request,
        form,
        lambda: add_codes(codebook=codebook, text=form.cleaned_data["text"], by=request.user),
        field="text",
        success=lambda made: (
            ngettext("%(number)d code was added.", "%(number)d codes were added.", len(made)) % {"number": len(made)}
        ),
    ):
        return see_other("codebook-detail", codebook.slug)
    return form_page(
        request, "coding/code_form.html", form, codebook=codebook, title=_("Several codes"), submit=_("Add codes")
    )


@require_http_methods(["GET", "POST"])
@login_required
def code_edit(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    codebook, draft = _editable(request, slug)
    code = get_object_or_404(draft.codes, pk=pk)
    form = CodeForm(posted(request), draft=draft, instance=code)
    if submit(request, form, lambda: _save_code(Code.objects.get(pk=pk), form, request.user)):
        return see_other(f"{codebook.get_absolute_url()}#code-{code.pk}")
    return form_page(
        request,
        "coding/code_form.html",
        form,
        codebook=codebook,
        code=code,
        title=_("Edit code"),
        submit=_("Save code"),
    )


def _save_code(code: Code, form: CodeForm, by: User) -> Code:
    parent = form.cleaned_data["parent"]
    if parent != code.parent:
        code = codebooks.move_code(code=code, parent=parent, by=by)
    return codebooks.edit_code(code=code, values=form.values(), by=by)


@require_POST
@login_required
def code_shift(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """The buttons *up* and *down* of the tree."""
    codebook, draft = _editable(request, slug)
    code = get_object_or_404(draft.codes, pk=pk)
    step = -1 if request.POST.get("step") == "up" else 1
    press(request, lambda: codebooks.shift_code(code=code, by=request.user, step=step))
    return see_other(f"{codebook.get_absolute_url()}#code-{code.pk}")


@require_POST
@login_required
def code_remove(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    codebook, draft = _editable(request, slug)
    code = get_object_or_404(draft.codes, pk=pk)
    press(
        request,
        lambda: codebooks.remove_code(code=code, by=request.user),
        _("Removed %(code)s from the draft. Published versions keep it.") % {"code": code.name},
    )
    return see_other("codebook-detail", codebook.slug)
