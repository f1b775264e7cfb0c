"""What a list page says of how many rows there are: one component, the right plural, nothing where nobody counted."""

import re

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from accounts.filters import OrganisationFilter
from registry.models import Place
from rest.counts import Count
from rest.filters import StrictFilterSet
from rest.listing import Listing, listing


def shown(count):
    page = Listing([], OrganisationFilter({}), None, None, count, "", "/organisations/", {})
    return re.sub(r"\s+", " ", render_to_string("components/count.html", {"listing": page})).strip()


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (Count(0, exact=True), "0 organisations"),
        (Count(1, exact=True), "1 organisation"),
        (Count(9_999, exact=True), "9,999 organisations"),
        (Count(404_495, exact=False), "about 404,495 organisations"),
    ],
)
def test_a_count_is_a_number_with_its_noun(db, count, words):
    assert shown(count) == f'<p class="count" role="status">{words}</p>'


def test_a_list_that_nobody_counted_shows_no_noun_alone(db):
    assert shown(None) == ""


def test_a_list_that_was_asked_not_to_count_shows_no_noun_alone(db):
    class PlaceFilter(StrictFilterSet):
        ordering_fields = {"id": "id"}
        default_ordering = "id"

        class Meta:
            model = Place
            fields: list[str] = []

    page = listing(RequestFactory().get("/places/?count=none"), Place.objects.all(), PlaceFilter)
    assert (page.status, page.counted) == (200, "")
    assert listing(RequestFactory().get("/places/"), Place.objects.all(), PlaceFilter).counted == "0 results"
