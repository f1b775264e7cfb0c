"""Every address, every method, everybody: nothing is reachable that the table does not say."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import resolve

from accounts import actions
from accounts.roles import Role
from tests.conftest import PASSWORD, person_at
from tests.permissions import routes
from tests.permissions.asking import ask
from tests.permissions.line import LOGIN, WHO
from tests.permissions.rooms import ROOMS


@pytest.fixture
def cast(alpha, beta):
    """One person for each role at Alpha, and the stranger; the organisations too."""
    people = {role: person_at(alpha, f"the-{role}", role) for role in WHO[1:-1]}
    people["stranger"] = person_at(beta, "the-stranger", *Role.values)
    return people | {"alpha": alpha, "beta": beta}


@pytest.fixture
def browsers(cast):
    """A browser for each of WHO."""
    found = {"anonymous": Client()}
    for who in WHO[1:]:
        found[who] = Client()
        found[who].force_login(cast[who])
    return found


def send(client, line, world):
    """The status of one request, whose effects are undone."""
    answer, _content = ask(client, line, world)
    address = line.filled(world)[0]
    is_login = answer.status_code == 302 and answer.headers["Location"].startswith("/accounts/login/")
    return LOGIN if is_login and not address.startswith("/accounts/") else str(answer.status_code)


@pytest.mark.parametrize("room", ROOMS)
def test_each_person_gets_the_status_in_the_table(room, cast, browsers):
    module = ROOMS[room]
    world = module.world(cast) if hasattr(module, "world") else {}
    wrong = []
    for line in module.LINES:
        for who, expected in zip(WHO, line.statuses(), strict=True):
            got = send(browsers[who], line, world)
            if got != expected:
                wrong.append(f"{line.method} {line.address} as {who}: {got}, not {expected}")
    assert not wrong, "\n" + "\n".join(wrong)


# Pages of allauth, which answers its forms itself.
OF_ALLAUTH = "/accounts/"


@pytest.mark.parametrize("room", ROOMS)
def test_no_page_of_ours_answers_a_post_with_302(room):
    """After 302 a client may send the same POST again; 303 says to read the next page. The test above asks each."""
    lines = [line for line in ROOMS[room].LINES if line.method == "POST"]
    own = [line for line in lines if not line.address.startswith(("/api/", OF_ALLAUTH))]
    assert not [line.address for line in own if "302" in line.statuses()]


def listed(world_of):
    """(method, route) of each line of each table."""
    return {
        (line.method, resolve(line.filled(world_of[room])[0].split("?")[0]).route)
        for room, module in ROOMS.items()
        for line in module.LINES
    }


def test_every_address_and_method_is_in_the_table(cast):
    world_of = {room: module.world(cast) if hasattr(module, "world") else {} for room, module in ROOMS.items()}
    in_table = listed(world_of)
    samples = {
        resolve(line.filled(world_of[room])[0].split("?")[0]).route: line.filled(world_of[room])[0]
        for room, module in ROOMS.items()
        for line in module.LINES
    }
    admin = Client()
    admin.force_login(cast["admin"])
    missing = []
    for route, pattern in routes.patterns():
        methods = routes.methods_of(pattern)
        if not methods and route in samples:
            with transaction.atomic():
                point = transaction.savepoint()
                methods = routes.page_methods(admin, samples[route])
                transaction.savepoint_rollback(point)
        missing += [f"{m} {route}" for m in (methods or {"GET"}) if (m, route) not in in_table]
    assert not missing, "\n" + "\n".join(sorted(missing))


def test_the_openapi_document_and_the_url_map_hold_the_same_operations(db):
    mapped = {
        (method, routes.as_documented(route))
        for route, pattern in routes.patterns()
        if route.startswith("api/v1/") and route not in ("api/v1/", "api/v1/docs/")
        for method in routes.methods_of(pattern)
    }
    different = sorted(routes.documented() ^ mapped)
    assert not different, different


def test_the_table_knows_who_is_who(cast):
    assert cast["admin"].check_password(PASSWORD)
    assert actions.policies.can_administer(cast["stranger"])
