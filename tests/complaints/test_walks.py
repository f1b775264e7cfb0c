"""A walk through the records has each that was there all the time once, whatever is imported and undone meanwhile."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints import partitions
from complaints.filters import RecordFilter
from complaints.models import ComplaintRecord
from complaints.selectors.walks import changed_since
from rest import walks
from tests.factories.complaints import load_records
from tests.factories.complaints import make_dataset as dataset_of
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset, undo
from tests.rest.quiet import quiet_horizon
from versions.actions import erase

pytestmark = pytest.mark.django_db(transaction=True)
RECORDS = "/api/v1/complaint-records/"
DAYS = st.one_of(st.none(), st.integers(1, 4).map(lambda day: f"2026-05-0{day}"))
EDIT = st.one_of(
    st.tuples(st.just("update"), st.integers(0, 20), DAYS),
    st.tuples(st.just("add"), st.just(0), DAYS),
    st.tuples(st.just("remove"), st.integers(0, 20), st.none()),
    st.tuples(st.just("load"), st.just(0), DAYS),
)


@pytest.fixture(autouse=True)
def nothing_else_is_running(monkeypatch):
    monkeypatch.setattr(walks, "horizon", quiet_horizon)


def get(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return answer.json()


def walk(client, query, between=()):
    """Ids as they come, with one call before each page after the first, and what the last page says."""
    body, found, waiting = get(client, f"{RECORDS}?{query}"), [], list(between)
    while True:
        found += [row["id"] for row in body["results"]]
        if not body["next"]:
            return found, body.get("walk")
        if waiting:
            waiting.pop(0)()
        body = get(client, body["next"])


def edit(dataset, organisation, kind, number, day):
    """One change, as the publisher of imports makes it: partition and version of the dataset go with it."""
    ids = list(ComplaintRecord.objects.filter(dataset=dataset).order_by("id").values_list("id", flat=True))
    row = {"received_on": day, "closed_on": day}
    if kind == "load":
        load_records(dataset_of(organisation), [row])
    elif kind == "add":
        load_records(dataset, [row])
    elif ids:
        one = ComplaintRecord.objects.filter(pk=ids[number % len(ids)])
        if kind == "remove":
            one.delete()
        else:
            one.update(**row, updated_at=f"{day or '2026-06-01'}T10:00:00Z")
        with connection.cursor() as cursor:
            partitions.count_change(cursor, dataset.pk)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    days=st.lists(DAYS, max_size=6),
    ordering=st.sampled_from(
        [f"{sign}{name}" for name in RecordFilter.ordering_fields if name != "relevance" for sign in ("", "-")]
    ),
    size=st.integers(1, 3),
    counts=st.sampled_from(["", "&count=none", "&count=exact"]),
    edits=st.lists(st.lists(EDIT, max_size=2), max_size=4),
)
def test_a_walk_is_of_one_version_or_says_that_it_is_not(alpha, api_client, days, ordering, size, counts, edits):
    ComplaintRecord.objects.all().delete()
    dataset = dataset_of(alpha)
    before = load_records(dataset, [{"received_on": day, "closed_on": day} for day in days]) if days else []
    changes = [lambda page=page: [edit(dataset, alpha, *one) for one in page] for page in edits]

    found, said = walk(api_client, f"ordering={ordering}&page_size={size}{counts}", changes if days else ())

    throughout = set(before) & set(ComplaintRecord.objects.values_list("pk", flat=True))
    if said is None:
        assert sorted(found) == before, "one page"
        return
    if said["complete"]:
        assert all(found.count(pk) == 1 for pk in throughout)
    if said["changed_since_start"] is False:
        assert sorted(found) == before and said["changed"] == []
    if ordering.endswith("id") or not any(kind == "update" for page in edits for kind, _n, _v in page):
        assert said["complete"], "what is added or removed moves no other record"
    if not any(edits):
        assert said["changed_since_start"] is False
    assert said["changed_since_start"] is not None


@pytest.fixture
def dataset(alpha, ada):
    made = make_dataset(alpha, by=ada)
    import_bytes(made, csv_of(letters(6)), by=ada)
    return made


@pytest.fixture
def client(client_of, ada):
    return client_of(ada)


def moved(*rows):
    """A later file in which these letters have other days."""
    return csv_of([f"L{n:05d},{day},Letter {n},The office did not answer,Upheld" for n, day in rows])


def ids_by_reference():
    return dict(ComplaintRecord.objects.filter(dataset__slug="letters").values_list("reference", "id"))


def test_an_import_that_moves_records_between_two_pages_is_said_and_named(client, dataset, ada):
    ids = ids_by_reference()
    later = moved((1, "2030-01-01"), (6, "2001-01-01"))
    found, said = walk(
        client, "ordering=received_on&page_size=3", [lambda: import_bytes(dataset, later, name="later.csv", by=ada)]
    )

    assert (found.count(ids["L00001"]), found.count(ids["L00006"])) == (2, 0)
    assert (said["complete"], said["changed_since_start"]) == (False, True)
    assert sorted(said["changed"]) == sorted([ids["L00001"], ids["L00006"]])


def test_the_same_import_leaves_a_walk_by_id_complete(client, dataset, ada):
    ids = ids_by_reference()
    later = moved((1, "2030-01-01"), (6, "2001-01-01"), (7, "2001-01-01"))
    found, said = walk(
        client, "ordering=id&page_size=3", [lambda: import_bytes(dataset, later, name="later.csv", by=ada)]
    )

    assert [pk for pk in found if pk in ids.values()] == sorted(ids.values())
    assert (said["complete"], said["changed_since_start"]) == (True, True)
    assert sorted(said["changed"]) == sorted(pk for name, pk in ids_by_reference().items() if name[-1] in "167")


def test_an_undo_between_two_pages_is_said(client, dataset, ada):
    run = import_bytes(dataset, csv_of(letters(2, first=7)), name="later.csv", by=ada)
    found, said = walk(client, "ordering=id&page_size=7", [lambda: undo(run, ada)])

    assert len(found) == 7, "one of the removed records had been read"
    assert (said["complete"], said["changed_since_start"], said["changed"]) == (True, True, [])


def test_an_undo_that_removes_all_records_of_a_dataset_is_said_without_a_count(client, dataset, alpha, ada):
    other = make_dataset(alpha, slug="other", by=ada)
    run = import_bytes(other, csv_of(letters(3)), by=ada)
    found, said = walk(client, "ordering=-id&page_size=2&count=none", [lambda: undo(run, ada)])

    assert len(found) == 2 + 6
    assert (said["complete"], said["changed_since_start"]) == (True, True)


def test_a_first_load_and_an_erasure_between_two_pages_are_said_without_a_count(client, dataset, alpha, ada):
    other = make_dataset(alpha, slug="other", by=ada)
    query = "ordering=received_on&page_size=3&count=none"
    _found, loaded = walk(client, query, [lambda: import_bytes(other, csv_of(letters(3)), by=ada)])
    _found, erased = walk(
        client,
        query,
        [lambda: erase(kind="complaint-record", key="letters/L00001", ground="personal-request", by=ada)],
    )

    assert (loaded["complete"], loaded["changed_since_start"]) == (True, True), "new records move no other"
    assert (erased["complete"], erased["changed"]) == (False, [ids_by_reference()["L00001"]])


def test_changes_of_records_that_the_list_does_not_have_are_none_of_it(client, dataset, alpha, ada):
    other = make_dataset(alpha, slug="other", by=ada)
    import_bytes(other, csv_of(letters(2)), by=ada)
    _found, said = walk(
        client,
        "ordering=received_on&page_size=3&dataset=letters",
        [lambda: import_bytes(other, moved((1, "2030-01-01")), name="later.csv", by=ada)],
    )

    assert (said["complete"], said["changed_since_start"], said["changed"]) == (True, False, [])


def test_the_page_of_records_says_that_they_changed_and_leads_to_the_first_page(client, dataset, ada):
    first = client.get("/complaint-records/?page_size=3")
    following = first.context["listing"].next_url
    before = client.get(following).content.decode()
    import_bytes(dataset, moved((1, "2001-01-01")), name="later.csv", by=ada)
    after = client.get(following).content.decode()

    assert "The list has changed since you opened its first page" not in before
    assert "The list has changed since you opened its first page" in after
    assert 'href="/complaint-records/?page_size=3"' in after


def test_records_that_changed_are_found_by_their_index(dataset, ada):
    """However many records there are: the plan reads those that changed."""
    records = ComplaintRecord.objects.visible_to(ada).with_days_open()
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        plan = changed_since(records, 100).order_by().values_list("pk", "is_new")[:1001].explain()
        cursor.execute("RESET enable_seqscan")

    assert "_changed_in" in plan
