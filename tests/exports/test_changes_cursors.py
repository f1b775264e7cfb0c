"""Cursors of the change feed: whose they are, of which database, and what a page costs."""

import json
from urllib.parse import parse_qs, urlencode, urlparse

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator

from complaints import partitions
from complaints.selectors import changes as record_changes
from exports import changes
from rest.schema import document
from tests.exports.conftest import OF_NEIGHBOURS
from tests.exports.copies import FEED, Copy
from tests.factories.casestudies import make_case_study
from tests.factories.complaints import BLANK, COLUMNS, load_records, make_dataset

pytestmark = pytest.mark.django_db(transaction=True)
FAR = 10**12


def since_of(answer):
    return parse_qs(urlparse(answer.json()["next"]).query)["since"][0]


def refusal(client, since, **others):
    answer = client.get(FEED, {"since": since, **others})
    assert answer.status_code == 400, answer.content
    return answer.json()["errors"][0]["code"]


def test_a_cursor_that_was_damaged_or_forged_is_refused(alpha, api_client):
    since = since_of(api_client.get(FEED))

    assert refusal(api_client, since[:-1]) == "bad_cursor"
    assert refusal(api_client, "x" * 10_000) == "bad_cursor"
    assert refusal(api_client, since.swapcase()) == "bad_cursor"


def test_the_cursor_of_another_person_is_refused(alpha, ada, charlie, api_client, client_of):
    since = since_of(client_of(ada).get(FEED))

    assert refusal(client_of(charlie), since) == "bad_cursor"
    assert refusal(api_client, since) == "bad_cursor"


def test_the_cursor_of_other_kinds_is_refused(alpha, api_client):
    since = since_of(api_client.get(FEED, {"kind": "event"}))

    assert refusal(api_client, since) == "bad_cursor"
    assert refusal(api_client, since, kind="case-study") == "bad_cursor"


def test_an_unknown_kind_or_include_is_refused_and_the_allowed_ones_are_named(alpha, api_client):
    kind = api_client.get(FEED, {"kind": "events"})
    include = api_client.get(FEED, {"include": "rows"})

    assert kind.status_code == include.status_code == 400
    assert "complaint-record" in kind.json()["errors"][0]["message"]
    assert include.json()["errors"][0]["code"] == "invalid_choice"


def test_a_cursor_of_a_page_size_serves_any_other(alpha, api_client):
    ids = load_records(make_dataset(alpha), [{}] * 5)
    since = since_of(api_client.get(FEED, {"since": "start", "kind": "complaint-record", "page_size": 2}))

    rest = api_client.get(FEED, {"since": since, "kind": "complaint-record", "page_size": 1000}).json()

    assert [entry["id"] for entry in rest["results"]] == ids[2:]


def test_a_cursor_goes_in_the_body_when_it_is_long(alpha, api_client):
    since = since_of(api_client.get(FEED))

    form, headers = "application/x-www-form-urlencoded", {"X-HTTP-Method-Override": "GET"}
    answer = api_client.post(FEED, urlencode({"since": since}), content_type=form, headers=headers)

    assert answer.status_code == 200 and answer.json()["results"] == []


