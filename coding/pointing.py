"""The kinds of things in this room that other rooms can refer to."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coding.models import Code, Codebook, CodebookVersion, Round
from versions.pointing import model_kind


def _page_of_version(version: CodebookVersion) -> str:
    return reverse("codebook-version", args=[version.codebook.slug, version.number])


def _page_of_code(code: Code) -> str:
    return f"{_page_of_version(code.version)}#code-{code.pk}"


KINDS = [
    model_kind(Codebook, _("a codebook")),
    model_kind(CodebookVersion, _("a version of a codebook"), address=_page_of_version, related=("codebook",)),
    model_kind(Code, _("a code"), address=_page_of_code, related=("version__codebook",)),
    model_kind(Round, _("a coding round")),
]
