"""`python -m benchmarks inside_probe FILE`: the median time of a list and of a search, over REST and as pages, in ms.

Requests go through Django's handler in this process, with a token, one after the other, until the file is there, but
each at least once. A first line on standard output says that the measuring begins.
"""

import json
import statistics
import time
from pathlib import Path

from django.conf import settings
from django.test import Client

from accounts import actions as accounts
from accounts.models import User
from accounts.roles import Role
from imports.models import Dataset

PAUSE = 0.2  # seconds: somebody who reads, not a load test that takes a processor
LIST = "/api/v1/complaint-records/"
PAGE = "/complaint-records/"
WORDS = {"search": "mouldness pensioner"}
QUESTIONS = {
    "list": (LIST, {"page_size": "100"}), "search": (LIST, WORDS | {"page_size": "50"}),
    "page": (PAGE, {}), "search page": (PAGE, WORDS),
}  # fmt: skip


def main(arguments: list[str]) -> int:
    settings.ALLOWED_HOSTS = ["testserver"]
    client, bearer = Client(), token()
    client.force_login(User.objects.get(username="asks"))
    spent: dict[str, list[float]] = {name: [] for name in QUESTIONS}
    for name in QUESTIONS:
        ask(client, bearer, name)
    print("asking", flush=True)
    while not all(spent.values()) or not Path(arguments[0]).exists():
        for name, times in spent.items():
            time.sleep(PAUSE)
            began = time.perf_counter()
            ask(client, bearer, name)
            times.append(time.perf_counter() - began)
    print(json.dumps({name: round(statistics.median(times) * 1000, 1) for name, times in spent.items()}))
    return 0


def ask(client: Client, bearer: str, name: str) -> None:
    address, query = QUESTIONS[name]
    answer = client.get(address, query, headers={"Authorization": f"Bearer {bearer}"} if address == LIST else {})
    if answer.status_code != 200:
        raise RuntimeError(answer.content[:500])


def token() -> str:
    person = User.objects.filter(username="asks").first()
    if person is None:
        person = accounts.create_person(
            username="asks", email="asks@example.org", name="Asks", password="a" * 20, by=None
        )
        organisation = Dataset.objects.select_related("organisation").get(slug="bench").organisation
        accounts.set_roles(person=person, organisation=organisation, roles=[Role.READER], by=None)
    return accounts.create_token(person=person, label="bench", scope="read", by=None)[1]
