"""What the API answers is what the OpenAPI document says of it, for rows with all of it empty and all of it filled."""

import re
from urllib.parse import urlencode

import pytest
from django.urls import resolve
from jsonschema import Draft202012Validator

from coding.actions import codings, queue
from coding.actions.codebooks import create_codebook
from coding.actions.codings import NewCoding
from coding.models import Adjudication
from complaints.models import ComplaintRecord
from rest import explain
from rest.filters import PAGING
from rest.schema import document
from rest.viewsets import ReadViewSet
from tests.factories.casestudies import make_case_study, make_event, make_note
from tests.factories.coding import make_round
from tests.factories.complaints import load_records
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset
from tests.factories.surveys import make_wave
from tests.rest.stretched_rows import empty, fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(alpha, ada):
    """One of most things, each with nothing that can be left empty."""
    dataset = make_dataset(alpha, by=ada)
    import_bytes(dataset, csv_of(letters(30)), by=ada)
    import_bytes(dataset, b"\0\1\2", by=ada)
    load_records(make_dataset(alpha, slug="bare"), [{}])
    case_study = make_case_study(ada)
    make_event(case_study, ada)
    make_note(case_study, ada)
    create_codebook(organisation=alpha, values={"title": "Codes"}, by=ada)
    make_wave(ada, alpha)
    code_some(ada)


def code_some(ada):
    """A submission with codings and a retraction, one without, a draft, an adjudicated unit, a free assignment."""
    running = make_round(ada, [ada], texts=4)
    delay = running.codebook_version.codes.get(key="delay")
    for outcome in ("coded", "none-applies", None):
        assignment = queue.take_next(by=ada)
        made = codings.apply_code(assignment=assignment, coding=NewCoding(code=delay), by=ada)
        if outcome == "none-applies":
            codings.retract(coding=made, by=ada)
        if outcome:
            codings.submit(assignment=assignment, outcome=outcome, by=ada)
    Adjudication.objects.create(round_unit=assignment.round_unit)


def schema_of(path):
    """The schema of what a GET of the path answers; None where that is no JSON."""
    operation = document()["paths"].get(path, {}).get("get", {})
    answer = operation.get("responses", {}).get("200", {}).get("content", {}).get("application/json")
    return {**answer["schema"], "components": document()["components"]} if answer else None


def answered(browser, path):
    """The body of a good answer; None where it is refused, as it is without a parameter that it needs."""
    answer = browser.get(path)
    return answer.json() if answer.status_code == 200 else None


def things(path, body):
    """The address of each thing of a list, and its path in the document."""
    for row in body["results"]:
        for name, key in (("slug", "slug"), ("uuid", "uuid"), ("id", "id"), ("pk", "id")):
            template = f"{path}{{{name}}}/"
            if template in document()["paths"] and key in row:
                yield f"{path}{row[key]}/", template


def test_every_list_and_each_of_its_things_is_as_documented(client_of, ada, rows):
    browser, answers = client_of(ada), []
    for path in [path for path in document()["paths"] if "{" not in path and not path.endswith("/schema/")]:
        body = answered(browser, path) if schema_of(path) else None
        if isinstance(body, dict) and body.get("results"):
            answers.append((path, path, body))
            answers += [(address, of, answered(browser, address)) for address, of in things(path, body)]

    wrong = {
        f"{template} {error.json_path}: {error.message[:200]}"
        for _address, template, body in answers
        for error in Draft202012Validator(schema_of(template)).iter_errors(body)
    }
    templates = {template for _address, template, _body in answers}
    assert not wrong, "\n".join(sorted(wrong))
    assert len([path for path in templates if "{" not in path]) >= 10, templates
    assert len([path for path in templates if "{" in path]) >= 5, templates


def lists():
    """Path and viewset of each list of the document."""
    found = {}
    for path in document()["paths"]:
        if "{" not in path and "get" in document()["paths"][path]:
            view = getattr(resolve(path).func, "cls", None)
            if view and issubclass(view, ReadViewSet) and resolve(path).func.actions.get("get") == "list":
                found[path] = view
    return found


def wrong_in(path, body):
    errors = Draft202012Validator(schema_of(path)).iter_errors(body)
    return {f"{path} {error.json_path}: {error.message[:200]}" for error in errors}


