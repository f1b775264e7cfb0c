"""Generated journeys of a fieldworker on three engines: no text is lost, doubled, or stored under another's name.

Ten short ones on each engine in the usual run; `make chaos JOURNEYS=200 SEED=1a2b3c4d` makes more, and longer ones. A
journey that fails is made shorter and named by its seed: `make chaos JOURNEY=1a2b3c4d-17 ARGS="-k 'journeys and
firefox'"`, or by its list of steps in the place of the seed.
"""

import ast
import os
import sys
import time
from collections import Counter

import pytest
from django.db import close_old_connections

from accounts.roles import Role
from casestudies.models import FieldNote
from lipse_site.app import views as app_views
from tests.conftest import person_at
from tests.factories.casestudies import make_case_study
from tests.fieldwork.generated import generate, shorter
from tests.fieldwork.history import History, losses
from tests.fieldwork.steps import Fieldwork

# `make chaos` says how many kills it wants, and so that it has time.
JOURNEYS = int(os.environ.get("CHAOS_JOURNEYS") or (200 if int(os.environ.get("CHAOS_KILLS", "0")) > 20 else 10))
ONE = os.environ.get("CHAOS_JOURNEY")
TRIES = int(os.environ.get("CHAOS_SHORTER") or 12)
# What is found in a run is found again in the next.
USUAL_SEED = "fieldwork"
LENGTH = 10 if JOURNEYS <= 10 else 24
pytestmark = pytest.mark.timeout(120 + 120 * JOURNEYS)


@pytest.fixture
def release(monkeypatch):
    """`release()`: the site is served by a newer version of itself; only the version of the app differs."""
    present, number = app_views._worker, 0

    def newer(language, minute):
        return present(language, minute).replace('"version": "', f'"version": "{number}-')

    def make():
        nonlocal number
        number += 1

    monkeypatch.setattr(app_views, "_worker", newer)
    return make


@pytest.fixture
def travel(engine, live_server, alpha, ada, tmp_path, release):
    """`travel(steps)`: sentences about what is wrong after a journey with these steps."""
    browser = engine(tmp_path / "profile", "")
    browser.start()
    number, heard = 0, Counter()

    def do(steps):
        nonlocal number
        number += 1
        fay, gus = (person_at(alpha, f"{name}{number}", Role.FIELDWORKER) for name in ("fay", "gus"))
        history = History(tmp_path / f"history-{number}.jsonl")
        # A site of its own: the address has another port, so nothing of an earlier journey is on the device.
        work = Fieldwork(browser=browser, server=live_server, case_study=make_case_study(ada), fay=fay, gus=gus,
                         ada=ada, history=history, release=release)  # fmt: skip
        try:
            work.begin()
            for step in steps:
                work.take(step)
            stuck = work.heal()
            heard.update(history.counts() + Counter(refused=len(work.refused), deaths=len(work.deaths)))
            return [*stuck, *losses(history, work.notes), *miscounts(work)]
        finally:
            work.close()

    do.heard = heard
    yield do
    browser.remove()
    close_old_connections()


def miscounts(work):
    """Where list, API and database disagree about how many notes of the case there are."""
    rows = FieldNote.objects.filter(case_study=work.case_study, deleted_at=None)
    wanted = rows.count()
    return [] if wanted <= len(work.notes) else [f"DOUBLED: {wanted} notes of {len(work.notes)}"]


def test_generated_journeys_lose_double_and_mistake_nothing(travel, engine, request):
    seed = os.environ.get("CHAOS_SEED") or USUAL_SEED
    names = [ONE] if ONE else [f"{seed}-{number}" for number in range(JOURNEYS)]
    began, failed = time.monotonic(), []
    for name in names:
        steps = ast.literal_eval(name) if name.startswith("[") else generate(name, LENGTH)
        wrong = travel(steps)
        if wrong:
            least = shorter(steps, travel, TRIES)
            found = [*wrong, "and of the shorter one:", *travel(least)]
            failed.append(f"journey {name} on {engine.name}: {least}\n  " + "\n  ".join(found))
            say(failed[-1])
    say(
        f"{len(names)} journeys on {engine.name} in {time.monotonic() - began:.0f} s, seed {seed}: {len(failed)} fail; "
        f"words {dict(travel.heard)}"
    )
    assert not failed, "\n".join(failed)
    # Journeys in which nothing is typed, or nothing is said of it, would find nothing.
    assert ONE or travel.heard["unproved"] < travel.heard["invoke"] / 2, travel.heard


def say(line):
    sys.stderr.write(line + "\n")