def test_after_a_restore_old_cursors_are_refused_and_new_ones_miss_nothing(alpha, api_client, tmp_path, settings):
    """The backup is of a server whose transactions have larger numbers than this one will have for years."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    dataset = make_dataset(alpha)
    ids = load_records(dataset, [{}, {}])
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE complaints_complaintrecord DISABLE TRIGGER complaints_stamp_record")
        cursor.execute(f"UPDATE complaints_complaintrecord SET created_in = '{FAR}', changed_in = '{FAR}'")
        cursor.execute("ALTER TABLE complaints_complaintrecord ENABLE TRIGGER complaints_stamp_record")
        cursor.execute(f"UPDATE exports_change SET changed_in = '{FAR}'")
    since = since_of(api_client.get(FEED))
    call_command("backup", str(tmp_path / "backup.tar"))

    call_command("restore", str(tmp_path / "backup.tar"))
    copy = Copy(api_client, kinds=("dataset", "complaint-record"))
    copy.follow()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE complaints_complaintrecord SET subject = 'x' WHERE id = %s", [ids[0]])
        cursor.execute("UPDATE imports_dataset SET title = 'x'")

    assert refusal(api_client, since) == "cursor_of_another_database"
    assert [(entry["id"], entry["change"]) for entry in copy.follow()] == [
        (dataset.slug, "updated"), (ids[0], "updated"),
    ]  # fmt: skip


def test_a_cursor_from_a_standby_that_took_over_is_refused(alpha, api_client, monkeypatch):
    since = since_of(api_client.get(FEED))
    here = changes.horizon()
    monkeypatch.setattr(changes, "horizon", lambda: changes.Horizon(here.database + "1", here.below, here.unused))

    assert refusal(api_client, since) == "cursor_of_another_database"


def test_a_page_with_rows_is_as_the_openapi_document_says(alpha, ada, client_of):
    dataset = make_dataset(alpha)
    load_records(dataset, [{}])
    make_case_study(ada)
    client = client_of(ada)
    pages = [client.get(FEED, {"since": "start", "include": "row"}).json()]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE imports_dataset SET access = 'restricted', organisation_id = organisation_id")
        partitions.detach(cursor, dataset.pk)
    pages.append(client.get(pages[0]["next"]).json())
    answer = document()["paths"][FEED]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    schema = Draft202012Validator({**answer, "components": document()["components"]})

    assert [entry["id"] for page in pages for entry in page["results"]].count(None) == 1
    assert [error.message for page in pages for error in schema.iter_errors(page)] == []


# What a page costs ----------------------------------------------------------------------------------------------------


def statements_of(client, address):
    """How many statements the page takes, without those with which these tests wait for their neighbours."""
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(address)
    assert answer.status_code == 200
    return len([one for one in seen if one["sql"].strip() != OF_NEIGHBOURS.strip()])


def test_a_page_takes_as_many_statements_for_two_datasets_as_for_ten(alpha, ada, client_of):
    client = client_of(ada)
    for _number in range(2):
        load_records(make_dataset(alpha), [{}])
    make_case_study(ada)
    few = statements_of(client, client.get(FEED).json()["next"])
    for _number in range(8):
        load_records(make_dataset(alpha), [{}, {}])
        make_case_study(ada)
    many = statements_of(client, client.get(FEED).json()["next"])

    assert many == few


def fill(dataset, rows):
    """Records of a live dataset, ten changed by each transaction, in a random order."""
    values = ", ".join(
        {"dataset_id": str(dataset.pk), "reference": "g::text", "content_hash": "md5(g::text)::uuid", "amount": "NULL",
         "extra": "'{}'::jsonb"}.get(name) or _literal(BLANK[name])
        for name in COLUMNS
    )  # fmt: skip
    with connection.cursor() as cursor:
        table = partitions.ensure_partition(cursor, dataset.pk)
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(COLUMNS)}, changed_in)"
            f" SELECT {values}, (3 + g * 7919 %% {rows} / 10)::text::xid8 FROM generate_series(1, {rows}) g", []
        )  # fmt: skip
        cursor.execute(f"ANALYZE {table} (id, dataset_id, changed_in)")


def _literal(value):
    return "NULL" if value is None else f"'{value}'"


def nodes(plan):
    yield plan
    for one in plan.get("Plans", ()):
        yield from nodes(one)


def test_a_page_of_the_changes_of_100_000_records_reads_what_it_shows_by_index(alpha):
    datasets = [make_dataset(alpha) for _number in range(2)]
    for dataset in datasets:
        fill(dataset, 50_000)
    values = {
        "datasets": [dataset.pk for dataset in datasets], "since": ["3", "3"], "id": 0, "below": "3000",
        "horizon": str(FAR), "most": 100,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {record_changes._CHANGES}", values)
        found = cursor.fetchone()[0]
    [explained] = json.loads(found) if isinstance(found, str) else found
    scans = [
        node for node in nodes(explained["Plan"]) if node.get("Relation Name", "").startswith("complaints_record_")
    ]

    assert {node["Index Name"] for node in scans} == {
        f"{partitions.table_of(dataset.pk)}_changed_in" for dataset in datasets
    }
    assert sum(node["Actual Rows"] for node in scans) <= 2 * 101
