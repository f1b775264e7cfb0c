"""Exports that a worker makes: asked for, made once, downloaded in parts, and never a file that only looks complete."""

import errno
import hashlib
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts import actions as account_actions
from accounts.models import ApiToken
from exports import stored
from exports.actions import delete_export, start_export
from exports.jobs import EXPORTS
from exports.models import Export
from exports.writers import WRITERS
from imports.models import Dataset
from jobs.running import run
from tests.exports.asking import API, ask, content_of, made
from tests.exports.asking import RECORDS as LIST
from tests.exports.settled import is_settled
from tests.factories.complaints import load_records, make_dataset
from tests.waiting import until
from versions.models import UNDO_DAYS, Erasure

# Which codes blind coding hides depends on the person, so files with codes are shared by nobody.
WITHOUT_CODES = f"{LIST}?fields=id,subject,narrative"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_files_of_other_tests():
    shutil.rmtree(settings.EXPORTS_DIR, ignore_errors=True)


@pytest.fixture
def dataset(alpha):
    dataset = make_dataset(alpha, access="consortium", narrative_access="consortium")
    load_records(dataset, [{"subject": f"Roof {n}", "narrative": f"Rain\nno. {n}"} for n in range(25)])
    until(is_settled)
    return dataset


@pytest.fixture
def asking(client_of, rita, monkeypatch):
    """Rita's browser; nothing wakes a worker, so that the test works itself."""
    monkeypatch.setattr("exports.actions.wake_worker", lambda job: None)
    monkeypatch.setattr("exports.jobs.wake_worker", lambda job: None)
    return client_of(rita)


def files():
    return sorted(path.name for path in settings.EXPORTS_DIR.iterdir()) if settings.EXPORTS_DIR.is_dir() else []


@pytest.mark.parametrize("fmt", list(WRITERS))
def test_each_format_is_the_file_that_is_had_at_once(asking, dataset, fmt):
    export = made(asking, f"{LIST}?ordering=-received_on&search=roof&page_size=3", fmt)
    assert (export["state"], export["rows"], export["error"]) == ("finished", 25, None)
    answer = asking.get(export["file"])
    content = content_of(answer)
    assert len(content) == export["size"]
    assert hashlib.sha256(content).hexdigest() == export["sha256"]
    assert answer["Lipse-Rows"] == "25"
    assert f".{WRITERS[fmt].ending}" in answer["Content-Disposition"]
    if WRITERS[fmt].is_copied:
        assert content == content_of(asking.get(f"{LIST}export/?format={fmt}&search=roof"))


def test_the_413_of_an_export_at_once_leads_to_one_that_works(asking, dataset, monkeypatch):
    monkeypatch.setattr("exports.viewsets.LIMIT", 10)
    monkeypatch.setattr("exports.sending.LIMIT", 10)
    address = f"{LIST}export/?format=xlsx"
    refused = asking.get(address)
    assert refused.status_code == 413
    assert refused.json()["exports"] == API
    assert API in refused.json()["detail"]
    answer = ask(asking, address, "xlsx")
    run(EXPORTS, answer.json()["id"])
    assert asking.get(answer["Location"]).json()["rows"] == 25


