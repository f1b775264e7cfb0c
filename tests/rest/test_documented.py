"""What the API answers is what the OpenAPI document says of it, for rows where little was filled in."""

import pytest
from jsonschema import Draft202012Validator

from coding.actions import codings, queue
from coding.actions.codebooks import create_codebook
from coding.actions.codings import NewCoding
from coding.models import Adjudication
from rest.schema import document
from tests.factories.casestudies import make_case_study, make_event, make_note
from tests.factories.coding import make_round
from tests.factories.complaints import load_records
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset
from tests.factories.surveys import make_wave

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
