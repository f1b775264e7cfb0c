"""SIGKILL at every stage and at random moments: the database ends as an undisturbed run leaves it."""

import time
from collections import Counter

import pytest

from tests.chaos.conftest import KILLS
from tests.chaos.gates import standing_still
from tests.chaos.site import TARGETS

pytestmark = pytest.mark.timeout(60 + 30 * KILLS)
STEPS = ("load", "deliver", "replay", "undo")
STAGES = {
    "load": ("reading", "checking", "publishing", "indexing", "at the end"),
    "deliver": ("reading", "checking", "at the end"),
    "replay": ("at the end",),
    "undo": ("at the end",),
}
# So many random kills in one step that it still gets somewhere between them.
MOST_AT_RANDOM = 2


class Journey:
    """One dataset through all steps; `state` is what it has come to after each."""

    def __init__(self, site, files, slug):
        self.site, self.files, self.slug, self.runs, self.seconds = site, files, slug, [], {}

    def begin(self, step):
        if step in ("load", "deliver"):
            path = self.files[("load", "deliver").index(step)]
            self.runs.append(self.site.ask("receive", slug=self.slug, path=str(path)))
        else:
            if step == "replay":
                self.site.ask("mend", run=self.runs[-1])
            self.site.ask(step, run=self.runs[-1])
        return self.runs[-1]

    def end(self, began):
        found = self.site.finished(self.runs[-1])
        return found, time.monotonic() - began

    def state(self):
        return self.site.ask("state", slug=self.slug)


@pytest.fixture(scope="module")
def undisturbed(site, files):
    """State after each step, and how long it took."""
    journey, found = Journey(site, files, "undisturbed"), {}
    for step in STEPS:
        began = time.monotonic()
        journey.begin(step)
        (state, *_), seconds = journey.end(began)
        assert state == ("undone" if step == "undo" else "loaded"), site.said()
        found[step] = journey.state(), seconds
    site.until(lambda: site.ask("left") == [])
    return found


class Storm:
    """Kills dealt out, with what was killed and at which stage."""

    def __init__(self, site, chance):
        self.site, self.chance, self.kills = site, chance, Counter()
        self.deck = []

    @property
    def dealt(self):
        return self.kills.total()

    def target(self):
        """Each kind as often as the others, in random order."""
        if not self.deck:
            self.deck = list(TARGETS)
            self.chance.shuffle(self.deck)
        return self.deck.pop()

    def at_stage(self, run, stage):
        with standing_still(self.site, stage, run) as found:
            if found is not None:
                self.strike(found)

    def at_random(self, run, within):
        time.sleep(self.chance.uniform(0, within))
        _, stage, *_ = self.site.run(run)
        self.strike(stage or "between stages")

    def strike(self, stage):
        target = self.target()
        if self.site.kill(target, self.chance):
            self.kills[target, stage] += 1


def stormy_step(storm, journey, step, seconds):
    run = journey.begin(step)
    if storm.chance.random() < 0.7:
        for stage in STAGES[step]:
            storm.at_stage(run, stage)
    else:
        for _ in range(storm.chance.randint(1, MOST_AT_RANDOM)):
            storm.at_random(run, seconds)
    return journey.end(time.monotonic())


def test_whatever_is_killed_whenever_all_ends_as_if_nothing_had_happened(site, files, undisturbed, chance, seed):
    storm, began, number = Storm(site, chance), time.monotonic(), 0

    while storm.dealt < KILLS:
        number += 1
        journey = Journey(site, files, f"disturbed-{number}")
        for step in STEPS:
            expected, seconds = undisturbed[step]
            (state, stage, _, error), _ = stormy_step(storm, journey, step, seconds)
            told = f"seed {seed}, journey {number}, {step}, after {storm.dealt} kills\n{site.said()}"
            assert (state, stage, error) == ("undone" if step == "undo" else "loaded", "", ""), told
            found = journey.state()
            assert differences(expected, found) == [], told
            print(f"journey {number}, {step}: {storm.dealt} kills, all as undisturbed", flush=True)  # noqa: T201 -- it takes long
            if storm.dealt >= KILLS:
                break
    site.until(lambda: site.ask("left") == [])

    tell(storm, seed, number, time.monotonic() - began)


def differences(expected, found):
    """Each value that differs, with its place."""
    if isinstance(expected, dict):
        return [f"{part}: {d}" for part in expected for d in differences(expected[part], found[part])]
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = enumerate(zip(expected, found, strict=True))
        return [f"{place}: {d}" for place, (one, other) in pairs for d in differences(one, other)]
    return [] if expected == found else [f"{expected!r} became {found!r}"]


def tell(storm, seed, journeys, seconds):
    by_target, by_stage = Counter(), Counter()
    for (target, stage), times in storm.kills.items():
        by_target[target] += times
        by_stage[stage] += times
    print(f"\n{storm.dealt} kills in {journeys} journeys, {seconds:.0f} s, seed {seed}")  # noqa: T201 -- the answer
    print(f"killed: {dict(by_target)}\nat: {dict(by_stage)}")  # noqa: T201 -- the answer
