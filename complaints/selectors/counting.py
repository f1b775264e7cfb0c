"""What facets and cross-tables count by: columns of the records, the labels of their values, and weights."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypedDict

from django.conf.locale import LANG_INFO
from django.db.models import BigIntegerField, Case, CharField, F, Func, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, ExtractYear
from django.db.models.lookups import Exact
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.filters import EXTRA
from complaints.models import ComplaintRecord
from complaints.querysets import AccessScope
from complaints.value_counts import CARRIED, COUNTED, FEW_VALUES, MANY_VALUES, PERIODS, YEARS, Counts
from exports.disclosure import WEIGHTS
from rest.vocabularies import STRAND, THEME, label_of, read_terms
from standards.countries import country_names

VOCABULARIES = {"theme": THEME, "strand": STRAND}


class CountedValue(TypedDict):
    """One value of a field; `count` is None where it is suppressed."""

    value: str
    label: str
    count: int | None
    suppressed: bool


def is_counted(name: str) -> bool:
    """Whether records can be counted by this field."""
    return name in COUNTED or name.startswith(EXTRA)


def is_free_text(name: str) -> bool:
    """Whether its values are words of the source, of which there can be very many."""
    return name in MANY_VALUES or name.startswith(EXTRA)


def is_period(name: str) -> bool:
    return name in YEARS or name in PERIODS


def may_be_protected(name: str) -> bool:
    """Whether records that the person may not see can be counted by this field, under the disclosure rule: not by what
    few records share, nor by what the dataset carries."""
    return name not in PERIODS and name not in CARRIED and not name.startswith(EXTRA)


def column_of(name: str) -> Combinable:
    """The expression by which records are grouped."""
    if name in YEARS:
        return Cast(ExtractYear(YEARS[name]), CharField())
    if name in PERIODS:
        column, form = PERIODS[name]
        return Func(F(column), Value(form), function="to_char", output_field=CharField())
    if name == "dataset" or name in CARRIED:
        return Cast(F("dataset_id"), CharField())
    if name.startswith(EXTRA):
        return KeyTextTransform(name.removeprefix(EXTRA), "extra")
    return F(name)


def carried(name: str, counts: Counts, scope: AccessScope) -> Counts:
    """Counts of datasets as those of the themes or strands that these carry; None for a dataset that carries none."""
    found: Counts = {}
    for value, parts in counts.items():
        for key in getattr(scope.selectable[int(value or 0)], CARRIED[name]) or (None,):
            found.setdefault(key, {}).update(parts)
    return found


def weight_of(weighed: Sequence[int]) -> Case:
    """How often a record counts: once, or in a protected dataset by its id and a secret derived from the site's key
    (exports.disclosure)."""
    secret = int.from_bytes(salted_hmac("complaints.facets", "weights", algorithm="sha256").digest()[:8], signed=True)
    hashed = Func(F("id"), Value(secret), function="hashint8extended", output_field=BigIntegerField())
    return Case(
        When(~Q(dataset_id__in=weighed), then=Value(1)),
        *(When(Exact(hashed.bitand(len(WEIGHTS) - 1), Value(bits)), then=Value(w)) for bits, w in enumerate(WEIGHTS)),
        output_field=IntegerField(),
    )


def labeller(name: str, scope: AccessScope) -> Callable[[str | None], tuple[str, str]]:
    """A function from a value that was counted to the value and label that are shown."""
    if name == "dataset":
        return lambda value: (scope.selectable[int(value or 0)].slug, scope.selectable[int(value or 0)].title)
    if name in CARRIED:
        terms = read_terms()
        return lambda value: (value or "", label_of(VOCABULARIES[name], value, terms) if value else _("None"))
    labels: Mapping[str, str | Promise] = scope.sectors if name == "policy_sector" else LABELS.get(name, {})
    return lambda value: (value or "", str(labels.get(value, value)) if value else _("Not recorded"))


def _labels() -> dict[str, Mapping[str, str | Promise]]:
    fields = {f.name: f for f in ComplaintRecord._meta.concrete_fields}
    labels: dict[str, Mapping[str, str | Promise]] = {}
    with_choices = [name for name in FEW_VALUES if name in fields and fields[name].choices]
    for name in with_choices:
        labels[name] = {str(value): label for value, label in fields[name].flatchoices}
    languages = {code: gettext_lazy(info["name"]) for code, info in LANG_INFO.items() if "name" in info}
    return labels | {"country": country_names(), "language": languages}


LABELS = _labels()
