"""Vocabularies, read by everyone, and the forms of their terms."""

from collections import defaultdict
from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import SignedInRequest
from registry import actions, policies, selectors
from registry.forms import TermForm
from registry.models import Term, Vocabulary
from rest.forms import form_page, posted, see_other, submit
from rest.replica import may_lag


@require_GET
@may_lag
def vocabulary_list(request: HttpRequest) -> HttpResponse:
    return render(request, "registry/vocabulary_list.html", {"vocabularies": selectors.vocabularies_with_counts()})


@require_GET
@may_lag
def vocabulary_detail(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    vocabulary = get_object_or_404(Vocabulary, slug=slug, version=version)
    terms = list(selectors.terms_of(vocabulary))
    languages = sorted({code for term in terms for code in term.labels} - {"en"})
    context = {
        "vocabulary": vocabulary,
        "languages": languages,
        "rows": _rows(terms, languages),
        "may_edit": policies.can_edit_vocabularies(request.user),
    }
    return render(request, "registry/vocabulary_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def term_new(request: SignedInRequest, slug: str, version: str) -> HttpResponse:
    policies.check_can_edit_vocabularies(request.user)
    vocabulary = get_object_or_404(Vocabulary, slug=slug, version=version)
    form = TermForm(posted(request), vocabulary=vocabulary)

    def add() -> Term:
        data = form.cleaned_data
        return actions.add_term(
            vocabulary=vocabulary,
            by=request.user,
            key=data["key"],
            labels=form.labels,
            definition=data["definition"],
            broader=data["broader"],
            is_heading=data["is_heading"],
        )

    return _form_page(request, vocabulary, form, title=_("Add a term"), act=add)


@require_http_methods(["GET", "POST"])
@login_required
def term_edit(request: SignedInRequest, slug: str, version: str, key: str) -> HttpResponse:
    policies.check_can_edit_vocabularies(request.user)
    vocabulary = get_object_or_404(Vocabulary, slug=slug, version=version)
    term = get_object_or_404(vocabulary.terms.select_related("broader", "replaced_by"), key=key)
    form = TermForm(posted(request), vocabulary=vocabulary, term=term)

    def edit() -> Term:
        data = form.cleaned_data
        return actions.edit_term(
            term=term,
            by=request.user,
            labels=form.labels,
            definition=data["definition"],
            broader=data["broader"],
            is_heading=data["is_heading"],
            is_deprecated=data["is_deprecated"],
            replaced_by=data["replaced_by"],
        )

    return _form_page(request, vocabulary, form, title=_("Edit the term %(term)s") % {"term": term}, act=edit)


def _form_page(
    request: SignedInRequest, vocabulary: Vocabulary, form: TermForm, *, title: str, act: Callable[[], Term]
) -> HttpResponse:
    """The form, or after a valid POST the vocabulary with a message."""
    if submit(request, form, act, success=lambda term: _("The term %(term)s was saved.") % {"term": term}):
        return see_other(_address(vocabulary))
    context = {"vocabulary": vocabulary, "title": title, "cancel_url": _address(vocabulary)}
    return form_page(request, "registry/term_form.html", form, **context)


def _address(vocabulary: Vocabulary) -> str:
    return reverse("vocabulary-detail", args=[vocabulary.slug, vocabulary.version])


def _rows(terms: list[Term], languages: list[str]) -> list[dict[str, object]]:
    """Each term below its broader one, with its depth and its labels in the order of the table's columns."""
    below: dict[int | None, list[Term]] = defaultdict(list)
    for term in terms:
        below[term.broader_id].append(term)
    rows = []
    waiting = [(0, term) for term in reversed(below[None])]
    while waiting:
        depth, term = waiting.pop()
        labels = [(code, term.labels.get(code, "")) for code in languages]
        matches = [*term.exact_match.all(), *term.close_match.all()]
        rows.append({"term": term, "labels": labels, "depth": depth, "matches": matches})
        waiting += [(depth + 1, narrower) for narrower in reversed(below[term.pk])]
    return rows
