"""Reads from a real streaming replica that lags, refuses, stops and is promoted: no answer is wrong."""

import shutil
import tempfile
from contextlib import closing
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import psycopg2
import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test.utils import CaptureQueriesContext
from psycopg2 import extensions

from accounts.models import AuditEvent
from imports.actions import edit_dataset
from lipse_site.frozen_database import do_not_wait
from rest import replica
from tests.factories.casestudies import make_case_study
from tests.factories.complaints import load_records, make_dataset
from tests.standby import Standby

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]
RECORDS, CASES, DATASETS = "/api/v1/complaint-records/", "/api/v1/case-studies/", "/api/v1/datasets/"


def keep_the_log():
    """Other tests write meanwhile. A replica that was stopped finds what it has not received, for 2 GB."""
    with closing(psycopg2.connect(host=settings.EMBEDDED.sockets, user="lipse", dbname="postgres")) as primary:
        primary.autocommit = True
        with primary.cursor() as cursor:
            cursor.execute("ALTER SYSTEM SET wal_keep_size = '2GB'")
            cursor.execute("SELECT pg_reload_conf()")


def made():
    keep_the_log()
    folder = Path(tempfile.mkdtemp(prefix="lipse-standby-"))
    folder.chmod(0o755)
    server = Standby(folder, f"host={settings.EMBEDDED.sockets} port=5432 user=lipse")
    server.start()
    return server


def removed(server):
    server.remove()
    shutil.rmtree(server.layout.data_dir, ignore_errors=True)


@pytest.fixture(scope="module")
def kept(django_db_setup):
    server = made()
    yield server
    removed(server)


@pytest.fixture
def standby(kept, transactional_db, monkeypatch):
    """The replica, up to date and configured, with a lag that no loaded machine reaches by itself."""
    yield from configured(kept, monkeypatch)


@pytest.fixture
def own_standby(transactional_db, monkeypatch):
    """A replica that the test may promote."""
    server = made()
    yield from configured(server, monkeypatch)
    removed(server)


def configured(server, monkeypatch):
    ours = connections.settings["default"]
    monkeypatch.setattr(settings, "REPLICA_MAX_LAG", 3600)
    monkeypatch.setitem(
        connections.settings, replica.ALIAS,
        ours | {"ENGINE": "django.db.backends.postgresql", "HOST": server.host, "NAME": ours["NAME"]},
    )  # fmt: skip
    # Of every thread: exports are read in one of their own.
    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", connected)
    forgetting(monkeypatch)
    caught_up(server)
    yield server
    connections[replica.ALIAS].close()
    del connections[replica.ALIAS]
    if server.is_alive() and server.sql("SELECT pg_is_in_recovery()"):
        server.resume()


def connected(wrapper):
    """What Django does, which lets a test connect only to the databases that its class names."""
    if wrapper.connection is None:
        with wrapper.wrap_database_errors:
            wrapper.connect()


def forgetting(monkeypatch):
    """The process knows nothing yet of either server."""
    monkeypatch.setattr(replica, "_known", replica._Known())


