"""Terms of vocabularies: rows store the key of a term, people see its label."""

from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from casestudies import vocabularies as v
from casestudies.models import Actor, CaseStudy, CitizenRole, CoCreationEvent, Contribution, Informant, Participation
from registry.models import Term

# Model -> field -> the vocabulary its keys come from.
FIELDS: dict[type[models.Model], dict[str, str]] = {
    CaseStudy: {
        "themes": v.THEME,
        "strands": v.STRAND,
        "initiator": v.ACTOR_GROUP,
        "innovation_type": v.INNOVATION_TYPE,
        "newness": v.NEWNESS,
        "ict_role": v.ICT_ROLE,
    },
    CitizenRole: {"group": v.ACTOR_GROUP},
    Actor: {"group": v.ACTOR_GROUP},
    CoCreationEvent: {
        "format": v.EVENT_FORMAT,
        "influence_claimed": v.INFLUENCE,
        "influence_assessed": v.INFLUENCE,
        "interaction_methods": v.INTERACTION,
        "decision_methods": v.DECISION_METHOD,
    },
    Participation: {"group": v.ACTOR_GROUP},
    Contribution: {"kind": v.CONTRIBUTION_KIND, "group": v.ACTOR_GROUP},
    Informant: {"group": v.ACTOR_GROUP},
}


class TermLabels:
    """Labels of the terms of all vocabularies that case studies use, read in one query when first needed."""

    def __init__(self) -> None:
        self._terms: dict[str, list[Term]] | None = None

    def _of(self, vocabulary: str) -> list[Term]:
        if self._terms is None:
            self._terms = {}
            terms = Term.objects.filter(vocabulary__slug__in=[*v.DEFAULTS, *v.SCALES, *v.CUTS]).select_related(
                "vocabulary"
            )
            for term in terms.order_by("vocabulary__slug", "vocabulary__version", "position", "id"):
                self._terms.setdefault(term.vocabulary.slug, []).append(term)
        return self._terms.get(vocabulary, [])

    def of(self, vocabulary: str) -> dict[str, str]:
        """Key to label of the terms that a person can choose, in the order of the vocabulary."""
        return {t.key: str(t) for t in self._of(vocabulary) if not t.is_heading and not t.is_deprecated}

    def all_of(self, vocabulary: str) -> dict[str, str]:
        """With those that rows may have from before: deprecated ones."""
        return {t.key: str(t) for t in self._of(vocabulary) if not t.is_heading}

    def label(self, vocabulary: str, key: str) -> str:
        """The label, also of a deprecated term; the key itself where there is no such term."""
        return next((str(t) for t in self._of(vocabulary) if t.key == key), key)

    def labels(self, vocabulary: str, keys: Iterable[str]) -> list[str]:
        return [self.label(vocabulary, key) for key in keys]


def term_choices(vocabulary: str) -> list[tuple[str, str]]:
    """Choices of a form or filter field."""
    return list(TermLabels().of(vocabulary).items())


def check_terms(model: type[models.Model], values: Mapping[str, object]) -> None:
    """Raise ValidationError, by field with the allowed keys, where a value is not a term of its vocabulary."""
    labels = TermLabels()
    wrong: dict[str, ValidationError] = {}
    for field, vocabulary in FIELDS.get(model, {}).items():
        value = values.get(field) or []
        allowed = labels.of(vocabulary)
        for key in value if isinstance(value, list | tuple) else [value]:
            if key not in allowed:
                wrong[field] = _unknown_term(str(key), allowed)
    if model is CitizenRole:
        wrong |= _wrong_influence(labels, values)
    if wrong:
        raise ValidationError(wrong)


def _wrong_influence(labels: TermLabels, values: Mapping[str, object]) -> dict[str, ValidationError]:
    """Influence that is not on the scale of the row."""
    scale = str(values.get("scale") or "")
    if scale and scale not in v.SCALES:
        return {"scale": _unknown_term(scale, v.SCALES)}
    allowed = labels.of(scale) if scale else {}
    influence = {field: str(values.get(field) or "") for field in ("influence_claimed", "influence_assessed")}
    return {
        field: _unknown_term(key, allowed) for field, key in influence.items() if scale and key and key not in allowed
    }


def _unknown_term(key: str, allowed: Mapping[str, str]) -> ValidationError:
    return ValidationError(
        _("“%(key)s” is not one of these terms: %(allowed)s."),
        code="unknown_term",
        params={"key": key, "allowed": ", ".join(allowed)},
    )
