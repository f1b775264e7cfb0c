"""Installs the vocabularies of case studies in the registry, and removes files that never arrived whole."""

import time

from django.db import transaction

from casestudies.models.attachments import DAYS_KEPT, arrivals
from casestudies.vocabularies import DEFAULTS
from registry.models import Term, Vocabulary


@transaction.atomic
def install_vocabularies() -> None:
    """Create each default vocabulary that is missing. One that exists is not changed: project leaders edit it."""
    there = set(Vocabulary.objects.filter(slug__in=DEFAULTS).values_list("slug", flat=True))
    for slug, (name, source, entries) in DEFAULTS.items():
        if slug in there:
            continue
        vocabulary = Vocabulary.objects.create(slug=slug, name=name, source=source)
        Term.objects.bulk_create(
            Term(vocabulary=vocabulary, key=key, labels={"en": label}, position=position)
            for position, (key, label) in enumerate(entries, start=1)
        )


def remove_unfinished_uploads() -> int:
    """Delete what nobody has added to for `DAYS_KEPT` days. Returns the number of files."""
    old = time.time() - DAYS_KEPT * 86_400
    forgotten = [path for path in arrivals().rglob("*") if path.is_file() and path.stat().st_mtime < old]
    for path in forgotten:
        path.unlink(missing_ok=True)
    return len(forgotten)