@pytest.mark.parametrize("stretch", [empty, fill])
def test_each_list_is_as_documented_with_everything_empty_and_everything_filled(client_of, ada, rows, stretch):
    """Every other row is stretched, so that what refers to others finds some as they were."""
    browser, wrong, stretched, shown = client_of(ada), set(), set(), set()
    for view in lists().values():
        model = view.serializer_class.Meta.model
        for row in list(model._base_manager.order_by("pk"))[:6:2]:
            if stretch(row):
                stretched.add(model)

    for path, view in lists().items():
        answer = browser.get(path)
        assert answer.status_code == 200, f"{path}: {answer.content[:300]}"
        wrong |= wrong_in(path, answer.json())
        shown |= {view.serializer_class.Meta.model} if answer.json()["results"] else set()
        for address, template in things(path, answer.json()):
            wrong |= wrong_in(template, browser.get(address).json())

    assert not wrong, "\n".join(sorted(wrong))
    assert len(stretched & shown) >= 14, sorted(model.__name__ for model in stretched & shown)


def members_of(path):
    """The members of the rows of a list, and those that can be null."""
    name = schema_of(path)["$ref"].rpartition("/")[2]
    row = document()["components"]["schemas"][name]["properties"]["results"]["items"]["$ref"].rpartition("/")[2]
    properties = document()["components"]["schemas"][row]["properties"]
    return {
        name: not list(Draft202012Validator(_alone(schema)).iter_errors(None)) for name, schema in properties.items()
    }


def _alone(schema):
    return {**schema, "components": document()["components"]}


def test_what_can_be_null_of_records_is_seen_null_and_filled(client_of, ada, alpha):
    """The list that most people read: no member is said to be null that never is, and none is never filled."""
    dataset = make_dataset(alpha, by=ada, slug="both")
    import_bytes(dataset, csv_of(letters(4)), by=ada)
    first, second, *_others = ComplaintRecord.objects.order_by("pk")
    empty(first)
    fill(second)

    results = client_of(ada).get("/api/v1/complaint-records/?ordering=id").json()["results"]
    nullable = {name for name, can_be_null in members_of("/api/v1/complaint-records/").items() if can_be_null}
    assert nullable == {"amount", "received_on", "closed_on", "days_open"}
    assert {name for name in nullable if results[0][name] is None} == nullable
    assert not {name for name in nullable - {"days_open"} if results[1][name] is None}
    texts = {name for name, value in results[0].items() if value == ""}
    assert {"respondent", "category", "subject", "finding_raw", "country", "remedy"} <= texts
    assert not {name for name in texts if results[1][name] == ""}


def choices_of(path):
    """The parameters of a list with a fixed set of values."""
    found = {}
    for parameter in document()["paths"][path]["get"]["parameters"]:
        schema = parameter["schema"]
        if values := schema.get("enum", schema.get("items", {}).get("enum")):
            # This order needs a search.
            found[parameter["name"]] = [value for value in values if value.lstrip("-") != "relevance"]
    return found


def test_each_list_accepts_the_values_of_the_document_and_no_other(client_of, ada):
    browser, wrong, seen = client_of(ada), [], 0
    for path in lists():
        choices = choices_of(path)
        seen += len(choices)
        for place in (0, len(choices) // 2, -1):
            query = {name: values[place % len(values)] for name, values in choices.items()}
            whole = {name: ",".join(values) for name, values in choices.items() if name.endswith("__in")}
            answer = browser.post(path, urlencode(query | whole), content_type="application/x-www-form-urlencoded",
                                  headers={"X-HTTP-Method-Override": "GET"})  # fmt: skip
            wrong += [] if answer.status_code == 200 else [f"{path}: {answer.content[:500]}"]
        filters = choices.keys() - PAGING
        answer = browser.get(path, dict.fromkeys(filters, "no-such-value"))
        refused = {error["field"] for error in answer.json().get("errors", ())}
        wrong += [f"{path}?{name}=no-such-value is accepted" for name in filters - refused]
    assert not wrong, "\n".join(wrong)
    assert seen > 100


def test_each_media_type_that_an_operation_answers_with_can_be_asked_for(client):
    """Whether the path finds something is asked later than whether its answer can be what `Accept` says."""
    asked = [
        (re.sub(r"\{[^}]*\}", "1" * 64 if "sha256" in path else "1", path), media)
        for path, item in document()["paths"].items()
        for media in item.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
    ]
    assert {"text/csv; charset=utf-8", "image/webp"} <= {media for _path, media in asked}

    for path, media in asked:
        asking = {"explain": "1"} if media == explain.MEDIA_TYPE else {}
        assert client.get(path, asking, headers={"accept": media}).status_code != 406, f"{media} of {path}"
    assert client.get("/api/v1/case-studies/", headers={"accept": "text/csv"}).status_code == 406
