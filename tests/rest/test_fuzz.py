"""Every operation of the OpenAPI document, with what it allows and what it does not, in a world of planted words.

`FUZZ_REQUESTS=10000 FUZZ_SEED=7` sends more requests, and others (CONTRIBUTING.md).
"""

import os
import sys
from contextlib import suppress

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from rest.schema import document
from tests.rest.fuzzing import ASKING, Fuzz, documented_codes

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(4 * 3600)]
REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "500"))
SEED = int(os.environ.get("FUZZ_SEED") or "20320")
# Operations that need a state, a body or a file that the world of words does not have: the table of permissions brings
# each of them to a good answer in a world of its own (tests/permissions/test_matrix.py).
NEVER_GOOD = {
    ("DELETE", "/api/v1/codings/{pk}/"),
    ("DELETE", "/api/v1/exports/{pk}/"),
    ("GET", "/api/v1/assignments/next/"),
    ("GET", "/api/v1/attachments/{sha256}/thumbnail/"),
    ("GET", "/api/v1/exports/{pk}/"),
    ("GET", "/api/v1/exports/{pk}/codebook/"),
    ("GET", "/api/v1/exports/{pk}/file/"),
    ("GET", "/api/v1/places/{pk}/"),
    ("PATCH", "/api/v1/assignments/{pk}/"),
    ("PATCH", "/api/v1/field-notes/{note}/uploads/{upload}/"),
    ("POST", "/api/v1/assignments/{pk}/changes/"),
    ("POST", "/api/v1/assignments/{pk}/postpone/"),
    ("POST", "/api/v1/assignments/{pk}/submission/"),
    ("POST", "/api/v1/codings/"),
    ("POST", "/api/v1/comparisons/"),
    ("POST", "/api/v1/field-notes/{note}/conflicts/"),
    ("POST", "/api/v1/imports/"),
    ("POST", "/api/v1/responses/"),
    ("POST", "/api/v1/rounds/{pk}/resume/"),
    ("PUT", "/api/v1/attachments/{sha256}/"),
    ("PUT", "/api/v1/field-notes/{uuid}/"),
}
# At so many rows an operation is tried until somebody gets a good answer.
MOST_ROWS = 12
REFUSED = (401, 403, 404, 429)


def test_no_request_breaks_an_operation_or_shows_what_is_not_for_the_person():
    fuzz = Fuzz(SEED)
    operations = [found.ok() for found in schemathesis.openapi.from_dict(document()).get_all_operations()]
    for operation in operations:
        reach(fuzz, operation)
    # Until somebody gets a good answer others are refused; of what comes then most must get past that.
    looking, begun = fuzz.findings.statuses.copy(), fuzz.findings.sent
    share = max(1, (REQUESTS - fuzz.findings.sent) // (3 * len(operations)))
    for operation in operations:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            try_generated(fuzz, operation, mode, share)
        for _ in range(share):
            try_strange(fuzz, operation)
    while fuzz.findings.sent < REQUESTS:
        try_strange(fuzz, fuzz.chance.choice(operations))

    sys.stderr.write(f"{fuzz.findings}\nwithout a good answer: {sorted(_all(operations) - fuzz.findings.good)}\n")
    refused = sum(fuzz.findings.statuses[status] - looking[status] for status in REFUSED)
    assert not fuzz.findings.faults, f"FUZZ_SEED={SEED}\n{fuzz.findings}"
    assert fuzz.findings.sent >= REQUESTS
    assert _all(operations) - fuzz.findings.good <= NEVER_GOOD, "operations without a good answer"
    assert fuzz.findings.codes <= documented_codes()
    assert refused < (fuzz.findings.sent - begun) / 2, fuzz.findings.statuses


def _all(operations):
    return {(operation.method.upper(), operation.path) for operation in operations}


def reach(fuzz, operation):
    """Ask as the permission table does until an answer is good."""
    method, path = operation.method.upper(), operation.path
    known = fuzz.known.get((method, path), [])
    for request in fuzz.chance.sample(known, k=min(len(known), MOST_ROWS)):
        for who in ASKING[:4]:
            if fuzz.send(request, who) < 400:
                return


def try_strange(fuzz, operation):
    strange = fuzz.altered(fuzz.somewhere(operation.method.upper(), operation.path))
    fuzz.send(strange, fuzz.somebody(strange))


def try_generated(fuzz, operation, mode, examples):
    @seed(SEED)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def once(case):
        request = fuzz.of(case)
        fuzz.send(request, fuzz.somebody(request))

    # An operation that takes nothing cannot be asked wrongly.
    with suppress(Unsatisfiable):
        once()
