"""The explore page of the records in a real browser: how long until something of it is painted.

`python -m benchmarks explore [--rows N] [--datasets N] [--times N] [--folder PATH]`. A site as operators run it, a
reader who is signed in, and the list of records with its facets, years and ways to the data: without filters, with
filters, and searched. Each page is opened in a browser without stored files, and its counts are not in the cache. With
`--folder` the filled database stays there for the next run, which may be one of `api`.
"""

import argparse
import shutil
import statistics
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.bench_api import IN_USE, Goals, filled
from benchmarks.bench_coding import web
from benchmarks.server import own_server
from lipse_site.management.commands.take_pictures import BROWSERS

PAGES = {
    "all records": "",
    "two filters": "country=NL&finding=upheld",
    "a search": "search=damp",
    "three filters and a search": "country__in=NL,BE&kind=complaint&status=closed&search=repair",
}
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking")
GOAL_MS = 1000
LEAST_FACETS = 5


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks explore")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--datasets", type=int, default=8)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args(arguments)
    goals = Goals()
    with own_server(options.folder) as server:
        filled(server, options)
        in_use = replace(server, environment=server.environment | IN_USE)
        in_use.run("manage.py", "collectstatic", "--noinput", "-v", "0")
        program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
        if program is None:
            raise RuntimeError("There is no Chromium on this machine.")
        with web(in_use) as port, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
            for name, query in PAGES.items():
                spent = [painted(browser, f"http://127.0.0.1:{port}", query, n) for n in range(options.times)]
                print(f"{name}: {', '.join(f'{one:.0f}' for one in spent)} ms")
                goals.at_most(f"first paint, {name}, ms", statistics.median(spent), GOAL_MS)
    return 0 if goals.are_met else 1


def painted(browser: Browser, site: str, query: str, number: int) -> float:
    """Milliseconds from asking for the page to its first paint. `number` makes a filter of its own, so that no answer
    comes from the cache."""
    with browser.new_context(base_url=site) as context:
        page = context.new_page()
        page.goto("/accounts/login/")
        page.fill("input[name=login]", "bench")
        page.fill("input[name=password]", "a" * 20)
        page.press("input[name=password]", "Enter")
        page.wait_for_url("**/")
        own = f"received_on__gte=20{number:02d}-01-01"
        page.goto(f"/complaint-records/?{query}{'&' if query else ''}{own if query else ''}")
        # The policy of the site lets nothing be evaluated again and again in the page.
        while page.evaluate(PAINTED) is None:
            page.wait_for_timeout(20)
        # Counts that take longer come when the page is there.
        page.locator("section.facet").nth(LEAST_FACETS - 1).wait_for(state="attached", timeout=60_000)
        return float(page.evaluate(PAINTED))
