"""`python -m benchmarks inside_coding fill|alone ...`: what bench_coding runs in a process of its own.

fill UNITS DRAWS CODERS: a round of UNITS units and one of DRAWS units, both open, with their coders; prints their ids
and the tokens of the coders. alone ROUND TOKEN TIMES: takes and submissions of one coder through Django's handler in
this process, each take beside a take that is one statement of SQL; prints medians in ms.
"""

import json
import statistics
import sys
import time

from django.conf import settings
from django.db import connection
from django.test import Client

from accounts import actions as accounts
from accounts.models import Organisation, User
from accounts.roles import Role
from coding.actions import codebooks, rounds
from coding.models import CodebookVersion, Round, TextUnit

NEXT = "/api/v1/assignments/next/"
UNITS = """
INSERT INTO coding_textunit (source_kind, source_key, title, text, sha256, language, context, organisation_id,
    frozen_at, frozen_by_id)
SELECT 'complaint-record', 'bench/' || g, 'Letter ' || g, t.text, encode(sha256(convert_to(t.text, 'UTF8')), 'hex'),
    'en', '{}', %(organisation)s, now(), %(person)s
FROM generate_series(%(first)s, %(last)s) g CROSS JOIN LATERAL (
    SELECT 'Letter ' || g || repeat(' of somebody who waits for an answer', 20) AS text) t
"""
# The least that a take can be: the next free slot in the order of the round, for this coder.
RAW_TAKE = """
UPDATE coding_assignment SET coder_id = %(coder)s, taken_at = now(), leased_until = now() + interval '1 hour'
WHERE id = (
    SELECT id FROM coding_assignment a WHERE round_id = %(round)s AND submitted_at IS NULL AND coder_id IS NULL
    AND NOT EXISTS (
        SELECT FROM coding_assignment o WHERE o.round_unit_id = a.round_unit_id AND o.coder_id = %(coder)s)
    ORDER BY position LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id
"""
RAW_GIVE_BACK = "UPDATE coding_assignment SET coder_id = NULL, taken_at = NULL, leased_until = NULL WHERE id = %s"


def main(arguments: list[str]) -> int:
    what, *rest = arguments
    done = fill(*map(int, rest)) if what == "fill" else alone(int(rest[0]), rest[1], int(rest[2]))
    sys.stdout.write(json.dumps(done) + "\n")
    return 0


def fill(units: int, draws: int, coders: int) -> dict[str, object]:
    organisation = Organisation.objects.create(slug="bench", name="Bench", kind="ombudsman")
    lead = _person("lead", organisation, Role.LEAD_CODER)
    people = [_person(f"coder{number}", organisation, Role.CODER) for number in range(coders)]
    book = codebooks.create_codebook(
        organisation=organisation, values={"title": "Bench", "language": "en"}, by=lead, slug="bench"
    )
    for number in range(20):
        codebooks.add_code(codebook=book, values={"name": f"Code {number}"}, by=lead)
    version = codebooks.publish_codebook(codebook=book, by=lead)
    began = time.perf_counter()
    large = _round(lead, people, version, 1, units)
    opened = time.perf_counter() - began
    small = _round(lead, people, version, units + 1, units + draws)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    tokens = [accounts.create_token(person=one, label="bench", scope="write", by=None)[1] for one in people]
    return {"large": large.pk, "small": small.pk, "tokens": tokens, "seconds_to_open": round(opened, 1)}


def _person(name: str, organisation: Organisation, role: str) -> User:
    person = accounts.create_person(username=name, email=f"{name}@example.org", name=name, password="a" * 20, by=None)
    accounts.set_roles(person=person, organisation=organisation, roles=[role], by=None)
    # Read again: the roles of an instance are those that it began with.
    return User.objects.get(pk=person.pk)


def _round(lead: User, coders: list[User], version: CodebookVersion, first: int, last: int) -> Round:
    organisation = lead.memberships.get().organisation
    with connection.cursor() as cursor:
        cursor.execute(UNITS, {"organisation": organisation.pk, "person": lead.pk, "first": first, "last": last})
    planned = rounds.create_round(
        organisation=organisation, version=version, values={"title": f"Units {first} to {last}"}, by=lead, coders=coders
    )
    unused = TextUnit.objects.unused().values_list("pk", flat=True)
    rounds.add_units(coding_round=planned, unit_ids=unused, by=lead)
    return rounds.open_round(coding_round=planned, by=lead)


def alone(round_id: int, token: str, times: int) -> dict[str, float]:
    settings.ALLOWED_HOSTS = ["testserver"]
    client, headers = Client(), {"Authorization": f"Bearer {token}"}
    spent: dict[str, list[float]] = {"take": [], "submit": [], "raw": []}
    coder = User.objects.exclude(username__in=["lead", "coder0"]).order_by("pk").values_list("pk", flat=True)[0]
    for _ in range(times):
        began = time.perf_counter()
        answer = client.post(NEXT, {"round": round_id}, content_type="application/json", headers=headers)
        spent["take"].append(time.perf_counter() - began)
        taken = answer.json()
        began = time.perf_counter()
        submitted = client.post(
            f"/api/v1/assignments/{taken['id']}/submission/",
            submission(taken),
            content_type="application/json",
            headers=headers,
        )
        spent["submit"].append(time.perf_counter() - began)
        if submitted.status_code >= 300:
            raise RuntimeError(submitted.content[:500])
        spent["raw"].append(_raw_take(round_id, coder))
    return {name: round(statistics.median(values) * 1000, 2) for name, values in spent.items()}


def submission(taken: dict[str, object]) -> dict[str, object]:
    """What finishes a unit, with the version that was read where the API has one."""
    return {"outcome": "none-applies", **({"version": taken["version"]} if "version" in taken else {})}


def _raw_take(round_id: int, coder: int) -> float:
    with connection.cursor() as cursor:
        began = time.perf_counter()
        cursor.execute(RAW_TAKE, {"round": round_id, "coder": coder})
        taken = cursor.fetchone()[0]
        spent = time.perf_counter() - began
        cursor.execute(RAW_GIVE_BACK, [taken])
    return spent
