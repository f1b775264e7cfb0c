"""Requests that are made to be wrong or to cost much get a clear answer, and cost little."""

import importlib
import pkgutil
import re
import signal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rest.fields import LONGEST_SEARCH, MOST_MEMBERS
from tests.factories.complaints import load_records, make_dataset
from tests.factories.imports import csv_of, import_bytes, letters
from tests.factories.imports import make_dataset as make_empty_dataset
from tests.house.code import ROOMS

RECORDS = "/api/v1/complaint-records/"
FORM = "application/x-www-form-urlencoded"
# Far more than any of these costs, on any machine.
CPU_SECONDS = 5


@pytest.fixture
def records(alpha):
    return load_records(make_dataset(alpha, access="consortium"), [{"country": c} for c in ("NL", "BE", "DK", "FR")])


@pytest.fixture
def limited():
    """At most CPU_SECONDS of this process's time, so that a loaded machine does not matter."""

    def too_long(_number, _frame):
        raise AssertionError(f"It took more than {CPU_SECONDS} seconds of computing.")

    before = signal.signal(signal.SIGVTALRM, too_long)
    signal.setitimer(signal.ITIMER_VIRTUAL, CPU_SECONDS)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


def code_of(answer, field=None):
    assert answer["Content-Type"] == "application/problem+json"
    assert field is None or [error["field"] for error in answer.json()["errors"]] == [field]
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


def asked_by_form(client, address, **parameters):
    """A GET with more parameters than an address can have."""
    return client.post(address, "&".join(f"{n}={v}" for n, v in parameters.items()), content_type=FORM,
                       headers={"X-HTTP-Method-Override": "GET"})  # fmt: skip


def cursor_of(client, **parameters):
    answer = client.get(RECORDS, {"page_size": 1, **parameters})
    return answer.json()["next"].rpartition("cursor=")[2]


def changed(cursor, place):
    letter = "A" if cursor[place] != "A" else "B"
    return cursor[:place] + letter + cursor[place + 1 :]


@pytest.mark.parametrize("forge", [
    lambda cursor: changed(cursor, -2), lambda cursor: changed(cursor, 3), lambda cursor: cursor.partition(".")[0],
    lambda cursor: cursor + "A", lambda _cursor: "eyJ.AAAA", lambda _cursor: "A" * 10_000, lambda _cursor: "٣" * 50,
    lambda cursor: "." + cursor.partition(".")[2],
])  # fmt: skip
def test_a_cursor_with_a_changed_letter_is_refused(client_of, rita, records, forge):
    client = client_of(rita)
    answer = asked_by_form(client, RECORDS, page_size=1, cursor=forge(cursor_of(client)))
    assert code_of(answer, "cursor") == (400, "bad_cursor")


@pytest.mark.parametrize("other", [{"country": "NL"}, {"ordering": "-id"}, {"search": "damp"}])
def test_a_cursor_of_another_filter_or_order_is_refused(client_of, rita, records, other):
    client = client_of(rita)
    answer = client.get(RECORDS, {"page_size": 1, "cursor": cursor_of(client), **other})
    assert code_of(answer, "cursor") == (400, "bad_cursor")


def test_a_cursor_of_another_list_is_refused(client_of, rita, records):
    client = client_of(rita)
    answer = client.get("/api/v1/organisations/", {"cursor": cursor_of(client)})
    assert code_of(answer, "cursor") == (400, "bad_cursor")


def test_a_cursor_shows_another_person_only_what_that_person_can_read(client_of, rita, charlie, alpha):
    dataset = make_dataset(alpha, slug="hidden", access="restricted")
    load_records(dataset, [{"subject": "zqbhidden"}, {"subject": "zqbhidden"}])
    cursor = cursor_of(client_of(rita))
    answer = client_of(charlie).get(RECORDS, {"page_size": 1, "cursor": cursor})
    assert answer.status_code in (200, 400)
    assert "zqbhidden" not in answer.content.decode()


def test_a_cursor_is_clear_about_what_an_undo_has_removed(client_of, ada, alpha):
    run = import_bytes(make_empty_dataset(alpha, by=ada), csv_of(letters(6)), by=ada)
    client = client_of(ada)
    cursor = cursor_of(client)
    assert client.post(f"/api/v1/imports/{run.pk}/undo/", {}, content_type="application/json").status_code == 202
    answer = client.get(RECORDS, {"page_size": 1, "cursor": cursor})
    assert answer.status_code in (200, 400)
    assert answer.status_code == 400 or answer.json()["next"] is None or answer.json()["results"]


