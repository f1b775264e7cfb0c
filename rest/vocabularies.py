"""Terms of the vocabularies by which everything studied is cut: themes, strands, policy sectors and countries.

The terms live in the registry, above the rooms whose rows carry them. The registry says how they are read when Django
starts (`register_reader`); a row stores keys (ADR 0050), and these fields and filters know their terms (ADR 0138)::

    class Dataset(CutByProgramme): ...

    theme = TermFilter(field_name="themes", vocabulary=THEME, label=_("Theme"))
"""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from rest.filters import HoldsFilter, ListFilter, StrictFilterSet
from rest.links import links

THEME, STRAND, SECTOR, COUNTRY = "theme", "strand", "policy-sector", "programme-country"
# Vocabularies whose terms have a page of what was found: the name of its address.
_PAGES = {THEME: "theme", SECTOR: "policy-sector"}


@dataclass(frozen=True)
class Label:
    """What a term is called, and whether it can still be chosen."""

    text: str
    is_offered: bool = True


Terms = Mapping[str, Mapping[str, Label]]
_readers: list[Callable[[], Terms]] = []


def register_reader(read: Callable[[], Terms]) -> None:
    """Called by the room of vocabularies when Django starts. read: slug to key to label, in one query."""
    _readers[:] = [read]


def read_terms() -> Terms:
    """The terms of the four vocabularies, in their order, in one query."""
    return _readers[0]() if _readers else {}


def labels_of(vocabularies: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Name to vocabulary as name to the labels of all its terms by their keys, also of those that are not offered."""
    terms = read_terms()
    return {
        name: {key: label.text for key, label in terms.get(vocabulary, {}).items()}
        for name, vocabulary in vocabularies.items()
    }


def offered(vocabulary: str, terms: Terms | None = None) -> list[tuple[str, str]]:
    """Choices of a form or filter field."""
    found = (read_terms() if terms is None else terms).get(vocabulary, {})
    return [(key, label.text) for key, label in found.items() if label.is_offered]


def label_of(vocabulary: str, key: str, terms: Terms) -> str:
    """The label, also of a term that is no longer offered; the key itself where there is no such term."""
    label = terms.get(vocabulary, {}).get(key)
    return label.text if label else key


def linked(vocabulary: str, labels: Mapping[str, str], known: Container[str]) -> SafeString:
    """Key to label as links to the pages of the terms. known: keys that are offered; a term that no longer is has no
    page."""
    name = _PAGES.get(vocabulary)
    return links((label, reverse(name, args=[key]) if name and key in known else "") for key, label in labels.items())


class TermsField(forms.MultipleChoiceField):
    """Several terms of a vocabulary; they are read once for each form."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, vocabulary: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.vocabulary = vocabulary

    def __deepcopy__(self, memo: dict[int, Any]) -> "TermsField":
        copied: TermsField = super().__deepcopy__(memo)
        copied.choices = cache(partial(offered, self.vocabulary))
        return copied


class TermKeysField(ArrayField):
    """Keys of several terms of one vocabulary. Cleaning refuses a key that the vocabulary does not have."""

    def __init__(self, verbose_name: Any = None, *, vocabulary: str, **kwargs: Any) -> None:
        self.vocabulary = vocabulary
        usual: dict[str, Any] = {"base_field": models.SlugField(max_length=80), "default": list, "blank": True}
        super().__init__(verbose_name=verbose_name, **usual | kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for usual in ("base_field", "size", "default", "blank"):
            kwargs.pop(usual, None)
        return name, path, args, {**kwargs, "vocabulary": self.vocabulary}

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        terms = read_terms().get(self.vocabulary, {}) if value else {}
        if unknown := [key for key in value if key not in terms]:
            message = gettext("“%(key)s” is not one of these terms: %(allowed)s.")
            allowed = ", ".join(key for key, label in terms.items() if label.is_offered)
            raise ValidationError(message, code="unknown_term", params={"key": unknown[0], "allowed": allowed})

    def formfield(self, **kwargs: Any) -> forms.Field:
        kwargs.pop("form_class", None)
        usual = {"label": capfirst(self.verbose_name), "help_text": self.help_text, "required": False}
        return TermsField(vocabulary=self.vocabulary, **usual | kwargs)


class TermFilter(HoldsFilter):
    """`theme=inputs`: rows that carry the term. All such filters of a form read the terms together."""

    def __init__(self, *, vocabulary: str, **kwargs: Any) -> None:
        super().__init__(choices=partial(offered, vocabulary), **kwargs)
        self.vocabulary = vocabulary

    @property
    def field(self) -> forms.Field:
        parent = getattr(self, "parent", None)
        terms: Terms | None = getattr(parent, "_terms", None)
        if terms is None:
            terms = read_terms()
            if parent is not None:
                parent._terms = terms
        self.extra["choices"] = offered(self.vocabulary, terms)
        return super().field


class TermsFilter(TermFilter, ListFilter):
    """`theme__in=inputs,barriers`: rows that carry one of the terms."""

    def filter(self, qs: models.QuerySet[models.Model], value: list[str] | None) -> models.QuerySet[models.Model]:  # type: ignore[override]
        return qs if value is None else qs.filter(**{f"{self.field_name}__overlap": value})


class CutFilters(StrictFilterSet):
    """Filters by the terms that a row carries."""

    theme = TermFilter(field_name="themes", vocabulary=THEME, label=_("Theme"))
    theme__in = TermsFilter(field_name="themes", vocabulary=THEME, label=_("Theme is one of"))
    strand = TermFilter(field_name="strands", vocabulary=STRAND, label=_("Strand"))
    strand__in = TermsFilter(field_name="strands", vocabulary=STRAND, label=_("Strand is one of"))
    sector = TermFilter(field_name="sectors", vocabulary=SECTOR, label=_("Policy sector"))
    sector__in = TermsFilter(field_name="sectors", vocabulary=SECTOR, label=_("Policy sector is one of"))


class CountryFilters(CutFilters):
    """With the countries of the programme, of what can be about several."""

    country = TermFilter(field_name="countries", vocabulary=COUNTRY, label=_("Country"))
    country__in = TermsFilter(field_name="countries", vocabulary=COUNTRY, label=_("Country is one of"))


class CutByProgramme(models.Model):
    """What everything studied carries: themes and strands of the programme, and policy sectors."""

    themes = TermKeysField(_("themes"), vocabulary=THEME)
    strands = TermKeysField(_("strands"), vocabulary=STRAND, help_text=_("The work packages of the programme."))
    sectors = TermKeysField(_("policy sectors"), vocabulary=SECTOR)

    class Meta:
        abstract = True


CUTS = ("themes", "strands", "sectors")


def cut_facts(row: models.Model) -> list[tuple[str, str]]:
    """The terms that a row carries, as a list of facts shows them; without those of which it has none."""
    fields = [field for field in row._meta.fields if isinstance(field, TermKeysField)]
    carried = [(field, keys) for field in fields if (keys := getattr(row, field.name))]
    terms = read_terms() if carried else {}
    return [(str(capfirst(field.verbose_name)), _linked(field.vocabulary, keys, terms)) for field, keys in carried]


def _linked(vocabulary: str, keys: Iterable[str], terms: Terms) -> SafeString:
    return linked(vocabulary, {key: label_of(vocabulary, key, terms) for key in keys}, dict(offered(vocabulary, terms)))