def test_a_download_that_broke_off_is_resumed(asking, dataset):
    export = made(asking)
    whole = content_of(asking.get(export["file"], headers={"Accept-Encoding": "gzip"}))
    etag = asking.head(export["file"])["ETag"]
    for at in (*range(1, len(whole), len(whole) // 20), len(whole) - 1):
        part = asking.get(
            export["file"], headers={"Range": f"bytes={at}-", "If-Range": etag, "Accept-Encoding": "gzip"}
        )
        assert part.status_code == 206
        assert hashlib.sha256(whole[:at] + content_of(part)).hexdigest() == export["sha256"]


def test_the_same_request_again_is_the_same_export_until_the_rows_change(asking, dataset):
    export = made(asking, f"{LIST}?search=roof&country=NL")
    again = ask(asking, f"https://example.org{LIST}export/?format=xlsx&country=NL&search=roof&count=none")
    assert (again.status_code, again.json()["id"]) == (200, export["id"])
    load_records(make_dataset(dataset.organisation, access="consortium"), [{"subject": "Roof 99"}])
    later = ask(asking, f"{LIST}?search=roof&country=NL")
    assert later.status_code == 202
    assert later.json()["id"] != export["id"]


def test_two_people_with_the_same_rights_share_one_file(asking, dataset, client_of, bob):
    mine = made(asking, WITHOUT_CODES)
    theirs = made(client_of(bob), WITHOUT_CODES)
    assert theirs["id"] != mine["id"]
    assert theirs["sha256"] == mine["sha256"]
    assert len(files()) == 1
    asking.delete(f"{API}{mine['id']}/")
    EXPORTS.tidy()
    assert content_of(client_of(bob).get(theirs["file"]))


def test_who_may_read_other_rows_gets_another_file(asking, dataset, client_of, charlie):
    make_file = made(asking)
    Dataset.objects.filter(pk=dataset.pk).update(narrative_access="restricted")
    theirs = made(client_of(charlie))
    assert theirs["sha256"] != make_file["sha256"]
    assert b"Rain" not in content_of(client_of(charlie).get(theirs["file"]))


def test_of_two_equal_exports_the_later_waits_and_takes_the_file_over(asking, dataset, client_of, bob):
    first = ask(asking, WITHOUT_CODES).json()["id"]
    second = ask(client_of(bob), WITHOUT_CODES).json()["id"]
    run(EXPORTS, second)
    assert Export.objects.get(pk=second).state == "waiting"
    run(EXPORTS, first)
    run(EXPORTS, second)
    assert Export.objects.get(pk=second).state == "finished"
    assert len(files()) == 1


def test_nobody_else_finds_an_export(asking, dataset, client_of, ada, client):
    export = made(asking)
    for other in (client_of(ada), client):
        addresses = (f"{API}{export['id']}/", export["file"])
        assert [other.get(address).status_code for address in addresses] == [404, 404]
    assert client_of(ada).delete(f"{API}{export['id']}/").status_code == 404
    assert client.post(API, {"query": LIST, "format": "csv"}, content_type="application/json").status_code == 401


def refusal(answer):
    return answer.status_code, answer.json()["type"].removeprefix("urn:lipse:problem:")


def test_a_dataset_that_was_closed_meanwhile_closes_the_file(asking, dataset, charlie, client_of):
    theirs = made(client_of(charlie))
    Dataset.objects.filter(pk=dataset.pk).update(access="restricted", narrative_access="restricted")
    assert refusal(client_of(charlie).get(theirs["file"])) == (410, "export_closed")
    page = client_of(charlie).get(f"/exports/{theirs['id']}/")
    assert "no longer have access" in page.content.decode()
    assert client_of(charlie).get(f"/exports/{theirs['id']}/file/").status_code == 303


def test_letters_that_are_withheld_now_close_a_file_that_has_them_and_no_other(asking, dataset, charlie, client_of):
    client = client_of(charlie)
    with_letters, without = made(client), made(client, f"{LIST}?fields=id,subject")
    Dataset.objects.filter(pk=dataset.pk).update(narrative_access="restricted")
    assert refusal(client.get(with_letters["file"])) == (410, "export_closed")
    assert content_of(client.get(without["file"]))


def test_a_revoked_token_gets_nothing(asking, dataset, api_client, rita, token_for):
    header = {"HTTP_AUTHORIZATION": f"Bearer {token_for(rita, scope='read')}"}
    answer = api_client.post(API, {"query": LIST, "format": "jsonl"}, format="json", **header)
    assert answer.status_code == 202, "a token that only reads is enough"
    run(EXPORTS, answer.json()["id"])
    address = f"{API}{answer.json()['id']}/file/"
    assert content_of(api_client.get(address, **header))
    account_actions.revoke_token(token=ApiToken.objects.get(), by=rita)
    assert api_client.get(address, **header).status_code == 401


def test_an_expired_file_is_gone_and_its_description_stays(asking, dataset):
    export = made(asking)
    Export.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert refusal(asking.get(export["file"])) == (410, "export_expired")
    EXPORTS.tidy()
    assert files() == []
    shown = asking.get(f"{API}{export['id']}/").json()
    assert (shown["file"], shown["sha256"], shown["rows"]) == (None, export["sha256"], 25)
    assert export["sha256"] in asking.get(f"/exports/{export['id']}/").content.decode()


def test_a_file_that_was_lost_is_made_again(asking, dataset):
    lost = made(asking)
    shutil.rmtree(settings.EXPORTS_DIR)
    assert refusal(asking.get(lost["file"])) == (410, "export_expired")
    again = made(asking)
    assert again["id"] != lost["id"]
    assert again["sha256"] == lost["sha256"] == hashlib.sha256(content_of(asking.get(again["file"]))).hexdigest()


def test_a_file_from_before_an_erasure_is_gone(asking, dataset, bob):
    export, name = made(asking), files()[0]
    now = timezone.now()
    erasure = Erasure.objects.create(
        organisation=dataset.organisation, ground="redaction", erased_by=bob, by_username=bob.username, erased_at=now,
        final_at=now + timedelta(days=UNDO_DAYS),
    )  # fmt: skip
    assert refusal(asking.get(export["file"])) == (410, "export_before_erasure")
    assert asking.post(API, {"query": LIST, "format": "csv"}, "application/json").json()["id"] != export["id"]
    EXPORTS.tidy()
    assert name not in files()
    erasure.delete()
    assert content_of(asking.get(made(asking, fmt="jsonl")["file"]))


def test_a_list_that_has_no_rights_of_its_own_must_be_unchanged(asking, bob):
    answer = ask(asking, "/api/v1/comparisons/1/rows/")
    assert refusal(answer)[0] == 404


@pytest.mark.parametrize(
    ("query", "fmt", "code"),
    [
        ("/api/v1/policy-sectors/", "csv", "not_exported"),
        ("/complaint-records/", "csv", "not_exported"),
        ("nonsense", "csv", "not_exported"),
        ("/api/v1/complaint-records/facets/export/?field=finding", "csv", "not_exported"),
        (f"{LIST}?colour=red", "csv", "unknown_parameter"),
        (f"{LIST}?country=Atlantis", "csv", "invalid_choice"),
        (LIST, "docx", "invalid_choice"),
    ],
)
def test_what_cannot_be_exported_is_refused_at_once(asking, dataset, query, fmt, code):
    assert refusal(ask(asking, query, fmt)) == (400, code)
    assert not Export.objects.exists()


def test_a_filter_that_is_not_valid_any_more_is_said(asking, dataset):
    answer = ask(asking, f"{LIST}?dataset={dataset.slug}")
    Dataset.objects.filter(pk=dataset.pk).update(slug="renamed")
    run(EXPORTS, answer.json()["id"])
    shown = asking.get(answer["Location"]).json()
    assert (shown["state"], shown["error"]["code"]) == ("refused", "query_not_valid")
    assert "not valid any more" in shown["error"]["message"]
    assert refusal(asking.get(f"{answer['Location']}file/")) == (410, "export_without_file")


def test_a_value_that_the_format_cannot_contain_is_said_with_other_formats(asking, dataset):
    load_records(make_dataset(dataset.organisation), [{"subject": "x" * 33_000}])
    answer = ask(asking, fmt="xlsx")
    run(EXPORTS, answer.json()["id"])
    shown = asking.get(answer["Location"]).json()
    assert (shown["state"], shown["error"]["code"]) == ("refused", "format_unfit")
    assert "csv" in shown["error"]["message"]
    assert files() == []


def test_a_full_disk_leaves_no_file_and_is_said(asking, dataset, monkeypatch):
    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("exports.stored.os.fsync", full)
    answer = ask(asking)
    run(EXPORTS, answer.json()["id"])
    shown = asking.get(answer["Location"]).json()
    assert (shown["state"], shown["error"]["code"]) == ("failed", "disk_full")
    assert files() == []
    monkeypatch.undo()
    monkeypatch.setattr("exports.actions.wake_worker", lambda job: None)
    assert ask(asking).status_code == 202, "it can be started again"


def test_a_few_exports_of_a_person_at_a_time(asking, dataset, settings):
    statuses = [ask(asking, f"{LIST}?search=roof{n}").status_code for n in range(settings.EXPORTS_AT_ONCE + 1)]
    assert statuses == [*[202] * settings.EXPORTS_AT_ONCE, 429]
    assert ask(asking, f"{LIST}?search=roof0").status_code == 202, "the same again is no further one"


def test_one_that_runs_is_cancelled_and_one_that_ended_is_deleted(asking, dataset, rita):
    answer = ask(asking)
    assert asking.delete(answer["Location"]).status_code == 204
    run(EXPORTS, answer.json()["id"])
    assert asking.get(answer["Location"]).json()["state"] == "cancelled"
    assert files() == []
    assert asking.delete(answer["Location"]).status_code == 204
    assert asking.get(answer["Location"]).status_code == 404


def test_a_worker_that_was_overtaken_leaves_no_file(asking, dataset, monkeypatch):
    answer = ask(asking)
    pk = answer.json()["id"]
    store = stored.store

    def overtaken(*args):
        done = store(*args)
        Export.objects.filter(pk=pk).update(fence=99)
        return done

    monkeypatch.setattr("exports.jobs.stored.store", overtaken)
    run(EXPORTS, pk)
    assert files() == []
    assert Export.objects.get(pk=pk).sha256 == ""


def test_what_a_killed_worker_left_is_deleted_and_what_one_writes_is_not(asking, dataset):
    export = made(asking)
    waiting = ask(asking, fmt="jsonl").json()["id"]
    left, written = f"{export['id']}-{'0' * 32}.csv.part", f"{waiting}-{'1' * 32}.jsonl.part"
    for name in (left, written):
        stored.path_of(name).write_bytes(b"half")
    EXPORTS.tidy()
    assert left not in files()
    assert written in files()
    assert len(files()) == 2


def test_a_deleted_export_cannot_be_deleted_again(dataset, asking, rita):
    export = Export.objects.get(pk=made(asking)["id"])
    delete_export(export=export, by=rita)
    assert not Export.objects.exists()


def stage_and_total():
    try:
        return Export.objects.values_list("stage", "progress_total").get()
    finally:
        connection.close()


def test_progress_is_seen_while_rows_are_read_and_written(asking, dataset, monkeypatch):
    seen = []

    def look(making):
        # The connection that reads the rows sees the state of its beginning.
        with ThreadPoolExecutor(1) as executor:
            seen.append(executor.submit(stage_and_total).result())

    monkeypatch.setattr("exports.jobs._Making._written", look)
    made(asking, fmt="sav")
    assert (seen[0], len(seen)) == (("writing", 25), 25)


def test_a_real_worker_makes_it(worker, dataset, client_of, rita):
    client = client_of(rita)
    answer = ask(client, fmt="parquet")
    until(lambda: client.get(answer["Location"]).json()["state"] == "finished")
    export = client.get(answer["Location"]).json()
    assert hashlib.sha256(content_of(client.get(export["file"]))).hexdigest() == export["sha256"]


def test_its_pages_start_show_and_delete_it(asking, dataset, rita):
    assert "No exports yet" in asking.get("/exports/").content.decode()
    page = asking.get("/complaint-records/?country=NL").content.decode()
    assert "/exports/new/?query=%2Fapi%2Fv1%2Fcomplaint-records%2F%3Fcountry%3DNL" in page
    posted = asking.post("/exports/new/", {"query": f"{LIST}?country=NL", "format": "csv"})
    assert posted.status_code == 303
    pk = Export.objects.get().pk
    # A page that asks again has htmx; the answer to it does not bring it again.
    page, fragment = (asking.get(posted["Location"], headers=h).content.decode() for h in ({}, {"HX-Request": "true"}))
    assert [("job-progress" in one, "htmx.js" in one) for one in (page, fragment)] == [(True, True), (True, False)]
    run(EXPORTS, pk)
    shown = asking.get(posted["Location"]).content.decode()
    assert Export.objects.get().sha256 in shown
    assert "htmx.js" not in shown
    assert "Rows read at" in shown
    assert content_of(asking.get(f"/exports/{pk}/file/")).count(b"\r\n") == 26
    assert asking.post(f"/exports/{pk}/delete/").status_code == 303
    assert not Export.objects.exists()
    wrong = asking.post("/exports/new/", {"query": "/nothing/", "format": "csv"})
    assert wrong.status_code == 422
    assert "no address of a list" in wrong.content.decode()


def test_an_export_is_made_as_its_person_asked(asking, dataset, rita):
    export = start_export(query=LIST, fmt="jsonl", by=rita)
    assert export.query == f"{LIST}export/"
    assert export.cited("https://casebook.example") == ""


def test_the_codebook_of_an_export_and_of_a_query(asking, dataset):
    export = made(asking, f"{LIST}?fields=id,finding,days_open")
    address = f"{API}{export['id']}/codebook/"
    book = asking.get(address).json()
    assert [column["name"] for column in book["columns"]] == ["id", "finding", "days_open"]
    assert (book["rows"], book["sha256"]) == (25, export["sha256"])
    assert {"value": "upheld", "label": "Upheld"} in book["columns"][1]["labels"]
    ddi = asking.get(f"{address}?as=ddi")
    assert (ddi["Content-Type"], ddi.content.count(b"<var ")) == ("application/xml", 3)
    assert content_of(asking.get(f"{address}?as=csv")).startswith(b"\xef\xbb\xbfcolumn,label,type")
    assert refusal(asking.get(f"{address}?as=pdf")) == (400, "invalid_choice")
    before = asking.get(f"{API}codebook/?query={LIST}?fields=id,subject").json()
    assert [column["name"] for column in before["columns"]] == ["id", "subject"]
    assert refusal(asking.get(f"{API}codebook/?query=/nothing/")) == (400, "not_exported")
    assert address in asking.get(f"/exports/{export['id']}/").content.decode()
