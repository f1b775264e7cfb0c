"""Reads of the registry."""

from django.db.models import Count, Prefetch, Q, QuerySet

from accounts.models import Organisation
from registry.models import Term, Vocabulary


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
