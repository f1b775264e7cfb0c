"""Two web servers and two workers on a primary and its replica, which lags, cannot be reached, and is promoted."""

import os
import signal

import pytest

from tests.chaos.conftest import KILLS
from tests.chaos.gates import standing_still
from tests.chaos.machines import NAMES, Machines
from tests.chaos.network import Loopback, Namespaces, may_make_namespaces
from tests.chaos.site import children_of

pytestmark = pytest.mark.timeout(900)
DATASETS, CHANGES = "/api/v1/datasets/", "/api/v1/changes/"
# The long run repeats what the usual one does a few times.
ROUNDS = 5 if KILLS <= 20 else 100
BOTH = ("one", "two")


@pytest.fixture(scope="module", params=["namespaces", "loopback"])
def machines(request, prepared):
    """Without namespaces in the long run too, and wherever they cannot be made."""
    can = may_make_namespaces()
    if request.param == "namespaces" and not can:
        pytest.skip("Only who may make network namespaces has machines of their own: run as root, with ip.")
    if request.param == "loopback" and can and KILLS <= 20:
        pytest.skip("The machines are in namespaces; on one loopback only in the long run.")
    made = Machines((Namespaces if request.param == "namespaces" else Loopback)(NAMES))
    try:
        yield made.keep()
    finally:
        made.close()


@pytest.fixture(scope="module")
def loaded(machines, files):
    """The records of an undisturbed load."""
    assert machines.finished(machines.ask("receive", slug="calm", path=str(files[0])))[0] == "loaded", machines.said()
    return machines.ask("state", slug="calm")["records"]


def written(machines, server, slug):
    """Bob makes a dataset: status and answer, and how often he was told that nothing was done."""
    return machines.patiently(lambda: machines.post(server, DATASETS, {"slug": slug, "title": slug}))


def slugs(machines, server, *, by_bob=True):
    """The datasets that Bob, or everybody, is shown there."""
    address = f"{DATASETS}?page_size=1000&fields=slug"
    status, answer, _refused = machines.patiently(lambda: machines.get(server, address, by_bob=by_bob))
    assert status == 200, answer
    return {row["slug"] for row in answer["results"]}


def published(machines, server):
    return slugs(machines, server, by_bob=False)


def test_a_person_reads_on_either_server_what_they_wrote_on_the_other(machines):
    for server in BOTH:
        # The web server sees where the primary is: what is there now is recent enough for the lag.
        published(machines, server)
    machines.caught_up()
    machines.second.pause()
    machines.ask("publish", slug="late")

    seen = [published(machines, server) for server in BOTH]
    own = set()
    for number in range(ROUNDS):
        writer, reader = BOTH[number % 2], BOTH[(number + 1) % 2]
        status, answer, _refused = written(machines, writer, f"lag-{number}")
        assert status == 201, answer
        own.add(f"lag-{number}")
        assert own <= slugs(machines, reader)
        assert own <= slugs(machines, writer)
    machines.second.resume()
    machines.caught_up()

    # Both read from the replica meanwhile, and show it when the replica does.
    assert seen == [set(), set()]
    assert [published(machines, server) for server in BOTH] == [{"late"}, {"late"}]
    assert own <= slugs(machines, "one")


def test_reads_go_on_while_the_replica_is_silent(machines):
    silent(machines)
    try:
        answers = [machines.get(server, DATASETS, by_bob=True)[0] for server in BOTH for _ in range(ROUNDS)]
    finally:
        heard(machines)
    machines.caught_up()

    assert set(answers) == {200}
    # It is read from again after a while.
    machines.second.pause()
    machines.ask("publish", slug="unseen")
    machines.until(lambda: "unseen" not in published(machines, "one"))
    machines.second.resume()


def silent(machines):
    if isinstance(machines.network, Namespaces):
        machines.network.cut("second")
    else:
        for pid in processes_of(machines.second):
            os.kill(pid, signal.SIGSTOP)


def heard(machines):
    if isinstance(machines.network, Namespaces):
        machines.network.join("second")
    else:
        for pid in processes_of(machines.second):
            os.kill(pid, signal.SIGCONT)


def processes_of(server):
    return [server.process.pid, *children_of(server.process.pid)]


def test_a_promotion_loses_no_write_and_imports_once(machines, files, loaded):
    machines.kept_by_the_replica()
    machines.caught_up()
    before, after = ({f"{when}-{number}" for number in range(ROUNDS)} for when in ("before", "after"))
    for number, slug in enumerate(sorted(before)):
        assert written(machines, BOTH[number % 2], slug)[0] == 201
    _status, feed = machines.get("one", CHANGES, by_bob=True)
    machines.signalled("worker two", signal.SIGSTOP)
    run = machines.ask("receive", slug="stormy", path=str(files[0]))
    with standing_still(machines, "publishing", run) as stage:
        assert stage == "publishing", machines.said()
        machines.signalled("worker one", signal.SIGKILL)
        machines.first.kill()
    machines.second.promote()
    machines.signalled("worker two", signal.SIGCONT)

    for number, slug in enumerate(sorted(after)):
        status, answer, times = written(machines, BOTH[number % 2], slug)
        # What was refused was not done; only an attempt that was cut off in the middle may have been.
        assert status == 201 or (times and status == 400), answer
        assert slug in slugs(machines, BOTH[(number + 1) % 2])

    assert before | after <= slugs(machines, "one")
    assert before | after <= slugs(machines, "two")
    state, _stage, _attempts, error = machines.finished(run)
    assert (state, error) == ("loaded", ""), machines.said()
    assert machines.ask("state", slug="stormy")["records"] == loaded
    machines.until(lambda: machines.ask("left") == [])
    status, answer = machines.get("two", feed["next"].partition(machines.network.addresses["one"])[2][5:], by_bob=True)
    assert (status, answer["errors"][0]["code"]) == (400, "cursor_of_another_database")
