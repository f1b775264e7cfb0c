"""Unique slugs for things that are created in bulk."""

from collections import Counter
from collections.abc import Sequence

from django.db import models

from accounts.slugs import OF_ADDRESSES


def free_slugs(model: type[models.Model], stems: Sequence[str]) -> list[str]:
    """A free slug for each stem: the stem itself, or with the first free number."""
    manager = model._default_manager
    taken = {*OF_ADDRESSES, *manager.filter(slug__in=stems).values_list("slug", flat=True)}
    for stem in {stem for stem, times in Counter(stems).items() if times > 1 or stem in taken}:
        taken.update(manager.filter(slug__startswith=f"{stem}-").values_list("slug", flat=True))
    slugs = []
    for stem in stems:
        slug, number = stem, 2
        while slug in taken:
            slug, number = f"{stem}-{number}", number + 1
        taken.add(slug)
        slugs.append(slug)
    return slugs
