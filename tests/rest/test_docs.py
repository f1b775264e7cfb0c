"""The pages of the API are made of the OpenAPI document and need no script."""

import html
import json
import re
import subprocess
import sys

import pytest

from rest.examples import Call, example_path, in_curl, in_python, in_r
from rest.reference import groups_of
from rest.schema import document
from tests.factories.complaints import load_records, make_dataset
from tests.markup import squeezed


def test_the_start_page_names_every_operation(client, db):
    page = squeezed(client.get("/api/v1/docs/").content.decode())
    for path, methods in document()["paths"].items():
        for method in methods:
            assert f"{method.upper()} {path}" in page


def test_each_group_describes_each_parameter_and_member(client, db):
    for group, operations in groups_of(document()).items():
        page = client.get(f"/api/v1/docs/{group}/")
        assert page.status_code == 200
        text = page.content.decode()
        for operation in operations:
            entries = [*operation.in_path, *operation.filters, *operation.paging, *operation.body, *operation.answer]
            missing = [entry.name for entry in entries if f"<code>{entry.name}</code>" not in text]
            assert not missing, f"{operation.method} {operation.path}: {missing}"


def test_no_operation_is_described_by_names_of_the_code(db):
    texts = {operation.text for operations in groups_of(document()).values() for operation in operations}
    assert all(texts)
    assert not [text for text in texts if "serializer_class" in text or "perform_create" in text]


def test_lookups_of_a_column_are_listed_together(db):
    filters = {entry.name: entry for entry in groups_of(document())["organisations"][0].filters}
    assert "country__in" not in filters
    assert "__in" in filters["country"].lookups
    assert "NL" in filters["country"].choices


def test_an_unknown_group_is_not_found(client, db):
    assert client.get("/api/v1/docs/nothing/").status_code == 404


@pytest.mark.parametrize("body", [{"title": "it's “new”"}, {"yes": True, "none": None}])
def test_the_body_of_an_example_is_what_curl_would_send(body):
    line = in_curl(Call("PATCH", "http://h/", "application/json", body))
    script = f"curl() {{ printf '%s\\0' \"$@\"; }}; {line}"
    sent = subprocess.run(["sh", "-c", script], capture_output=True, check=True, text=True).stdout.split("\0")
    assert json.loads(sent[sent.index("-d") + 1]) == body
    assert "PATCH" in sent


def test_the_python_example_runs_unchanged(api_client, live_server, rita, token_for):
    code = in_python(Call("GET", f"{live_server.url}/api/v1/me/"))
    environment = {"LIPSE_TOKEN": token_for(rita)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert "'username': 'rita'" in done.stdout, done.stderr


def test_addresses_of_examples_name_what_to_fill_in():
    assert example_path("/api/v1/events/{pk}/") == "/api/v1/events/ID/"
    assert 'req_method("PUT")' in in_r(Call("PUT", "http://h/", "application/octet-stream"))


def test_the_start_page_explains_searches_and_each_of_its_examples_is_read_so(client, alpha):
    texts = {"roof": "The roof leaks", "both": "A damp flat, repairs came late", "mould": "Mould behind the wall"}
    dataset = make_dataset(alpha, access="public", narrative_access="public")
    load_records(dataset, [{"reference": name, "subject": text, "language": "en"} for name, text in texts.items()])
    page = squeezed(client.get("/api/v1/docs/").content.decode())
    explained = page.partition("<dt>Search</dt>")[2].partition("</dd>")[0]
    examples = [html.unescape(one).removeprefix("search=") for one in re.findall("<code>(.*?)</code>", explained)]
    found = {}
    for example in examples[:-1]:
        answer = client.get("/api/v1/complaint-records/", {"search": example, "fields": "reference"}).json()
        found[example] = {row["reference"] for row in answer["results"]}
    assert examples[-1] in answer
    assert found == {
        "damp repairs": {"both"}, '"damp flat"': {"both"}, "mould OR damp": {"both", "mould"},
        "-mould": {"both", "roof"}, "NOT mould": {"both", "roof"}, "repair*": {"both"}, "=repairs": {"both"},
    }  # fmt: skip
