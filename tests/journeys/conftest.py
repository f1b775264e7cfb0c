"""A real browser for journeys: one Chromium a session, a fresh profile and a check of every page a journey opens."""

import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import expect, sync_playwright

from lipse_site.management.commands.take_pictures import BROWSERS
from tests.conftest import PASSWORD
from tests.journeys.accessibility import under_axe, violations

# Playwright's loop runs in this thread; Django would refuse the ORM beside it though nothing here is asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)
PICTURES = settings.BASE_DIR / ".cache" / "journeys"


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.failed_call = report.failed
    return report


@pytest.fixture(scope="session")
def start_browser():
    """`start_browser("--flag")`: Chromium, as the tests use it, with more flags."""
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("no Chromium on this machine: journeys are not run")
    with sync_playwright() as playwright:
        yield lambda *flags: playwright.chromium.launch(executable_path=program, args=[*FLAGS, *flags])


@pytest.fixture(scope="session")
def browser(start_browser):
    with start_browser() as chromium:
        yield chromium


@pytest.fixture
def new_page(browser, live_server, request):
    """`new_page(width=390)`: a browser profile of its own, for a second person or another screen.

    A journey fails when one of its pages broke the Content-Security-Policy or threw in a script, and leaves a picture
    of each page in .cache/journeys when it failed for any reason.
    """
    pages, complaints = [], []

    def make(width=1280, height=900, scheme="light", **options):
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": width, "height": height}, color_scheme=scheme, **options
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on(
            "console", lambda message: _is_refusal(message, page) and complaints.append(f"{page.url}: {message.text}")
        )
        pages.append(page)
        return page

    yield make
    if complaints or getattr(request.node, "failed_call", False):
        PICTURES.mkdir(parents=True, exist_ok=True)
        for number, page in enumerate(pages):
            if not page.is_closed():
                page.screenshot(path=PICTURES / f"{request.node.name[:80]}-{number}.png", full_page=True)
    for page in pages:
        page.context.close()
    assert not complaints, complaints


def _is_refusal(message, page):
    return "Content Security Policy" in message.text and page not in under_axe


@pytest.fixture
def page(new_page):
    return new_page()


@pytest.fixture
def sign_in():
    """`sign_in(page, ada)` through the form, as a person does."""

    def do(page, person, password=PASSWORD):
        page.goto("/accounts/login/")
        page.locator("input[name=login]").fill(person.username)
        page.locator("input[name=password]").fill(password)
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url(lambda url: "/login" not in url)

    return do


@pytest.fixture
def axe():
    """`axe(page)` asserts WCAG 2.2 A and AA as far as a machine sees it, light and dark, wide and narrow.

    `without={"rule-id": "reason"}` leaves a rule out, and must say why.
    """

    def check(page, *, without=None):
        found = violations(page, without or {})
        assert not found, f"{page.url}\n" + "\n".join(found)

    return check
