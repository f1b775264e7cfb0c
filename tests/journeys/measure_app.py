"""Times of Today and of a note on a slow line and a slow phone, for `python -m benchmarks app`; no tests, because
machines differ. The site is a real one: hashed and compressed files, served by gunicorn."""

import os
import signal
import socket
import subprocess
import sys
from functools import partial
from operator import itemgetter

import pytest
from django.conf import settings
from django.core.cache import cache

from tests.factories.casestudies import make_case_study, make_event, make_note
from tests.lipse_site.test_settings import REAL_SITE
from tests.waiting import until
from tests.worker import database_url

# 400 kbit/s, 300 ms of waiting for each answer, a processor four times slower than this one.
LINE = {"offline": False, "latency": 300, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
SLOWER = 4
# Attributes that the scripts of a page set when it can be used; Today needs none of them.
NOTE, SHELL, TODAY = "data-open", "data-ready", ""

# The page itself notes when each of them was set, in milliseconds since it was asked for. Nothing else of the measuring
# runs before that: what Playwright puts into a page to look at it would take a tenth of a second of this processor.
WATCH = """(() => {
  window.there = {};
  new MutationObserver((changes) => {
    for (const { attributeName } of changes) window.there[attributeName] ??= performance.now();
  }).observe(document, { subtree: true, attributeFilter: ["data-open", "data-ready"] });
})();"""
# Milliseconds after which a page is asked what it noted.
LATER = 6000
INSTALLED = "async () => Boolean((await navigator.serviceWorker.getRegistration())?.active)"


@pytest.fixture
def real_site(tmp_path, transactional_db):
    """Address of a site as operators run it, and what ends it. No TLS: browsers trust this machine's own address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    environment = os.environ | REAL_SITE | {
        "DATABASE_URL": database_url(), "REDIS_URL": os.environ["REDIS_URL"], "LIPSE_DATA_DIR": str(tmp_path),
        "LIPSE_TLS": "0", "LIPSE_ALLOWED_HOSTS": "localhost", "LIPSE_HOST": "127.0.0.1", "LIPSE_PORT": str(port),
        "LIPSE_SECRET_KEY": settings.SECRET_KEY, "LIPSE_TRUSTED_PROXIES": "0", "LIPSE_DEMO": "0",
    }  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "manage.py", "serve"], cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, start_new_session=True,
    ) as process:  # fmt: skip
        until(lambda: answers(port), seconds=120)
        yield f"http://localhost:{port}", partial(os.killpg, process.pid, signal.SIGKILL)
        if answers(port):
            os.killpg(process.pid, signal.SIGKILL)
    cache.clear()


def answers(port):
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def phone(browser, real_site):
    """`phone()`: a browser without anything stored, on the slow line once `.slow()` was called."""
    made = []

    def make():
        context = browser.new_context(base_url=real_site[0], viewport={"width": 390, "height": 844})
        made.append(context)
        context.add_init_script(WATCH)
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")

        def slow():
            session.send("Network.emulateNetworkConditions", LINE)
            session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})

        return page, session, slow

    yield make
    for context in made:
        context.close()


def opened(page, address, ready):
    """Seconds until the first thing is painted, and until the page can be used."""
    page.goto(address, wait_until="commit")
    page.wait_for_timeout(LATER)
    page.wait_for_load_state()
    # A page that nobody looks at, as in some runs of a browser without a window, is never painted.
    paint = page.evaluate('performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0') / 1000
    # A page without such an attribute can be used when all of it has come.
    usable = page.evaluate(
        "(ready) => window.there[ready] ?? performance.getEntriesByType('navigation')[0].domInteractive", ready
    )
    usable = usable / 1000
    files = page.evaluate(
        """() => {
          const all = [performance.getEntriesByType("navigation")[0], ...performance.getEntriesByType("resource")];
          return [all.length, Math.round(all.reduce((sum, one) => sum + one.transferSize, 0) / 1024)];
        }"""
    )
    return paint, max(paint, usable), files


def say(what, taken, asked):
    paint, usable, (files, kilobytes) = taken
    read = f"painted {paint:.2f} s, usable {usable:.2f} s, {files} files, {kilobytes} kB"
    print(f"{what}: {read} (under {asked} s is asked)")  # noqa: T201


@pytest.mark.timeout(600)
@pytest.mark.parametrize("what", ["Today", "a note"])
def test_first_load_started_again_and_offline(what, phone, real_site, client_of, fay):
    site, end_the_site = real_site
    case_study = make_case_study(fay, researcher=fay)
    make_event(case_study, fay)
    note = make_note(case_study, fay)
    address, ready = ("/today/", TODAY) if what == "Today" else (f"{note.get_absolute_url()}edit/", NOTE)
    page, session, slow = phone()
    key = client_of(fay).cookies["session"].value
    page.context.add_cookies([{"name": "session", "value": key, "url": site}])
    # The processes of the site have each answered once.
    page.goto(address)
    page.locator("main h2, [data-note][data-open]").first.wait_for(state="attached")
    # Nothing is stored but the cookies.
    page.goto("about:blank")
    session.send("Network.clearBrowserCache")
    stored = "cache_storage,service_workers,indexeddb"
    session.send("Storage.clearDataForOrigin", {"origin": site, "storageTypes": stored})
    slow()
    say(f"first load of {what}", opened(page, address, ready), 3)
    until(lambda: page.evaluate(INSTALLED), seconds=120)
    again = [opened(page, address, ready) for _ in range(5)]
    say(f"{what} started again, the middle one of five", sorted(again, key=itemgetter(1))[2], 1)
    # Not by the browser's own switch: it waits for ever for the answer of the worker whose data were cleared.
    end_the_site()
    until(lambda: not answers(port_of(site)), seconds=10)
    say(f"{what} offline", opened(page, address, NOTE if ready == NOTE else SHELL), 1)


def port_of(site):
    return int(site.rpartition(":")[2])
