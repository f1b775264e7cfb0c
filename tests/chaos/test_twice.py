"""The same job requested many times, by many processes at once, and by workers that were replaced unnoticed."""

import json
import signal
import subprocess
import sys
import time

import pytest

from lipse_site.embedded.services import PROJECT
from tests.chaos.gates import standing_still
from tests.chaos.site import children_of, stop
from tests.chaos.test_kills import Journey, differences

pytestmark = pytest.mark.timeout(300)
ATTEMPTS = 5
A_MOMENT = 2  # for a worker that was frozen to go on with what it was doing


@pytest.fixture
def two_workers(site):
    """Two parents with two children each; one of them again afterwards."""
    site.watchers = 2
    site.until(lambda: len(site.worker_children()) >= 4)
    yield site
    site.watchers = 1
    one = site.processes.pop("worker1")
    for pid in (*children_of(one.pid), one.pid):
        stop(pid, signal.SIGKILL)
    one.wait()


@pytest.fixture(scope="module")
def loaded(site, files):
    """State after an undisturbed load of the first file."""
    journey = Journey(site, files, "once")
    journey.begin("load")
    assert site.finished(journey.runs[0])[0] == "loaded"
    return journey.state()


def test_a_message_delivered_forty_times_to_four_processes_loads_once(two_workers, files, loaded):
    site = two_workers
    run = site.ask("receive", slug="forty-times", path=str(files[0]), wake=False)

    site.ask("wake", run=run, times=40)

    assert site.finished(run)[0] == "loaded"
    assert differences(loaded, site.ask("state", slug="forty-times")) == []


def test_the_same_file_imported_by_two_commands_at_once_loads_once(site, files):
    command = [sys.executable, "manage.py", "import_file", str(files[0]), "--dataset", "twice"]
    two = [subprocess.Popen(command, cwd=PROJECT, env=site.environment, stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL) for _ in range(2)]  # fmt: skip

    answers = [json.loads(one.communicate(timeout=120)[0].splitlines()[-1]) for one in two]

    assert [one.returncode for one in two] == [0, 0], answers
    assert {answer["result"] for answer in answers} == {"loaded"}
    numbers = {answer["import"] for answer in answers}
    created = site.rows("SELECT sum(created), sum(updated) FROM imports_import WHERE id = ANY(%s)", list(numbers))[0]
    held = site.rows("SELECT count(*) FROM complaints_complaintrecord r JOIN imports_dataset d ON d.id = r.dataset_id"
                     " WHERE d.slug = 'twice'")[0][0]  # fmt: skip
    assert created == (held, 0)
    site.until(lambda: site.ask("left") == [])


def test_two_files_into_one_dataset_at_once_load_one_after_the_other(two_workers, files):
    site = two_workers
    orders = [journey_of(site, files, name, order) for name, order in (("ab", (0, 1)), ("ba", (1, 0)))]

    runs = [site.ask("receive", slug="at-once", path=str(path)) for path in files]

    assert [site.finished(run)[0] for run in runs] == ["loaded", "loaded"]
    assert site.ask("contents", slug="at-once") in orders
    site.until(lambda: site.ask("left") == [])


def journey_of(site, files, name, order):
    for place in order:
        site.finished(site.ask("receive", slug=name, path=str(files[place])))
    return site.ask("contents", slug=name)


@pytest.mark.parametrize("stage", ["reading", "checking", "publishing", "indexing", "at the end"])
def test_a_worker_frozen_past_its_lease_cannot_write_when_it_wakes(site, files, loaded, stage):
    slugs = [f"frozen-{stage.replace(' ', '-')}-{attempt}" for attempt in range(ATTEMPTS)]

    assert any(wakes_late(site, files, loaded, stage, slug) for slug in slugs), "No import could be held."


def wakes_late(site, files, loaded, stage, slug):
    """Whether the worker could be held at the stage: on a busy machine an import can be over before."""
    run = site.ask("receive", slug=slug, path=str(files[0]))
    zombies = []
    try:
        with standing_still(site, stage, run) as found:
            if not found:
                return False
            fence = site.rows("SELECT fence FROM imports_import WHERE id = %s", run)[0][0]
            zombies = frozen(site)
            site.until(lambda: site.rows("SELECT fence FROM imports_import WHERE id = %s", run)[0][0] > fence)
        # The frozen one wakes in the middle of the other's work.
        wake_up(zombies)
        assert site.finished(run)[0] == "loaded", site.said()
        time.sleep(A_MOMENT)
    finally:
        bury(site, zombies)

    site.until(lambda: site.ask("left") == [])
    assert differences(loaded, site.ask("state", slug=slug)) == [], site.said()
    return True


def test_a_worker_frozen_for_good_does_not_keep_others_waiting(site, files, loaded):
    run = site.ask("receive", slug="frozen-for-good", path=str(files[0]))
    zombies = []
    try:
        with standing_still(site, "publishing", run):
            zombies = frozen(site)
        # Released by us, its statement ends; its transaction stays open, and what it wrote stays locked.
        assert site.finished(run)[0] == "loaded", site.said()
        assert differences(loaded, site.ask("state", slug="frozen-for-good")) == []
    finally:
        bury(site, zombies)


def frozen(site):
    """The worker and its child processes are frozen; a supervisor starts another worker."""
    worker = site.processes.pop("worker0")
    zombies = [*children_of(worker.pid), worker.pid]
    for pid in zombies:
        stop(pid, signal.SIGSTOP)
    site.retired.append(worker)
    return zombies


def bury(site, zombies):
    """Or they would take the work of the tests that follow."""
    for pid in zombies:
        stop(pid, signal.SIGKILL)
    while site.retired:
        site.retired.pop().wait()


def wake_up(zombies):
    for pid in zombies:
        stop(pid, signal.SIGCONT)
