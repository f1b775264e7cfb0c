"""Every page below the first level says once where it is, by the one component."""

import pytest
from django.conf import settings
from django.test import Client

from accounts.roles import Role
from tests.conftest import person_at
from tests.journeys.test_every_page import pages_of
from tests.permissions.asking import ask
from tests.permissions.line import WHO, Line
from tests.permissions.test_matrix import ROOMS

COMPONENT = "components/breadcrumbs.html"
# Where the first level has more than one part: entrances of allauth, pages of respondents, and the page of a unit of
# text, which has its own way back to the queue and no room to lose.
ELSEWHERE = ("/accounts/", "/s/", "/assignments/", "/api/")
PLACES_OF_TWO_PARTS = {"/imports/new/", "/today/shared/", "/my-account/signed-in/"}


@pytest.fixture
def cast(db, alpha, beta):
    people = {role: person_at(alpha, f"the-{role}", role) for role in WHO[1:-1]}
    people["stranger"] = person_at(beta, "the-stranger", *Role.values)
    return people | {"alpha": alpha, "beta": beta}


def is_below(address):
    path = address.split("?")[0]
    return path.strip("/").count("/") > 0 and not path.startswith(ELSEWHERE) and path not in PLACES_OF_TWO_PARTS


@pytest.mark.parametrize("room", ROOMS)
def test_a_page_below_the_first_level_has_breadcrumbs(room, cast):
    module = ROOMS[room]
    world = module.world(cast) if hasattr(module, "world") else {}
    without = []
    for address, who in pages_of(module, world):
        if not is_below(address):
            continue
        client = Client()
        if who != "anonymous":
            client.force_login(cast[who])
        answer, content = ask(client, Line("GET", address, "all:200"), {})
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        if content.count(b'class="breadcrumbs"') != 1 or b'<span aria-current="page"></span>' in content:
            without.append(address)
    assert without == []


def test_breadcrumbs_are_made_by_one_component():
    templates = settings.BASE_DIR / "templates"
    found = [path for path in templates.rglob("*.html") if 'class="breadcrumbs"' in path.read_text()]

    assert [str(path.relative_to(templates)) for path in found] == [COMPONENT]
