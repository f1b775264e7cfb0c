"""Every page of the site, as the permission table lists them, in both themes and on two screens.

The table holds every address of the URL map (tests/permissions/test_matrix.py), so a page cannot be forgotten here.
"""

import pytest
from django.conf import settings
from django.test import Client

from accounts.roles import Role
from tests.conftest import person_at
from tests.journeys.accessibility import violations
from tests.permissions.line import WHO
from tests.permissions.test_matrix import ROOMS

# Who opens a page: the first of these whom the table lets in, so that the page shows its controls.
OPENERS = ("lead-coder", "data-manager", "fieldworker", "coder", "admin", "reader", "stranger", "anonymous")
# Each theme and each width once; journeys look at all four together.
SCREENS = (("light", 1280), ("dark", 390))
# Addresses left out, with the reason.
ELSEWHERE = {
    "/api/v1/docs/organisations/": "the same template as /api/v1/docs/",
}
# What a phone must not show: a table cut off at its edge, save one of fields to fill in; a label without a value.
ON_A_PHONE = """() => [
  ...[...document.querySelectorAll('.table-box')]
    .filter((box) => box.scrollWidth > box.clientWidth && !box.querySelector('.choice-rows'))
    .map((box) => `the table “${box.ariaLabel}” is cut off`),
  ...[...document.querySelectorAll('table.stack tbody td[data-label]')]
    .filter((cell) => cell.checkVisibility() && cell.childNodes.length && !cell.innerText.trim())
    .filter((cell) => !cell.querySelector('input, select, meter'))
    .map((cell) => `“${cell.dataset.label}” is a label without a value`),
]"""


@pytest.fixture
def cast(transactional_db, alpha, beta):
    people = {role: person_at(alpha, f"the-{role}", role) for role in WHO[1:-1]}
    people["stranger"] = person_at(beta, "the-stranger", *Role.values)
    return people | {"alpha": alpha, "beta": beta}


def pages_of(room, world):
    """(address, who opens it) of each GET that somebody gets an answer to; of the API only its own pages."""
    for line in room.LINES:
        statuses = dict(zip(WHO, line.statuses(), strict=True))
        who = next((person for person in OPENERS if statuses[person] == "200"), None)
        address, _ = line.filled(world)
        is_api = address.startswith("/api/") and not address.startswith("/api/v1/docs/")
        if line.method == "GET" and who and not is_api and address not in ELSEWHERE:
            yield address, who


def sign_in(page, person, live_server):
    client = Client()
    client.force_login(person)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])


def opened(page, address):
    """What is wrong with a page, in lines; nothing for what is a file and no page."""
    fetched = page.request.get(address)
    if "text/html" not in fetched.headers.get("content-type", ""):
        return []
    answer = page.goto(address)
    found = [] if answer.status == 200 else [f"status {answer.status}"]
    if page.locator("h1").count() != 1:
        found.append(f"{page.locator('h1').count()} headings of the first level")
    heading = " ".join(page.locator("h1").first.inner_text().split())
    # The first page is named by its place; the title of a respondent's page begins with the page number.
    # What a note is called is private, and browsers keep titles in their history.
    differs = address == "/" or address.startswith(("/s/", "/field-notes/"))
    if not page.title().startswith(heading) and not differs:
        found.append(f"the title “{page.title()}” does not begin with the heading “{heading}”")
    page.set_viewport_size({"width": 390, "height": 900})
    found += page.evaluate(ON_A_PHONE)
    page.set_viewport_size({"width": 1280, "height": 900})
    return [f"{address} {line}" for line in found + violations(page, {}, SCREENS)]


@pytest.mark.parametrize("room", ROOMS)
def test_every_page_of_a_room_is_accessible_and_fits_its_screen(room, cast, live_server, new_page):
    module = ROOMS[room]
    world = module.world(cast) if hasattr(module, "world") else {}
    browsers = {}
    wrong = []
    for address, who in pages_of(module, world):
        if who not in browsers:
            browsers[who] = new_page()
            if who != "anonymous":
                sign_in(browsers[who], cast[who], live_server)
        wrong += opened(browsers[who], address)
    assert not wrong, "\n" + "\n".join(wrong)
