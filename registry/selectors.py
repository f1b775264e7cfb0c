"""Reads of the registry."""

from django.db.models import CharField, Count, F, Prefetch, Q, QuerySet, Value
from django.db.models.fields.json import KT

from accounts.models import Organisation
from registry.models import PolicySector, Term, Vocabulary
from rest.vocabularies import COUNTRY, SECTOR, STRAND, THEME, Label, Terms


def vocabularies_with_counts() -> "QuerySet[Vocabulary]":
    """Every version of every vocabulary, with the number of terms in use."""
    in_use = Count("terms", filter=Q(terms__is_deprecated=False))
    return Vocabulary.objects.annotate(term_count=in_use).order_by("name", "version")


def terms_of(vocabulary: Vocabulary) -> "QuerySet[Term]":
    """The terms of a vocabulary in their order, with broader term and crosswalks, in three queries."""
    crosswalk = Term.objects.select_related("vocabulary")
    return vocabulary.terms.select_related("broader", "replaced_by").prefetch_related(
        Prefetch("exact_match", crosswalk), Prefetch("close_match", crosswalk)
    )


def organisations() -> "QuerySet[Organisation]":
    return Organisation.objects.select_related("parent")


def programme_terms() -> Terms:
    """The terms of themes, strands, policy sectors and countries of the programme, in one query (`rest.vocabularies`).
    Of several versions of a vocabulary the last one's label counts."""
    columns = ("slug_", "version_", "position_", "key_", "label_", "is_deprecated_")
    terms = Term.objects.filter(vocabulary__slug__in=[THEME, STRAND, COUNTRY], is_heading=False).annotate(
        slug_=F("vocabulary__slug"), version_=F("vocabulary__version"), position_=F("position"), key_=F("key"),
        label_=KT("labels__en"), is_deprecated_=F("is_deprecated"),
    )  # fmt: skip
    sectors = PolicySector.objects.annotate(
        slug_=Value(SECTOR, CharField()), version_=Value("", CharField()), position_=F("position"), key_=F("slug"),
        label_=F("name"), is_deprecated_=Value(value=False),
    )  # fmt: skip
    rows = terms.order_by().values_list(*columns).union(sectors.order_by().values_list(*columns), all=True)
    found: dict[str, dict[str, Label]] = {}
    for slug, _version, _position, key, label, is_deprecated in sorted(rows):
        found.setdefault(slug, {})[key] = Label(label, not is_deprecated)
    return found
