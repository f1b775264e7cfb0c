"""`python -m benchmarks inside_people ROWS PEOPLE`: fills the server that `bench_api_people` started.

The case studies of the demonstration, a dataset of made-up records, and people who may write notes: user names,
tokens, and the addresses that the benchmark asks for, as JSON on the last line. A filled server is not filled again.
"""

import json
from pathlib import Path

from django.conf import settings
from django.db import connection

from accounts import actions as accounts
from accounts.models import User
from accounts.roles import Role
from benchmarks import inside_api
from casestudies.models import CaseStudy
from complaints.models import ComplaintRecord
from lipse_site.demo.cases import make_cases
from lipse_site.demo.people import make_people

PASSWORD = "fifty-people-at-once"  # noqa: S105 -- of made-up people on a server that is deleted afterwards
KEPT = 200


def main(arguments: list[str]) -> int:
    rows, people = int(arguments[0]), int(arguments[1])
    known = Path(settings.DATA_DIR) / "people.json"
    if not known.exists():
        known.write_text(json.dumps(_fill(rows, people)))
    print(known.read_text())
    return 0


def _fill(rows: int, people: int) -> dict[str, object]:
    partners, sign_ins = make_people()
    make_cases(partners, sign_ins[Role.FIELDWORKER])
    inside_api.fill(rows, 1)
    names = [f"person-{number}" for number in range(people)]
    tokens = {name: _token(name, partners["NL"].pk) for name in names}
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    person = User.objects.get(username=names[0])
    own = CaseStudy.objects.filter(organisation=partners["NL"]).order_by("pk")
    return {
        "password": PASSWORD,
        "tokens": tokens,
        "cases": list(CaseStudy.objects.visible_to(person).values_list("slug", flat=True)),
        "own": list(own.values_list("slug", flat=True)),
        "records": list(ComplaintRecord.objects.order_by("id").values_list("id", flat=True)[: KEPT * 50 : 50]),
    }


def _token(username: str, organisation: int) -> str:
    person = accounts.create_person(
        username=username, email=f"{username}@example.org", name=username.title(), password=PASSWORD, by=None
    )
    partner = accounts.Organisation.objects.get(pk=organisation)
    accounts.set_roles(person=person, organisation=partner, roles=[Role.FIELDWORKER], by=None)
    return accounts.create_token(person=person, label="bench", scope="read", by=None)[1]
