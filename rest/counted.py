"""What the rows of a list are counted by: how many of those that match the filters have each value of a field.

Each field is counted without its own filter, so that a second value can be added. The rows are few: all fields that
have no filter are counted from one reading of the rows, each of the others from its own. For millions of rows see
`complaints.selectors.facets`.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

from django.db.models import CharField, F, Func, Model, QuerySet, TextChoices, Value
from django.db.models.expressions import Combinable
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rest.facets import FacetLink, FacetLinks, chosen, in_order, toggled
from rest.filters import StrictFilterSet
from rest.vocabularies import SECTOR, STRAND, THEME, label_of, read_terms
from standards.countries import country_names

# How PostgreSQL writes the periods of a day.
PERIOD_FORMS = {"year": "YYYY", "quarter": 'YYYY"-Q"Q', "month": "YYYY-MM"}


@dataclass(frozen=True)
class Field:
    """title: heading of the facet. column: where the values are. label: what a value is called. is_period: whether its
    values stand in their order, not by their numbers."""

    title: str | Promise
    column: str | Combinable
    label: Callable[[str], str]
    is_period: bool = False


Fields = Mapping[str, Field]


def counts_of(
    filterset: type[StrictFilterSet],
    rows: QuerySet[Model],
    fields: Fields,
    params: Mapping[str, str],
    request: HttpRequest,
) -> dict[str, Counter[str]]:
    """Field to value to number of rows that match the parameters, each field without its own filter."""

    def matching(query: Mapping[str, str]) -> QuerySet[Model]:
        return filterset(query, queryset=rows, request=request, only_given=True).qs

    filtered = {name for name in fields if chosen(name, params)}
    counts = _counts(matching(params), {n: field for n, field in fields.items() if n not in filtered})
    for name in filtered:
        others = {key: value for key, value in params.items() if key != name and not key.startswith(f"{name}__")}
        counts |= _counts(matching(others), {name: fields[name]})
    return counts


def facet_links(
    filterset: type[StrictFilterSet],
    rows: QuerySet[Model],
    fields: Fields,
    params: Mapping[str, str],
    request: HttpRequest,
) -> list[FacetLinks]:
    """The fields that can narrow a list, as the links of its page. `rows` are those the person has access to, `params`
    the query string."""
    counts = counts_of(filterset, rows, fields, params, request)
    found = [_facet(name, field, counts[name], params) for name, field in fields.items()]
    return [facet for facet in found if facet.has_choice]


def programme_fields(*, country: str, themes: str = "themes", strands: str = "strands") -> dict[str, Field]:
    """Country, theme and strand of the programme, with the columns where they are."""
    terms, names = cache(read_terms), country_names()
    return {
        "country": Field(_("Country"), country, lambda code: names.get(code, code)),
        "theme": Field(_("Theme"), themes, lambda key: label_of(THEME, key, terms())),
        "strand": Field(_("Strand"), strands, lambda key: label_of(STRAND, key, terms())),
    }


def sectors_field() -> Field:
    """The policy sectors of what carries several."""
    terms = cache(read_terms)
    return Field(_("Policy sector"), "sectors", lambda key: label_of(SECTOR, key, terms()))


def period_fields(stem: str, column: str, forms: Mapping[str, str] = PERIOD_FORMS) -> dict[str, Field]:
    """A day or a moment by year, quarter and month, in fields whose names begin with `stem`."""
    return {
        f"{stem}_{name}": Field(
            f"{stem}_{name}", Func(F(column), Value(form), function="to_char", output_field=CharField()), str,
            is_period=True,
        )
        for name, form in forms.items()
    }  # fmt: skip


def choice_field(title: str | Promise, column: str, choices: type[TextChoices]) -> Field:
    """A column with the values of a choice."""
    return Field(title, column, partial(_choice, choices))


def values_of(value: str | list[str] | None) -> Sequence[str]:
    """The values that a row is counted for; none where the field is empty."""
    return value if isinstance(value, list) else [value] if value else []


def _choice(choices: type[TextChoices], value: str) -> str:
    return str(dict(choices.choices).get(value, value))


def _counts(rows: QuerySet[Model], fields: Fields) -> dict[str, Counter[str]]:
    """Field to value to number of rows; a row counts for each of its themes and strands."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in fields}
    if fields:
        for row in rows.order_by().values_list(*(field.column for field in fields.values())):
            for counter, value in zip(counts.values(), row, strict=True):
                counter.update(values_of(value))
    return counts


def _facet(name: str, field: Field, counts: Counter[str], params: Mapping[str, str]) -> FacetLinks:
    selected = chosen(name, params)
    for value in selected:
        counts.setdefault(value, 0)
    links = [
        FacetLink(field.label(value), number, value in selected, toggled(name, value, params))
        for value, number in counts.items()
    ]
    return FacetLinks(name, field.title, in_order(sorted(links, key=lambda link: (-(link.count or 0), link.label))))