@pytest.mark.parametrize("parameter", ["search", "respondent", "fields", "ordering", "country", "cursor", "nothing"])
@pytest.mark.parametrize(
    "text", ["a" * 10_000, "a " * 5_000, "a OR " * 2_000 + "a", ",".join(["a"] * 5_000), '"' * 9_999]
)
def test_ten_kilobytes_of_a_parameter_are_answered_at_little_cost(client_of, rita, records, limited, parameter, text):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = asked_by_form(client_of(rita), RECORDS, **{parameter: text})
    assert answer.status_code in (200, 400)
    assert len(asked) < 30
    assert answer.status_code == 200 or len(answer.content) < 40_000


def test_a_search_has_a_length_that_is_said(client_of, rita, records):
    client = client_of(rita)
    longest = "a " * (LONGEST_SEARCH // 2 - 1) + "a"
    found = asked_by_form(client, RECORDS, search=longest)
    assert found.status_code == 200, found.content[:500]
    answer = asked_by_form(client, RECORDS, search=f"{longest} a")
    assert code_of(answer, "search") == (400, "max_length")
    assert f"{LONGEST_SEARCH}" in answer.json()["detail"]


@pytest.mark.parametrize("address", [RECORDS, "/api/v1/places/", "/api/v1/codings/"])
@pytest.mark.parametrize("parameter", ["id__in", "country__in", "country__not", "code__in"])
def test_a_list_of_a_hundred_thousand_members_is_refused_at_little_cost(client_of, rita, limited, address, parameter):
    members = ",".join(map(str, range(100_000)))
    answer = asked_by_form(client_of(rita), address, **{parameter: members})
    status, code = code_of(answer, parameter)
    assert status == 400
    assert code in ("too_many_members", "unknown_parameter")


def test_a_list_can_have_many_members(client_of, rita, records):
    members = ",".join(f"r{number}" for number in range(MOST_MEMBERS))
    answer = asked_by_form(client_of(rita), RECORDS, respondent__in=members)
    assert answer.status_code == 200
    assert answer.json()["results"] == []


@pytest.mark.parametrize("names", [
    "dataset.organisation", "dataset__organisation__people__password", "provenance.import", "a" * 999, "*", "id.id.id",
    ",".join(f"f{number}" for number in range(300_000)),
])  # fmt: skip
def test_fields_are_the_names_of_the_list_and_nothing_below_them(client_of, rita, records, limited, names):
    answer = asked_by_form(client_of(rita), RECORDS, fields=names)
    assert code_of(answer, "fields") == (400, "unknown_field")
    assert len(answer.content) < 40_000


def test_a_field_that_is_named_often_is_there_once(client_of, rita, records, limited):
    answer = asked_by_form(client_of(rita), RECORDS, fields=",".join(["id"] * 300_000))
    assert [list(row) for row in answer.json()["results"]] == [["id"]] * 4


# What makes a pattern try many ways: repeated letters, separators and openings that never end.
BOMBS = ["Wonderful customer service yesterday afternoon!",
         "a" * 20_000 + "!", "a " * 10_000 + "!", "1" * 20_000 + "x", "<" * 20_000, "<a" * 10_000, "a.a-" * 5_000 + "!",
         " " * 20_000 + "x", "\n" * 20_000 + "x", "(" * 20_000, "&a" * 10_000, "a, " * 7_000 + "!", "." * 20_000 + "x",
         "1 1," * 5_000 + "x", '"' * 20_001, "A1-" * 7_000, "@a." * 7_000, "1-" * 10_000 + "x"]  # fmt: skip


# They do something when they are imported.
PROGRAMS = ("_child", ".child", ".__main__", ".gunicorn", ".wsgi", ".probe")


def patterns():
    """(module and name, pattern) of each regular expression that a room keeps."""
    for room in ROOMS:
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            if ".migrations" in module.name or module.name.endswith(PROGRAMS):
                continue
            loaded = importlib.import_module(module.name)
            for name, value in vars(loaded).items():
                if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                    yield f"{module.name}.{name}", value


def test_no_pattern_takes_long_on_a_text_that_is_made_for_it():
    """Long texts come from files, notes and searches; each pattern has a second of computing for each of them."""
    slow, seen = [], 0
    before = signal.getsignal(signal.SIGVTALRM)

    class Slow(Exception):
        pass

    def too_long(_number, _frame):
        raise Slow

    signal.signal(signal.SIGVTALRM, too_long)
    for name, pattern in patterns():
        seen += 1
        for bomb in BOMBS:
            signal.setitimer(signal.ITIMER_VIRTUAL, 1)
            try:
                pattern.search(bomb)
                pattern.fullmatch(bomb)
            except Slow:
                slow.append(f"{name} on {bomb[:8]!r}")
                break
            finally:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)
    assert seen > 50
    assert not slow
