"""Adding and editing terms of vocabularies."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from registry.models import Term, Vocabulary
from registry.policies import check_can_edit_vocabularies


@transaction.atomic
def add_term(
    *,
    vocabulary: Vocabulary,
    key: str,
    labels: dict[str, str],
    definition: str,
    broader: Term | None,
    is_heading: bool = False,
    by: User,
) -> Term:
    """Add a term at the end of a vocabulary. `labels` maps ISO 639-1 codes to labels and must have English."""
    check_can_edit_vocabularies(by)
    vocabulary = Vocabulary.objects.select_for_update().get(pk=vocabulary.pk)
    _check_labels(labels)
    _check_broader(vocabulary, None, broader)
    if vocabulary.terms.filter(key=key).exists():
        message = _("This vocabulary already has a term with this key.")
        raise ValidationError({"key": ValidationError(message, code="key_taken")})
    last = vocabulary.terms.order_by("-position").first()
    term = Term.objects.create(
        vocabulary=vocabulary,
        key=key,
        labels=labels,
        definition=definition,
        broader=broader,
        is_heading=is_heading,
        position=last.position + 1 if last else 1,
    )
    record("term.added", by=by, target=term, key=key, labels=labels)
    return term


@transaction.atomic
def edit_term(
    *,
    term: Term,
    labels: dict[str, str],
    definition: str,
    broader: Term | None,
    is_heading: bool = False,
    is_deprecated: bool,
    replaced_by: Term | None,
    by: User,
) -> Term:
    """Edit or deprecate a term. Its key never changes, because records refer to it."""
    check_can_edit_vocabularies(by)
    vocabulary = Vocabulary.objects.select_for_update().get(pk=term.vocabulary_id)
    term = Term.objects.select_for_update(of=("self",)).get(pk=term.pk)
    _check_labels(labels)
    _check_broader(vocabulary, term, broader)
    if replaced_by and not is_deprecated:
        message = _("Only a deprecated term can have a replacement.")
        raise ValidationError({"replaced_by": ValidationError(message, code="still_used")})
    before = {"labels": term.labels, "definition": term.definition, "is_deprecated": term.is_deprecated}
    term.labels, term.definition, term.broader = labels, definition, broader
    term.is_heading, term.is_deprecated, term.replaced_by = is_heading, is_deprecated, replaced_by
    term.save(update_fields=["labels", "definition", "broader", "is_heading", "is_deprecated", "replaced_by"])
    record("term.edited", by=by, target=term, before=before, labels=labels, is_deprecated=is_deprecated)
    return term


def _check_labels(labels: dict[str, str]) -> None:
    if not labels.get("en"):
        raise ValidationError({"en": ValidationError(_("Enter a label in English."), code="required")})


def _check_broader(vocabulary: Vocabulary, term: Term | None, broader: Term | None) -> None:
    """The tree has no cycle: no term is broader than itself through any number of steps."""
    above = broader
    while above is not None:
        if above.vocabulary_id != vocabulary.pk or (term and above.pk == term.pk):
            message = _("Choose a term of this vocabulary that is not below this one.")
            raise ValidationError({"broader": ValidationError(message, code="circle")})
        above = above.broader
