"""Every walk through a list has each row that was in it all the time once, or says that it may not have."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Subquery
from django.urls import get_resolver
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casestudies.models import CoCreationEvent
from complaints.models import ComplaintRecord
from imports.models import Dataset
from registry.models import Place
from rest import cursors, keyset, walks
from rest.cursors import Cursor
from rest.filters import StrictFilterSet
from rest.paging import KeysetPage
from rest.time_limits import TookTooLong
from tests.factories.casestudies import make_case_study, make_event
from tests.factories.imports import make_dataset
from tests.rest.quiet import horizon_of_this_database, quiet_horizon

pytestmark = pytest.mark.django_db(transaction=True)
ORDERINGS = {"country": "country", "precision": "precision_m", "name": "name", "id": "id"}
COUNTRIES = st.sampled_from(["NL", "DK", "EE"])
POINT = st.one_of(st.none(), st.integers(0, 2))
EDIT = st.one_of(
    st.tuples(st.just("update"), st.integers(0, 20), st.tuples(COUNTRIES, POINT)),
    st.tuples(st.just("add"), st.just(0), st.tuples(COUNTRIES, POINT)),
    st.tuples(st.just("remove"), st.integers(0, 20), st.none()),
)


@pytest.fixture(autouse=True)
def nothing_else_is_running(monkeypatch):
    monkeypatch.setattr(walks, "horizon", quiet_horizon)


def places(count, country="NL"):
    first = Place.objects.count()
    return [Place.objects.create(name=f"p{first + n}", country=country).pk for n in range(count)]


def edit(kind, number, values):
    """Change one of the places; its id, and whether it was updated."""
    ids = list(Place.objects.order_by("id").values_list("id", flat=True))
    if kind == "add":
        return Place.objects.create(name=f"late {uuid4()}", country=values[0], precision_m=values[1]).pk
    if not ids:
        return None
    pk = ids[number % len(ids)]
    if kind == "remove":
        Place.objects.filter(pk=pk).delete()
    else:
        Place.objects.filter(pk=pk).update(country=values[0], precision_m=values[1])
    return pk


def walk(params, edits=(), *, rows=None, orderings=ORDERINGS):
    """Ids as they come, with one list of edits before each page after the first, and what the last page says."""
    pager, rows = KeysetPage(ordering_fields=orderings, default_ordering="id", view="test"), rows or Place.objects.all()
    page, found, waiting = pager.paginate(rows, params), [], list(edits)
    while True:
        found += [row.pk for row in page.rows]
        if not page.next:
            return found, page.walk
        for one in waiting.pop(0) if waiting else ():
            edit(*one)
        page = pager.paginate(rows, params | {"cursor": page.next})


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(COUNTRIES, POINT), max_size=8),
    ordering=st.sampled_from([f"{sign}{name}" for name in ORDERINGS for sign in ("", "-")]),
    size=st.integers(1, 3),
    edits=st.lists(st.lists(EDIT, max_size=3), max_size=5),
)
def test_a_walk_is_of_one_version_or_says_that_it_is_not(rows, ordering, size, edits):
    Place.objects.all().delete()
    before = [Place.objects.create(name=f"p{n}", country=c, precision_m=p).pk for n, (c, p) in enumerate(rows)]

    found, said = walk({"ordering": ordering, "page_size": str(size)}, edits)

    throughout = set(before) & set(Place.objects.values_list("pk", flat=True))
    if said is None:
        assert sorted(found) == before, "one page"
        return
    if said.complete:
        assert all(found.count(pk) == 1 for pk in throughout)
    if said.changed_since_start is False:
        assert sorted(found) == before and said.changed == []
    if said.changed_since_start is True:
        assert any(edits)
    if ordering.endswith("id") or not any(kind != "remove" for page in edits for kind, _n, _v in page):
        assert said.complete
    assert said.changed_since_start is not None


@pytest.mark.parametrize(("moved_to", "expected"), [("ZA", 2), ("AT", 0)])
def test_a_row_that_moves_between_two_pages_comes_twice_or_not_at_all_and_the_walk_says_so(moved_to, expected):
    early, late = places(2, "BE"), places(2, "NL")
    pk = early[0] if expected == 2 else late[1]
    pager = KeysetPage(ordering_fields=ORDERINGS, default_ordering="country", view="test")
    first = pager.paginate(Place.objects.all(), {"page_size": "2"})

    Place.objects.filter(pk=pk).update(country=moved_to)
    second = pager.paginate(Place.objects.all(), {"page_size": "3", "cursor": first.next})

    assert [row.pk for row in (*first.rows, *second.rows)].count(pk) == expected
    assert second.walk.complete is False
    assert (second.walk.changed_since_start, second.walk.changed) == (True, [pk])
    assert "missing or come twice" in second.walk.sentence and "ordering=id" in second.walk.sentence


def test_in_an_order_by_id_a_walk_is_complete_and_the_last_page_names_what_changed():
    ids = places(5)
    pager = KeysetPage(ordering_fields=ORDERINGS, default_ordering="id", view="test")
    first = pager.paginate(Place.objects.all(), {"page_size": "2"})
    Place.objects.filter(pk=ids[0]).update(country="DK")
    second = pager.paginate(Place.objects.all(), {"page_size": "2", "cursor": first.next})
    last = pager.paginate(Place.objects.all(), {"page_size": "2", "cursor": second.next})

    assert first.walk is None
    assert (second.walk.complete, second.walk.changed_since_start, second.walk.changed) == (True, None, None)
    assert (last.walk.complete, last.walk.changed_since_start, last.walk.changed) == (True, True, [ids[0]])


def test_a_row_that_was_added_read_and_removed_is_still_a_change():
    places(3)
    added = ("add", 0, ("NL", None))
    found, said = walk({"page_size": "1"}, [[], [added, added], [], [("remove", 3, None), ("remove", 3, None)]])

    assert len(found) > 3 and Place.objects.count() == 3
    assert said.changed_since_start is True


def test_a_row_that_is_changed_and_not_committed_when_the_walk_begins_is_found(monkeypatch):
    monkeypatch.setattr(walks, "horizon", horizon_of_this_database)
    ids = places(4)
    other = connection.copy()
    other.set_autocommit(False)
    pager = KeysetPage(ordering_fields=ORDERINGS, default_ordering="country", view="test")
    try:
        with other.cursor() as cursor:
            cursor.execute("UPDATE registry_place SET country = 'AT' WHERE id = %s", [ids[3]])
        first = pager.paginate(Place.objects.all(), {"page_size": "2"})
        other.commit()
    finally:
        other.close()
    last = pager.paginate(Place.objects.all(), {"page_size": "2", "cursor": first.next})

    assert ids[3] not in [row.pk for row in (*first.rows, *last.rows)]
    assert last.walk.complete is False and last.walk.changed == [ids[3]]


def test_an_order_by_a_value_of_another_table_is_compared_there_too(alpha, fay):
    for n in range(4):
        make_event(make_case_study(fay, working_title=f"Case {n}"), by=fay)
    orderings = {"case": "case_study__working_title"}
    events = CoCreationEvent.objects.all()
    pager = KeysetPage(ordering_fields=orderings, default_ordering="case", view="test")
    first = pager.paginate(events, {"page_size": "2"})
    quiet = pager.paginate(events, {"page_size": "2", "cursor": first.next})
    moved = first.rows[0].case_study
    type(moved).objects.filter(pk=moved.pk).update(working_title="Zebra")
    last = pager.paginate(events, {"page_size": "2", "cursor": first.next})

    assert quiet.walk.complete is True and quiet.walk.changed == []
    assert last.walk.complete is False and last.walk.changed == [first.rows[0].pk]
    assert last.walk.safe_ordering == "" and "ordering=" not in last.walk.sentence


def test_what_takes_too_long_to_compare_is_not_known(monkeypatch):
    places(4)

    def never(*args, **kwargs):
        raise TookTooLong

    monkeypatch.setattr(walks, "rows_within", never)
    _found, said = walk({"ordering": "country", "page_size": "2", "count": "none"})

    assert (said.complete, said.changed_since_start, said.changed) == (False, None, None)
    assert said.sentence.startswith("It is not known")


def test_more_changes_than_are_named_are_still_changes(monkeypatch):
    monkeypatch.setattr(walks, "MOST_NAMED", 2)
    places(4)
    update = [("update", n, ("DK", 1)) for n in range(4)]
    _found, said = walk({"ordering": "country", "page_size": "2"}, [update])

    assert (said.complete, said.changed_since_start, said.changed) == (False, True, None)


def test_a_cursor_of_another_database_is_followed_and_nothing_is_known(monkeypatch):
    ids = places(4)
    pager = KeysetPage(ordering_fields=ORDERINGS, default_ordering="country", view="test")
    first = pager.paginate(Place.objects.all(), {"page_size": "2"})
    monkeypatch.setattr(walks, "_short", lambda database: "another")
    last = pager.paginate(Place.objects.all(), {"page_size": "2", "cursor": first.next})

    assert [row.pk for row in last.rows] == ids[2:]
    assert (last.walk.complete, last.walk.changed) == (False, None)


def test_a_cursor_of_an_earlier_version_of_the_site_is_followed(monkeypatch):
    ids = places(3)
    pager = KeysetPage(ordering_fields=ORDERINGS, default_ordering="id", view="test")
    text = cursors.encode(Cursor((ids[0],)), bound_to=keyset.fingerprint("test", "id", ""))
    page = pager.paginate(Place.objects.all(), {"cursor": text})

    assert [row.pk for row in page.rows] == ids[1:]
    assert page.walk is None


def test_an_order_computed_from_other_rows_is_never_called_complete():
    places(4)
    numbered = Place.objects.annotate(twins=Subquery(Place.objects.filter(name="p0").order_by("id").values("id")[:1]))
    _found, said = walk({"ordering": "twins", "page_size": "2"}, rows=numbered, orderings={"twins": "twins"})

    assert said.complete is False


def _all(filterset_class):
    for one in filterset_class.__subclasses__():
        yield one
        yield from _all(one)


def _rows_of(model):
    return model.objects.visible_to(AnonymousUser()) if model is ComplaintRecord else model._default_manager.all()


def test_every_list_can_be_compared_with_a_start_in_every_order():
    assert get_resolver().url_patterns, "with the addresses the filters of every room are loaded"
    compared = 0
    computed = set()
    for filterset_class in set(_all(StrictFilterSet)):
        for name in filterset_class.ordering_fields:
            rows = _rows_of(filterset_class._meta.model)
            try:
                keys = keyset.keys_of(rows, name, filterset_class.ordering_fields)
            except TypeError:
                computed.add(name)
                continue
            found = filterset_class.walked.changes(rows, keys, walks.begin(), "pk")
            assert found is not walks.NOT_KNOWN, (filterset_class, name)
            compared += 1
    assert compared > 50
    assert computed == {"relevance", "completeness"}


# Answers and pages ----------------------------------------------------------------------------------------------------


def test_an_answer_says_what_changed_since_the_first_page(api_client):
    ids = places(3)
    first = api_client.get("/api/v1/places/?page_size=2&ordering=name").json()
    Place.objects.filter(pk=ids[1]).update(name="q")
    body = api_client.get(first["next"]).json()

    assert "walk" not in first
    assert set(body["walk"]) == {"began_at", "complete", "changed_since_start", "changed", "sentence"}
    assert body["walk"]["complete"] is False and body["walk"]["changed"] == [ids[1]]
    assert ids[1] in [row["id"] for row in first["results"]] and ids[1] in [row["id"] for row in body["results"]]


def test_a_first_page_that_is_unchanged_is_304_although_its_cursor_has_the_time(api_client):
    ids = places(4)
    address = "/api/v1/places/?page_size=2&ordering=id&count=none"
    first = api_client.get(address)
    known = {"If-None-Match": first["ETag"]}

    places(1)
    again = api_client.get(address, headers=known)
    second = api_client.get(address)
    Place.objects.exclude(pk__in=ids[:2]).delete()
    ends = api_client.get(address, headers=known)

    assert first.json()["next"] != second.json()["next"]
    assert (again.status_code, again["ETag"]) == (304, first["ETag"])
    assert ends.status_code == 200 and ends.json()["next"] is None


def test_a_page_says_in_a_sentence_that_the_list_has_changed(client, ada, alpha):
    """On a list whose pages have no numbers."""
    held = [make_dataset(alpha, slug=f"dataset-{n}", title=f"Dataset {n}") for n in range(4)]
    client.force_login(ada)
    first = client.get("/datasets/?page_size=2&ordering=title")
    following = first.context["listing"].next_url
    before = client.get(following)
    Dataset.objects.filter(pk=held[0].pk).update(title="Zebra")
    after = client.get(following)

    sentence = "The list has changed since you opened its first page: entries may be missing here, or appear twice."
    assert sentence not in before.content.decode()
    assert sentence in after.content.decode()
    assert 'href="/datasets/?page_size=2&amp;ordering=title"' in after.content.decode()
