"""`python -m benchmarks inside_fieldwork WRITERS`: people who write notes; prints their tokens and their case study."""

import json
import sys

from accounts import actions as accounts
from accounts.models import Organisation, User
from accounts.roles import Role
from casestudies.actions.cases import create_case_study


def main(arguments: list[str]) -> int:
    organisation = Organisation.objects.create(slug="bench", name="Bench", kind="university")
    people = [_writer(number, organisation) for number in range(int(arguments[0]))]
    values = {"working_title": "Quays", "country": "NL", "abstract": "Quays."}
    case_study = create_case_study(by=people[0], organisation=organisation, values=values)
    tokens = [accounts.create_token(person=one, label="bench", scope="write", by=None)[1] for one in people]
    sys.stdout.write(json.dumps({"tokens": tokens, "case_study": case_study.slug}) + "\n")
    return 0


def _writer(number: int, organisation: Organisation) -> User:
    person = accounts.create_person(
        username=f"writer{number}", email=f"writer{number}@example.org", password="a" * 20, by=None
    )
    accounts.set_roles(person=person, organisation=organisation, roles=[Role.FIELDWORKER], by=None)
    return person
