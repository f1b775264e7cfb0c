"""Names in addresses, unique on the whole site although not everybody sees everything."""

from collections.abc import Collection

from accounts.models import AccessControlled, User

LONGEST = 80


def numbered(stem: str, taken: Collection[str]) -> str:
    """The stem, or the stem with the first number that makes it free."""
    stem = stem[: LONGEST - 10].strip("-")
    return next(slug for slug in [stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))] if slug not in taken)


def beside_hidden(model: type[AccessControlled], slug: str, by: User | None) -> str:
    """The slug, numbered where something has it that this person has no access to.

    To refuse the slug would tell that there is such a thing. A slug that the person can see is returned as it is, and
    refused as taken. by: None is the command line, which sees everything.
    """
    rows = model._default_manager.all()
    if by is None or not rows.filter(slug=slug).exists() or rows.visible_to(by).filter(slug=slug).exists():
        return slug
    return numbered(slug, set(rows.filter(slug__startswith=slug[: LONGEST - 10]).values_list("slug", flat=True)))
