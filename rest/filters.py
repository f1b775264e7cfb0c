"""One FilterSet reads the query string of a page and of its API path, and knows all parameters of both.

    class RecordFilter(StrictFilterSet):
        aliases = {"dataset__slug": "dataset"}
        search_fields = ("subject", "reference")
        updated_field = "updated_at"
        ordering_fields = {"received_on": "received_on", "id": "id"}
        default_ordering = "-received_on"

        class Meta:
            model = ComplaintRecord
            fields = {"country": ["exact", "in", "not"], "received_on": ["exact", "gte", "lte", "isnull"]}

gives `country`, `country__in=a,b`, `country__not=a,b`, `received_on__gte` ..., `search` and `updated_since`. An unknown
parameter or value is a ValidationError that names the allowed ones. `__not` keeps rows without a value.
"""

import copy
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property, reduce
from operator import or_

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext, ngettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from rest import relevance
from rest.fields import DayField, ListField, MomentField, SearchField, TruthField, WholeNumberField
from rest.highlights import Highlights
from rest.horizon import CLOCKS_DIFFER_BY, settled_before
from rest.lists import is_given
from rest.search import Search, Term, read, sentence_of
from rest.walks import BY_ROWS, Walked
from standards.json_values import JsonObject

PAGING = frozenset({"cursor", "page_size", "ordering", "count", "fields"})
MOST_NAMED = 60
LONGEST_SEARCH = 500
SEARCH_HELP = _(
    "All words are required; OR separates alternatives, - excludes a word, quotation marks make a phrase. "
    "repair* finds words that begin so, =repairs only the word as it is written."
)
# Labels of the two ends of a range.
BOUNDS = {"gte": _("{field} from"), "lte": _("{field} until")}


class TruthFilter(django_filters.Filter):
    field_class = TruthField


class WholeNumberFilter(django_filters.Filter):
    field_class = WholeNumberField


class DayFilter(django_filters.Filter):
    field_class = DayField


class MomentFilter(django_filters.Filter):
    field_class = MomentField


class SearchFilter(django_filters.CharFilter):
    """Words as `rest.search` reads them."""

    field_class = SearchField

    def __init__(self, **kwargs: object) -> None:
        usual = {
            "max_length": LONGEST_SEARCH,
            "label": _("Search"),
            "method": "filter_search",
            "help_text": SEARCH_HELP,
        }
        super().__init__(**usual | kwargs)


class UpdatedSinceFilter(MomentFilter):
    """`updated_since=`: rows changed from then on, without those that a transaction that still runs could precede.

    `until` is the time to ask with next.
    """

    until: datetime | None = None

    def filter(self, qs: QuerySet[Model], value: datetime | None) -> QuerySet[Model]:
        if value is None:
            return qs
        # Before the rows are read: see `rest.horizon`.
        settled = settled_before()
        self.until = max(value, settled - CLOCKS_DIFFER_BY)
        return qs.filter(self.changed_since(value), **{f"{self.field_name}__lt": settled})

    def changed_since(self, value: datetime) -> Q:
        """The condition for rows changed from then on; rooms where rows appear in other ways override this."""
        return Q(**{f"{self.field_name}__gte": value})


class SlugChoiceFilter(django_filters.ChoiceFilter):
    """The slug of a related row out of a closed list, such as a policy sector: `queryset` gives the choices.

    `queryset` can be a function of the request, so that an error names only what the caller can read.
    """

    def __init__(
        self, *, queryset: QuerySet[Model] | Callable[[HttpRequest | None], QuerySet[Model]], **kwargs: object
    ) -> None:
        self.queryset = queryset
        super().__init__(**kwargs)

    @property
    def field(self) -> forms.Field:
        rows = self.queryset(self.parent.request) if callable(self.queryset) else self.queryset.all()
        self.extra["choices"] = [(row.serializable_value("slug"), str(row)) for row in rows]
        return super().field


