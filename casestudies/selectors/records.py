"""Complaint records a case cites. Where they are looked up is the roof's to say: a room on this floor keeps them."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

Pair = tuple[str, str]


def citable_datasets(person: Any) -> list[tuple[str, str]]:
    """Slug and title of the datasets whose records the person may cite."""
    choices: list[tuple[str, str]] = import_string(f"{settings.CITED_RECORDS}.datasets")(person)
    return choices


def record_addresses(pairs: Iterable[Pair], person: Any) -> dict[Pair, str]:
    """(dataset, reference) to the page of the record, for those that are there and that the person may see."""
    found: dict[Pair, str] = import_string(f"{settings.CITED_RECORDS}.addresses")(pairs, person)
    return found