def value(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def caught_up(server):
    """It shows all that is there now, which the process then finds recent enough for as long as the lag is."""
    replica.state()
    server.catch_up(value)


def paused(server):
    """It shows all that is there now and nothing later."""
    caught_up(server)
    server.pause()


def asked(client, address, **options):
    """The answer, and whether it was read from the replica."""
    with CaptureQueriesContext(connections[replica.ALIAS]) as there:
        answer = client.get(address, **options)
    return answer, len(there) > 1


def test_lists_pages_and_exports_are_read_from_the_replica(standby, alpha, ada, client_of, monkeypatch):
    dataset = make_dataset(alpha)
    [pk] = load_records(dataset, [{"finding": "upheld"}])
    case_study = make_case_study(ada)
    caught_up(standby)
    client, failures = client_of(ada), []
    monkeypatch.setattr(replica, "_note_failure", failures.append)
    addresses = (
        "/", "/complaint-records/", f"/complaint-records/{pk}/", "/datasets/", f"/datasets/{dataset.slug}/",
        "/case-studies/", f"/case-studies/{case_study.slug}/", f"/case-studies/{case_study.slug}/history/", "/events/",
        "/organisations/", f"/organisations/{alpha.slug}/", "/vocabularies/", "/questionnaires/",
        RECORDS, f"{RECORDS}?search=canal&count=exact", f"{RECORDS}{pk}/", f"{RECORDS}facets/?field=finding",
        f"{RECORDS}export/?format=csv", CASES, f"{CASES}{case_study.slug}/", "/api/v1/events/",
        "/api/v1/contributions/", DATASETS, f"{DATASETS}{dataset.slug}/", "/api/v1/organisations/",
        "/api/v1/policy-sectors/", "/api/v1/places/",
        "/api/v1/questionnaires/", "/api/v1/waves/", "/api/v1/responses/", "/api/v1/survey-variables/",
    )  # fmt: skip

    found = {address: asked(client, address) for address in addresses}

    assert {address: (answer.status_code, there) for address, (answer, there) in found.items()} == dict.fromkeys(
        addresses, (200, True)
    )
    assert failures == []


def test_what_others_wrote_may_be_missing_for_the_lag(standby, alpha, client):
    dataset = make_dataset(alpha)
    load_records(dataset, [{"reference": "early"}])
    paused(standby)
    load_records(dataset, [{"reference": "late"}])

    answer, there = asked(client, RECORDS)

    assert there
    assert [row["reference"] for row in answer.json()["results"]] == ["early"]


def test_nothing_is_older_than_the_lag(standby, alpha, client, monkeypatch):
    monkeypatch.setattr(settings, "REPLICA_MAX_LAG", 1)
    # Every look at this clock is two seconds after the last.
    clock = SimpleNamespace(monotonic=count(1000.0, 2.0).__next__)
    monkeypatch.setattr(replica, "time", clock)
    forgetting(monkeypatch)
    dataset = make_dataset(alpha)
    load_records(dataset, [{"reference": "early"}])
    paused(standby)
    load_records(dataset, [{"reference": "late"}])

    answer, there = asked(client, RECORDS)

    assert not there
    assert {row["reference"] for row in answer.json()["results"]} == {"early", "late"}


@pytest.mark.parametrize("way", ["session", "token"])
def test_who_writes_reads_what_they_wrote_and_others_do_so_after_the_lag(
    standby, ada, rita, client_of, api_client, token_for, way
):
    headers = {"HTTP_AUTHORIZATION": f"Bearer {token_for(ada)}"} if way == "token" else {}
    writer, reader = (api_client if way == "token" else client_of(ada)), client_of(rita)
    body = {"slug": "quay", "working_title": "Quay", "country": "NL"}
    reader.get(CASES)
    paused(standby)

    made_there = writer.post(CASES, body, content_type="application/json", **headers) if way == "session" else (
        writer.post(CASES, body, format="json", **headers)
    )  # fmt: skip
    own, own_there = asked(writer, CASES, **headers)
    page, page_there = asked(client_of(ada), "/case-studies/")
    _others, others_there = asked(reader, CASES)

    assert made_there.status_code == 201, made_there.content
    assert (own_there, page_there, others_there) == (False, False, True)
    assert len(own.json()["results"]) == 1
    assert b"Quay" in page.content
    standby.resume()
    caught_up(standby)
    again, there = asked(writer, CASES, **headers)
    assert there
    assert len(again.json()["results"]) == 1


def test_access_that_was_taken_away_is_gone_at_once(standby, alpha, bob, charlie, client_of):
    dataset = make_dataset(alpha, slug="letters")
    load_records(dataset, [{}])
    stranger = client_of(charlie)
    paused(standby)
    before, before_there = asked(stranger, RECORDS)

    edit_dataset(dataset=dataset, by=bob, access="restricted")
    after, after_there = asked(stranger, RECORDS)

    assert (before_there, after_there) == (True, False)
    assert (len(before.json()["results"]), len(after.json()["results"])) == (1, 0)


def test_a_membership_that_ended_takes_rows_and_tokens_at_once(standby, alpha, rita, client_of, token_for, client):
    load_records(make_dataset(alpha, access="restricted", narrative_access="restricted"), [{}])
    token, reader = token_for(rita), client_of(rita)
    paused(standby)
    before, _there = asked(reader, RECORDS)

    rita.memberships.all().delete()
    after, there = asked(reader, RECORDS)
    by_token, _there = asked(client, RECORDS, HTTP_AUTHORIZATION=f"Bearer {token}")

    assert (len(before.json()["results"]), len(after.json()["results"])) == (1, 0)
    assert there
    assert by_token.status_code == 401


def test_what_a_read_records_is_written_to_the_primary(standby, alpha, bob, client_of):
    dataset = make_dataset(alpha, access="public", narrative_access="restricted")
    [pk] = load_records(dataset, [{"narrative": "The roof leaks."}])
    caught_up(standby)

    answer, there = asked(client_of(bob), f"/complaint-records/{pk}/")

    assert there
    assert b"The roof leaks." in answer.content
    assert AuditEvent.objects.filter(action="letter.read", target_id=pk, actor=bob).count() == 1


def test_what_only_the_primary_knows_is_asked_there(standby, alpha, client):
    load_records(make_dataset(alpha), [{}])
    caught_up(standby)

    changed = client.get(f"{RECORDS}?updated_since=2020-01-01T00:00:00Z")
    feed, feed_there = asked(client, "/api/v1/changes/?since=start")

    assert changed.status_code == 200
    assert changed.json()["updated_until"]
    assert len(changed.json()["results"]) == 1
    assert not feed_there
    assert len(feed.json()["results"]) > 1


def test_a_read_that_the_replica_breaks_off_is_done_again_on_the_primary(standby, alpha, client):
    load_records(make_dataset(alpha), [{}])
    caught_up(standby)
    ended = []

    def end_it(execute, sql, params, many, context):
        if "complaints_complaintrecord" in sql and not ended:
            ended.append(sql)
            standby.sql("SELECT pg_terminate_backend(%s, 5000)", context["connection"].connection.info.backend_pid)
        return execute(sql, params, many, context)

    with connections[replica.ALIAS].execute_wrapper(end_it):
        answer = client.get(RECORDS)

    assert ended
    assert answer.status_code == 200
    assert len(answer.json()["results"]) == 1


def test_reads_go_on_when_the_replica_stops_and_return_to_it(standby, alpha, client, monkeypatch):
    load_records(make_dataset(alpha), [{}])
    caught_up(standby)
    assert asked(client, RECORDS)[1]

    standby.stop()
    stopped = [client.get(address) for address in (RECORDS, RECORDS, "/complaint-records/")]
    standby.start()
    forgetting(monkeypatch)
    caught_up(standby)
    answer, there = asked(client, RECORDS)

    assert [one.status_code for one in stopped] == [200, 200, 200]
    assert len(stopped[0].json()["results"]) == 1
    assert there
    assert len(answer.json()["results"]) == 1


def test_a_replica_that_was_promoted_is_not_read_from(own_standby, alpha, client):
    load_records(make_dataset(alpha), [{"reference": "ours"}])
    caught_up(own_standby)
    assert asked(client, RECORDS)[1]

    own_standby.promote()
    own_standby.sql(
        "DELETE FROM complaints_complaintrecord WHERE true", database=connections.settings["default"]["NAME"]
    )
    answer, _there = asked(client, RECORDS)

    assert [row["reference"] for row in answer.json()["results"]] == ["ours"]
    assert replica.state()[0] is replica.State.PROMOTED
    assert [message.id for message in checked()] == ["lipse_site.W003"]


def test_the_check_says_nothing_of_a_replica_that_is_used_and_why_another_is_not(standby, alpha):
    assert checked() == []

    standby.pause()
    make_dataset(alpha)
    replica.remember_write(replica.EVERYONE)
    [message] = checked()

    assert message.id == "lipse_site.W003"
    assert "behind" in message.msg


def checked():
    messages = run_checks(tags=["database"], databases=["default", replica.ALIAS])
    return [message for message in messages if message.id == "lipse_site.W003"]


def test_a_replica_that_falls_silent_takes_no_patience_from_the_primary(standby):
    wait = do_not_wait()
    try:
        wait.__self__.silent_until[connections[replica.ALIAS].get_new_connection(
            connections[replica.ALIAS].get_connection_params()
        ).dsn] = float("inf")  # fmt: skip
        assert value("SELECT 1 FROM pg_sleep(0.5)") == 1
    finally:
        extensions.set_wait_callback(None)


def test_without_a_replica_a_read_costs_no_statement_more(django_assert_num_queries, rf, ada):
    request = rf.get("/")
    request.user = ada

    with django_assert_num_queries(0):
        assert replica.may_lag(lambda asked: asked)(request) is request
        replica.remember_write(replica.EVERYONE)
