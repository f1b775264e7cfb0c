"""Names in addresses, unique on the whole site although not everybody sees everything. Pure: no Django."""

from collections.abc import Collection

LONGEST = 80
# What addresses have in the place of a slug: pages and files of a whole list.
OF_ADDRESSES = frozenset({"new", "compare", "export", "facets", "cross-table"})


def numbered(stem: str, taken: Collection[str]) -> str:
    """The stem, or the stem with the first number that makes it free."""
    stem = stem[: LONGEST - 10].strip("-")
    return next(
        slug
        for slug in [stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))]
        if slug not in {*taken, *OF_ADDRESSES}
    )


def beside_hidden(slug: str, *, taken: Collection[str], seen: Collection[str]) -> str:
    """The slug, numbered where something has it that the person has no access to.

    To refuse the slug would tell that there is such a thing. A slug of something that the person has seen is returned
    as it is, and refused as taken. What addresses of lists have in its place is numbered too.
    """
    is_free = slug not in taken and slug not in OF_ADDRESSES
    return slug if slug in seen or is_free else numbered(slug, taken)
