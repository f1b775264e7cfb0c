"""What a list page says of how many rows there are: one component, the right plural, nothing where nobody counted."""

import json
import re

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import RequestFactory

from accounts.filters import OrganisationFilter
from registry.models import Place
from rest.counts import EXACT_UP_TO, Count, count
from rest.filters import StrictFilterSet
from rest.listing import Listing, listing
from rest.time_limits import TookTooLong, rows_within


def shown(count):
    page = Listing([], OrganisationFilter({}), None, None, count, "", "/organisations/", {})
    return re.sub(r"\s+", " ", render_to_string("components/count.html", {"listing": page})).strip()


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (Count(0, exact=True), "0 organisations"),
        (Count(1, exact=True), "1 organisation"),
        (Count(9_999, exact=True), "9,999 organisations"),
        (Count(10_000, exact=False), "more than 10,000 organisations"),
    ],
)
def test_a_count_is_a_number_with_its_noun(db, count, words):
    assert shown(count) == f'<p class="count" role="status" id="list" tabindex="-1"> {words} </p>'


def test_a_list_that_nobody_counted_shows_no_noun_alone(db):
    assert shown(None) == ""


class PlaceFilter(StrictFilterSet):
    ordering_fields = {"id": "id"}
    default_ordering = "id"

    class Meta:
        model = Place
        fields: list[str] = []


def test_a_list_that_was_asked_not_to_count_shows_no_noun_alone(db):
    page = listing(RequestFactory().get("/places/?count=none"), Place.objects.all(), PlaceFilter)
    assert (page.status, page.counted) == (200, "")
    assert listing(RequestFactory().get("/places/"), Place.objects.all(), PlaceFilter).counted == "0 results"


@pytest.fixture
def skewed(db):
    """12,000 places with two columns that say the same, so that the planner expects too few. A rare and a frequent
    combination."""
    pairs = [("NL", 1) if n % 50 else ("DE", 2) for n in range(12_000)]
    rows = [Place(name=f"p{n}", country=country, precision_m=at) for n, (country, at) in enumerate(pairs)]
    Place.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE registry_place")
    return Place.objects.filter(country="DE", precision_m=2), Place.objects.filter(country="NL", precision_m=1)


def expected_by_the_planner(queryset):
    return json.loads(queryset.explain(format="json"))[0]["Plan"]["Plan Rows"]


def test_a_list_of_which_the_planner_expects_a_fraction_is_counted_truly(skewed):
    rare, frequent = skewed
    assert expected_by_the_planner(rare) < rare.count() / 10

    assert count(rare) == count(rare, "estimated") == Count(240, exact=True)
    assert count(frequent) == count(frequent, "estimated") == Count(EXACT_UP_TO, exact=False)
    assert str(count(frequent)) == "more than 10,000"
    assert count(frequent, "exact") == count(frequent, budget_ms=60_000) == Count(11_760, exact=True)


def test_a_count_that_takes_longer_than_its_budget_is_a_bound_that_is_true(skewed):
    slow = skewed[1].extra(where=["pg_sleep(0.0002) IS NOT NULL"])

    assert count(slow, budget_ms=200) == Count(EXACT_UP_TO, exact=False)
    assert count(slow, "estimated", budget_ms=60_000) == Count(EXACT_UP_TO, exact=False)
    assert Place.objects.count() == 12_000, "the transaction goes on"


def test_a_time_limit_ends_with_its_statement(db):
    def limit():
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout')")
            return cursor.fetchone()[0]

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 70000")
    assert rows_within(4_000, "SELECT current_setting('statement_timeout'), %s", ["x"]) == [("4s", "x")]
    with pytest.raises(TookTooLong):
        rows_within(20, "SELECT pg_sleep(10)", [])

    assert limit() == "70s"


def test_pages_and_programs_say_the_same_of_more_rows_than_are_counted(skewed, api_client):
    page = listing(RequestFactory().get("/places/"), skewed[1], PlaceFilter)
    answer = api_client.get("/api/v1/places/?country=NL").json()

    assert page.counted == "1-50 of 11,760 results"
    assert answer["count"] == {"value": 10_000, "exact": False}
    assert api_client.get("/api/v1/places/?country=NL&count=exact").json()["count"] == {"value": 11_760, "exact": True}
    assert api_client.get(answer["next"]).json()["count"] == answer["count"]
