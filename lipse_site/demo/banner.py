"""Which pages say that what they show is fictional."""

from collections.abc import Mapping
from typing import Literal

from django.conf import settings
from django.http import HttpRequest

from accounts.models import Organisation, User
from imports.models import Dataset
from surveys.models import Questionnaire

# Pages that show no people, cases or letters, by the name or the first word of the name of their address.
WITHOUT_DATA = frozenset({"help", "accessibility", "components", "api", "account", "mfa", "socialaccount", "openid"})
# Vocabularies are real: they name their sources.
REAL = frozenset({"vocabulary", "term"})
# What a page is about, in the order asked: a dataset may be real although the organisation that owns it is fictional.
SUBJECTS = (
    "record", "run", "dataset", "questionnaire", "contribution", "event", "note", "case_study", "round", "codebook",
    "organisation",
)  # fmt: skip
OWNERS = ("dataset", "case_study", "organisation")

Banner = Literal["all", "subject", ""]


def banner(request: HttpRequest, subjects: Mapping[str, object]) -> Banner:
    """`all` where everything on the site is fictional, `subject` where only what this page is about is, else empty."""
    match = request.resolver_match
    if not settings.DEMO or match is None or _first_word(match.url_name) in WITHOUT_DATA | REAL:
        return ""
    subject = next((subjects[name] for name in SUBJECTS if subjects.get(name)), None)
    if subject is not None and not is_fictional(subject):
        return ""
    kinds = _kinds()
    if kinds == {True}:
        return "all"
    return "subject" if subject is not None and True in kinds else ""


def is_fictional(thing: object) -> bool:
    """Whether a thing, or the nearest of its owners that is marked, is marked as fictional."""
    marked = getattr(thing, "is_fictional", None)
    if marked is not None:
        return bool(marked)
    owner = next((found for name in OWNERS if (found := getattr(thing, name, None)) is not None), None)
    return owner is not None and is_fictional(owner)


def _kinds() -> set[bool]:
    """{True} on a site where all people, organisations, datasets and questionnaires are fictional; one query."""
    first, *others = (model.objects.order_by().values_list("is_fictional", flat=True).distinct()
                      for model in (Organisation, User, Dataset, Questionnaire))  # fmt: skip
    return set(first.union(*others))


def _first_word(url_name: str | None) -> str:
    return (url_name or "").replace("_", "-").partition("-")[0]
