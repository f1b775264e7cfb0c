"""ISO 3166-1 alpha-2 codes with names. NUTS writes EL and UK where ISO, and so the casebook, writes GR and GB."""

from functools import cache

from django_countries import countries


@cache
def country_names() -> dict[str, str]:
    """Alpha-2 code to English name."""
    return {code: str(name) for code, name in countries}


@cache
def country_choices() -> list[tuple[str, str]]:
    """Choices of a model or form field; a callable, so that migrations do not carry 250 names."""
    return sorted(country_names().items(), key=lambda item: item[1])