class ListFilter(django_filters.BaseInFilter):
    """`respondent__in="EQUIFAX, INC.",b`, or the parameter repeated. An empty list finds nothing, and excludes nothing.

    Mixed with the filter of one value, as in `ChoiceInFilter`.
    """

    base_field_class = ListField

    def filter(self, qs: QuerySet[Model], value: object) -> QuerySet[Model]:
        if value == []:
            return qs if self.exclude else qs.none()
        return super().filter(qs, value)


class ChoiceInFilter(ListFilter, django_filters.ChoiceFilter):
    """`country__in=NL,BE`, each value out of the column's choices."""


class SlugChoicesFilter(SlugChoiceFilter, ChoiceInFilter):
    """Several slugs, separated by commas."""


class HoldsFilter(django_filters.ChoiceFilter):
    """`strand=risk`: rows whose array column holds the value."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(lookup_expr="contains", **kwargs)

    def filter(self, qs: QuerySet[Model], value: str) -> QuerySet[Model]:
        return super().filter(qs, [value] if value else value)


def _lookup(term: Term) -> tuple[str, str]:
    """The lookup of a term in a text without stems: as a part, at the beginning of a word, or as whole words."""
    if not term.is_as_written:
        return "icontains", term.text
    words = (re.escape(word.removesuffix("*")) + (r"\w*" if word.endswith("*") else "") for word in term.text.split())
    return "iregex", r"(?:^|\W)" + r"\W+".join(words) + r"(?:\W|$)"


def _overrides() -> dict[type[models.Field], dict[str, object]]:
    whole: list[type[models.Field]] = [
        models.AutoField,
        models.BigAutoField,
        models.IntegerField,
        models.SmallIntegerField,
    ]
    whole += [models.BigIntegerField, models.PositiveIntegerField, models.PositiveSmallIntegerField]
    return {
        **{field: {"filter_class": WholeNumberFilter} for field in whole},
        models.BooleanField: {"filter_class": TruthFilter},
        models.DateField: {"filter_class": DayFilter},
        models.DateTimeField: {"filter_class": MomentFilter},
    }


class StrictFilterSet(django_filters.FilterSet):
    """See the module. `only_given` builds only the form fields that the query string needs, and those that `also`
    names, which is faster."""

    FILTER_DEFAULTS = {**django_filters.FilterSet.FILTER_DEFAULTS, **_overrides()}
    aliases: dict[str, str] = {}
    search_fields: tuple[str, ...] = ()
    updated_field = ""
    updated_since_filter: type[UpdatedSinceFilter] = UpdatedSinceFilter
    ordering_fields: dict[str, str] = {}
    default_ordering = ""
    walked: Walked = BY_ROWS
    # Whether the rows can be ordered by relevance and their matches highlighted: where there is full text.
    has_full_text = False
    # By what the rows that were added last are found.
    latest = "-pk"
    # The number of rows as a page shows it; `count` is the formatted number.
    counted = ngettext_lazy("%(count)s result", "%(count)s results", "number")

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        queryset: QuerySet[Model] | None = None,
        *,
        request: HttpRequest | None = None,
        prefix: str | None = None,
        only_given: bool = False,
        also: Iterable[str] = (),
    ) -> None:
        self.data = data if data is not None else {}
        self.queryset = queryset if queryset is not None else self._meta.model._default_manager.all()
        self.request = request
        self.form_prefix = prefix
        self.is_bound = True
        names = {*self.data, *also} if only_given else self.base_filters
        self.filters = {name: copy.deepcopy(self.base_filters[name]) for name in self.base_filters if name in names}
        for filter_ in self.filters.values():
            filter_.model = self.queryset.model
            filter_.parent = self

    # The filters that the class declares ------------------------------------------------------------------------------

    @classmethod
    def get_filters(cls) -> dict[str, django_filters.Filter]:
        filters = super().get_filters()
        if cls.search_fields and "search" not in filters:
            filters["search"] = SearchFilter()
        if cls.updated_field and "updated_since" not in filters:
            filters["updated_since"] = cls.updated_since_filter(field_name=cls.updated_field, label=_("Updated since"))
        return filters

    @classmethod
    def get_filter_name(cls, field_name: str, lookup_expr: str) -> str:
        return super().get_filter_name(cls.aliases.get(field_name, field_name), lookup_expr)

    @classmethod
    def filter_for_field(
        cls, field: "models.Field[object, object]", field_name: str, lookup_expr: str | None = None
    ) -> django_filters.Filter:
        if lookup_expr == "not":
            excluding = super().filter_for_field(field, field_name, "in")
            excluding.exclude = True
            return excluding
        found = super().filter_for_field(field, field_name, lookup_expr)
        if lookup_expr in BOUNDS:
            found.label = format_lazy(BOUNDS[lookup_expr], field=capfirst(field.verbose_name))
        return found

    @classmethod
    def filter_for_lookup(
        cls, field: "models.Field[object, object]", lookup_type: str
    ) -> tuple[type | None, dict[str, object]]:
        if lookup_type == "isnull":
            return TruthFilter, {}
        if lookup_type == "in":
            single, extra = super().filter_for_lookup(field, "exact")
            return single and type(f"{single.__name__}In", (ListFilter, single), {}), extra
        return super().filter_for_lookup(field, lookup_type)

    # The query string -------------------------------------------------------------------------------------------------

    def filter_search(self, queryset: QuerySet[Model], name: str, value: str) -> QuerySet[Model]:
        """Rows where each word is a part of one of `search_fields`; rooms with full-text search override this."""
        groups = read(value).any_of
        return queryset.filter(reduce(or_, map(self._all_of, groups))) if groups else queryset.none()

    def _all_of(self, terms: Iterable[Term]) -> Q:
        found = Q()
        for term in terms:
            lookup = _lookup(term)
            holds = reduce(or_, (Q(**{f"{field}__{lookup[0]}": lookup[1]}) for field in self.search_fields))
            found &= ~holds if term.excluded else holds
        return found

    def search_languages(self, search: Search) -> list[JsonObject]:
        """How each language reads the words, in rooms with full-text search: `language`, the `stems` that are looked
        for, and words that are `left_out`."""
        return []

    @property
    def search_read_as(self) -> JsonObject | None:
        """How the search of the query string was read; None without one."""
        value = self.data.get("search", "")
        if not value.strip() or "search" not in self.base_filters:
            return None
        found = read(value)
        languages = self.search_languages(found)
        sentences = [sentence_of(found, languages), *([] if self.is_whole else [self._not_listed])]
        return {
            "text": str(found), "any_of": found.as_json(), "languages": languages, "sentence": " ".join(sentences),
            **({"ranked": {"most": relevance.MOST, "all": self.is_whole}} if self.is_ranked else {}),
        }  # fmt: skip

    @property
    def _not_listed(self) -> str:
        return ngettext(
            "Ordered by relevance is the row that was added last; the others that match are not listed.",
            "Ordered by relevance are the %(most)s rows that were added last; the others that match are not listed.",
            relevance.MOST,
        ) % {"most": f"{relevance.MOST:,}"}

    @property
    def is_whole(self) -> bool:
        """Whether the list has all rows that match."""
        return not self.is_ranked or self._ranked.is_all

    @property
    def is_ranked(self) -> bool:
        """Whether the list is in the order of relevance."""
        return self.has_full_text and relevance.is_asked(self.data)

    @property
    def listed(self) -> QuerySet[Model]:
        """The rows of the list: all that match or, in the order of relevance, those that were compared."""
        return self._ranked.rows if self.is_ranked and not self.form.errors else self.qs

    @cached_property
    def _ranked(self) -> relevance.Ranked:
        keys = list(self.qs.order_by(self.latest).values_list("pk", flat=True)[: relevance.MOST + 1])
        rows = self.queryset.filter(pk__in=keys[: relevance.MOST])
        found = self.with_relevance(rows, read(self.data["search"])).values_list("pk", relevance.NAME)
        keyed = {pk: -value for pk, value in found}
        ordered = rows.annotate(relevance=relevance.RelevanceOf(list(keyed), list(keyed.values())))
        return relevance.Ranked(ordered, is_all=len(keys) <= relevance.MOST)

    def with_relevance(self, rows: QuerySet[Model], search: Search) -> QuerySet[Model]:
        """Adds `relevance`, the greater the better; in rooms with full-text search."""
        raise NotImplementedError

    def highlights(self, keys: Sequence[object]) -> dict[object, Highlights]:
        """Where the search found its words, by primary key; in rooms with full-text search."""
        raise NotImplementedError

    def check(self, *, reserved: Iterable[str] = PAGING) -> None:
        """Raise one ValidationError for all errors of the query string."""
        errors = self._unknown_parameters(frozenset(reserved))
        if self.has_full_text and relevance.is_asked(self.data) and not self.data.get("search", "").strip():
            message = gettext("Ordering by relevance needs a search: give the parameter search.")
            errors["ordering"] = [ValidationError(message, code="needs_search")]
        for name, problems in self.form.errors.as_data().items():
            errors[name] = [self._explained(name, problem) for problem in problems]
        if errors:
            raise ValidationError(errors)

    def _unknown_parameters(self, reserved: frozenset[str]) -> dict[str, list[ValidationError]]:
        errors: dict[str, list[ValidationError]] = {}
        allowed = self.base_filters.keys() | reserved
        for name in self.data:
            if name not in allowed:
                message = gettext("Unknown parameter. Allowed: %(names)s.") % {"names": ", ".join(sorted(allowed))}
                errors[name] = [ValidationError(message, code="unknown_parameter")]
            elif len(getattr(self.data, "getlist", lambda _: [1])(name)) > 1:
                message = gettext("Repeated parameter. For several values use __in.")
                errors[name] = [ValidationError(message, code="repeated_parameter")]
        return errors

    def _explained(self, name: str, problem: ValidationError) -> ValidationError:
        """The error, with the allowed values where there is a list of them."""
        values = (value for value, _label in getattr(self.form.fields[name], "choices", ()))
        choices = [str(value) for value in values if value not in ("", None)]
        message = " ".join(problem.messages)
        if choices and problem.code == "invalid_choice":
            named = ", ".join(choices[:MOST_NAMED]) + (" ..." if len(choices) > MOST_NAMED else "")
            message = gettext("Unknown value. Allowed: %(choices)s.") % {"choices": named}
        return ValidationError(message, code=problem.code or "invalid")

    @property
    def applied(self) -> dict[str, str]:
        """The filters of the query string with their values, for removable tags and descriptions of the query."""
        return {
            name: self.data[name] for name in self.data if name in self.base_filters and is_given(name, self.data[name])
        }

    @property
    def kept_without_value(self) -> list[str]:
        """Fields of which `__not` leaves out values while rows without a value stay, because no `__isnull` is given."""
        stems = [name.removesuffix("__not") for name, value in self.applied.items() if value and name.endswith("__not")]
        return sorted(stem for stem in stems if not self.data.get(f"{stem}__isnull"))

    @property
    def updated_until(self) -> datetime | None:
        """The time to ask with next, where the query string has `updated_since`."""
        found = self.filters.get("updated_since")
        return found.until if self.qs is not None and isinstance(found, UpdatedSinceFilter) else None

    @property
    def qs(self) -> QuerySet[Model]:
        """The rows that match the query string; none when it has errors."""
        if not hasattr(self, "_qs"):
            rows = self.queryset.all()
            self._qs = rows.none() if self.form.errors else self.filter_queryset(rows)
        return self._qs
