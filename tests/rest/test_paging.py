"""Paging visits each row exactly once, in every order, with ties and NULLs, at every page size, both ways."""

from decimal import Decimal
from operator import attrgetter

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.models import Place
from rest.counts import Count
from rest.numbered import Numbered
from rest.paging import KeysetPage

ORDERINGS = {"country": "country", "precision": "precision_m", "latitude": "latitude", "name": "name", "id": "id"}
POINT = st.one_of(st.none(), st.integers(0, 2))
ROWS = st.lists(st.tuples(st.sampled_from(["NL", "DK"]), POINT, POINT), max_size=14)
TERMS = st.lists(
    st.tuples(st.sampled_from(list(ORDERINGS)), st.booleans()), min_size=1, max_size=3, unique_by=lambda term: term[0]
)


def expected(places, terms):
    """Python's own sort by the same rule: NULLs last in both directions, ids to break ties."""
    if not any(name == "id" for name, _ in terms):
        terms = [*terms, ("id", terms[-1][1])]
    places = list(places)
    for name, descending in reversed(terms):
        values = {p.pk: getattr(p, ORDERINGS[name]) for p in places}
        known = [p for p in places if values[p.pk] is not None]
        known.sort(key=attrgetter(ORDERINGS[name]), reverse=descending)
        places = known + [p for p in places if values[p.pk] is None]
    return [p.pk for p in places]


def walk(pager, rows, params):
    """Ids page by page forwards to the end, then backwards to the start."""
    forwards, page = [], pager.paginate(rows, params)
    forwards.append([p.pk for p in page.rows])
    while page.next:
        page = pager.paginate(rows, params | {"cursor": page.next})
        forwards.append([p.pk for p in page.rows])
    backwards = []
    while page.previous:
        page = pager.paginate(rows, params | {"cursor": page.previous})
        backwards.append([p.pk for p in page.rows])
    return forwards, backwards


def numbered(pager, rows, params, size, reach):
    """Ids of each page by its number. Of a list longer than its reach, the row before a page is looked for."""
    total = Count(rows.count(), exact=True)
    pages = [Numbered(number, size, total.value, reach=reach) for number in range(1, -(-total.value // size) + 1)]
    return [[p.pk for p in pager.paginate_numbered(rows, params, page, total).rows] for page in pages] or [[]]


@pytest.mark.django_db
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, terms=TERMS, size=st.integers(1, 6))
def test_every_row_once_in_every_order(rows, terms, size):
    with transaction.atomic():
        Place.objects.bulk_create(
            Place(
                name=f"p{i // 2}",
                code=str(i),
                scheme="LAU",
                scheme_version="1",
                country=country,
                precision_m=precision,
                latitude=None if latitude is None else Decimal(latitude),
                longitude=None if latitude is None else 0,
            )
            for i, (country, precision, latitude) in enumerate(rows)
        )
        ordering = ",".join(f"{'-' if descending else ''}{name}" for name, descending in terms)
        pager = KeysetPage(ordering_fields=ORDERINGS, default_ordering="id", view="test")
        params = {"ordering": ordering, "page_size": str(size)}
        forwards, backwards = walk(pager, Place.objects.all(), params)
        assert [pk for page in forwards for pk in page] == expected(Place.objects.all(), terms)
        assert all(len(page) == size for page in forwards[:-1])
        assert backwards == forwards[:-1][::-1]
        assert numbered(pager, Place.objects.all(), params, size, reach=len(rows)) == forwards
        assert numbered(pager, Place.objects.all(), params, size, reach=0) == forwards
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_rows_deleted_meanwhile_lose_nobody_the_way():
    ids = [Place.objects.create(name=f"p{i}", country="NL").pk for i in range(6)]
    pager = KeysetPage(ordering_fields=ORDERINGS, default_ordering="id", view="test")
    page = pager.paginate(Place.objects.all(), {"page_size": "3"})
    Place.objects.filter(pk__in=ids[3:]).delete()
    empty = pager.paginate(Place.objects.all(), {"page_size": "3", "cursor": page.next})
    assert empty.rows == []
    back = pager.paginate(Place.objects.all(), {"page_size": "3", "cursor": empty.previous})
    assert [p.pk for p in back.rows] == ids[:3]
    assert back.previous is None


@pytest.mark.django_db
def test_rows_added_meanwhile_are_neither_repeated_nor_skipped():
    ids = [Place.objects.create(name=f"p{i}", country="NL").pk for i in range(4)]
    pager = KeysetPage(ordering_fields=ORDERINGS, default_ordering="-id", view="test")
    page = pager.paginate(Place.objects.all(), {"page_size": "2"})
    Place.objects.create(name="late", country="NL")
    rest = pager.paginate(Place.objects.all(), {"page_size": "2", "cursor": page.next})
    assert [p.pk for p in [*page.rows, *rest.rows]] == ids[::-1]
