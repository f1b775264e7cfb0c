"""First paint on the line of a slow phone, and the bytes that it waits for; beside other states of the program.

`python -m benchmarks paint [--beside CLONE …] [--times N] [--bytes]`. A site of each state as operators run it, with
the demo consortium: hashed and compressed files, served by gunicorn, to Chromium with 400 kbit/s, 300 ms of waiting for
each answer and nothing stored. Each CLONE is a directory with another commit, set up by `make setup`. Loads are
interleaved: this state, the first other, the second, this state again. With `--bytes` each page is loaded once, which
says the same on a busy machine.
"""

import argparse
import contextlib
import shutil
import statistics
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Browser, StorageState, ViewportSize, sync_playwright

from benchmarks.bench_api import IN_USE, Goals
from benchmarks.bench_coding import web
from benchmarks.bench_explore import FLAGS, PAINTED
from benchmarks.server import PROJECT, own_server
from lipse_site.demo.people import demo_password
from lipse_site.management.commands.take_pictures import BROWSERS

# 400 kbit/s, 300 ms.
LINE = {"offline": False, "latency": 300, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
CASE = "a case study"
PAGES = {"home": "/", CASE: "", "case studies": "/case-studies/", "records": "/complaint-records/"}
VISITOR, MEMBER = "visitor", "member"
PERSON = "demo-reader"
CASES = "main a[href^='/case-studies/']:not([href*='new'], [href*='?'])"
SCREEN: ViewportSize = {"width": 390, "height": 844}
# What the browser did not paint before: the page itself, style sheets, and scripts that are not put off.
BLOCKING = """() => {
  const painted = performance.getEntriesByName("first-contentful-paint")[0].startTime;
  const page = performance.getEntriesByType("navigation")[0];
  const files = performance.getEntriesByType("resource");
  const blocking = files.filter((one) => one.renderBlockingStatus === "blocking");
  const sum = (all) => [page, ...all].reduce((bytes, one) => bytes + one.transferSize, 0);
  return {
    painted, page: page.transferSize, files: blocking.length, bytes: sum(blocking),
    came: sum(files.filter((one) => one.responseEnd <= painted)),
  };
}"""


@dataclass(frozen=True)
class Site:
    name: str
    address: str
    signed_in: StorageState
    cases: dict[str, str]


@dataclass(frozen=True)
class Load:
    """`painted` in milliseconds; `page`, `bytes` and `files` are what the paint waits for, over the wire; `came` is
    all that came before it."""

    painted: float
    page: int
    bytes: int
    files: int
    came: int


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks paint")
    parser.add_argument("--beside", type=Path, nargs="*", default=[])
    parser.add_argument("--times", type=int, default=15)
    parser.add_argument("--bytes", action="store_true")
    options = parser.parse_args(arguments)
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        raise RuntimeError("There is no Chromium on this machine.")
    goals = Goals()
    with contextlib.ExitStack() as all_of_them, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        trees = [PROJECT, *(one.resolve() for one in options.beside)]
        sites = [_site(browser, tree, all_of_them.enter_context(serving(tree))) for tree in trees]
        title = min(set.intersection(*(set(site.cases) for site in sites)))
        print(f"{CASE}: {title}")
        for person in (VISITOR, MEMBER):
            for name, address in PAGES.items():
                loads: dict[str, list[Load]] = {site.name: [] for site in sites}
                for _ in range(1 if options.bytes else options.times):
                    for site in sites:
                        asked = address or site.cases[title]
                        loads[site.name].append(load(browser, site, asked, person))
                compare(f"{name}, {person}", loads, goals, is_timed=not options.bytes)
    return 0 if goals.are_met else 1


def compare(what: str, loads: dict[str, list[Load]], goals: Goals, *, is_timed: bool) -> None:
    """This state, the first, is to wait for no more bytes, and no longer, than each of the others."""
    for name, ones in loads.items():
        one = ones[0]
        print(
            f"{what}, {name}: waits for {one.bytes:,} bytes (page {one.page:,}, {one.files} files), "
            f"{one.came:,} bytes had come; painted after {_middle(ones):.0f} ms, "
            f"{min(each.painted for each in ones):.0f} to {max(each.painted for each in ones):.0f}"
        )
    ours, *others = loads.values()
    for other in others:
        goals.at_most(f"{what}, bytes beside another state", ours[0].bytes / other[0].bytes, 1)
        if is_timed:
            goals.at_most(f"{what}, first paint beside another state", _middle(ours) / _middle(other), 1)


def _middle(loads: list[Load]) -> float:
    return statistics.median(each.painted for each in loads)


@contextlib.contextmanager
def serving(tree: Path) -> Iterator[str]:
    """Address of a site of this state, as operators run it."""
    with own_server(project=tree) as server:
        # The demo is loaded where it may be; a site in use has none.
        key = {"LIPSE_SECRET_KEY": settings.SECRET_KEY}
        with_demo = replace(server, environment=server.environment | key | {"LIPSE_DEBUG": "1", "LIPSE_DEMO": "1"})
        with_demo.start("manage.py", "load_demo").communicate()
        in_use = replace(server, environment=server.environment | IN_USE | key | {"LIPSE_ALLOWED_HOSTS": "localhost"})
        in_use.run("manage.py", "collectstatic", "--noinput", "-v", "0")
        with web(in_use) as port:
            yield f"http://localhost:{port}"


def _site(browser: Browser, tree: Path, address: str) -> Site:
    """Its pages were opened once, so that nothing is built while it is measured."""
    with browser.new_context(base_url=address) as context:
        page = context.new_page()
        for path in filter(None, PAGES.values()):
            page.goto(path)
        page.goto("/accounts/login/")
        page.locator("input[name=login]").fill(PERSON)
        page.locator("input[name=password]").fill(demo_password(PERSON))
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url(lambda url: "/login" not in url)
        page.goto("/case-studies/")
        links = page.locator(CASES).all()
        cases = {link.inner_text().strip(): str(link.get_attribute("href")) for link in links}
        for path in cases.values():
            page.goto(path)
        return Site(_name(tree), address, context.storage_state(), cases)


def _name(tree: Path) -> str:
    said = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=tree, capture_output=True, text=True, check=False
    )
    return said.stdout.strip() or tree.name


def load(browser: Browser, site: Site, address: str, person: str) -> Load:
    kept = site.signed_in if person == MEMBER else None
    with browser.new_context(base_url=site.address, storage_state=kept, viewport=SCREEN) as context:
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", LINE)
        page.goto(address)
        # The policy of the site lets nothing be evaluated again and again in the page.
        while page.evaluate(PAINTED) is None:
            page.wait_for_timeout(20)
        return Load(**page.evaluate(BLOCKING))
