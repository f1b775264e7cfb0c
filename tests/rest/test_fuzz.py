"""Every operation of the OpenAPI document, with what it allows and what it does not, against the real thing."""

import json
from contextlib import suppress
from urllib.parse import urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.core import NotSet

from rest.schema import document

# Of each operation, allowed and not: enough to find a wrong shape, and few, as there are hundreds of operations.
EXAMPLES = 2
QUIET = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def send(client, case):
    query = urlencode(dict(case.query or {}), doseq=True)
    body = b"" if isinstance(case.body, NotSet) else json.dumps(case.body, default=str)
    answer = client.generic(case.method, f"{case.formatted_path}?{query}", body, content_type="application/json")
    if answer.streaming:
        # Read to its end, an answer closes its file, as it does for a real caller.
        answer.getvalue()
    return answer


def wrong_shape(operation, answer):
    """What of a good answer is not as the document says; empty when all is."""
    told = operation.definition.raw["responses"].get(str(answer.status_code), {})
    schema = told.get("content", {}).get("application/json", {}).get("schema")
    if schema is None or answer.headers.get("Content-Type") != "application/json":
        return []
    whole = {**schema, "components": document()["components"]}
    return [error.message[:300] for error in Draft202012Validator(whole).iter_errors(answer.json())]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_operation_fails_and_answers_are_as_documented(ada, client_of, mode):
    client = client_of(ada)
    client.raise_request_exception = False
    schema = schemathesis.openapi.from_dict(document())
    failures = []
    for found in schema.get_all_operations():
        operation = found.ok()
        _try(operation, mode, client, failures)
    assert not failures, "\n" + "\n".join(failures)


def _try(operation, mode, client, failures):
    @seed(20320)
    @QUIET
    @given(operation.as_strategy(generation_mode=mode))
    def once(case):
        answer = send(client, case)
        label = f"{case.method} {case.formatted_path} {dict(case.query or {})} {str(case.body)[:200]}"
        if answer.status_code >= 500:
            failures.append(f"{label}: {answer.status_code}")
        elif answer.status_code >= 400 and answer.headers.get("Content-Type") != "application/problem+json":
            failures.append(f"{label}: {answer.status_code} is no problem document")
        else:
            failures.extend(f"{label}: {message}" for message in wrong_shape(operation, answer))

    # An operation that takes nothing cannot be asked wrongly.
    with suppress(Unsatisfiable):
        once()
