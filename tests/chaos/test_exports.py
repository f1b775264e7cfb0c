"""A worker that makes an export is killed, or what it needs: the file is whole and the same, or not there."""

import hashlib

import pytest

from tests.chaos.conftest import KILLS
from tests.chaos.gates import held_up
from tests.chaos.test_kills import Journey

TARGETS = ("worker child", "worker parent", "backend", "postmaster")
# What the worker waits for while it reads rows, and when the file is complete and its row is not. It waits for the row
# when it takes the job, too: the row is locked when it reads.
READING = "LOCK TABLE complaints_record_{dataset} IN ACCESS EXCLUSIVE MODE"
GATES = {"reading": "", "finishing": "SELECT FROM exports_export WHERE id = {export} FOR UPDATE"}
ROUNDS = max(1, KILLS // 20)
pytestmark = pytest.mark.timeout(60 + 60 * ROUNDS * len(TARGETS) * len(GATES))


@pytest.fixture(scope="module")
def loaded(site, files):
    journey = Journey(site, files, "exported")
    journey.begin("load")
    assert site.finished(journey.runs[0])[0] == "loaded", site.said()
    return site.rows("SELECT id FROM imports_dataset WHERE slug = 'exported'")[0][0]


def row_of(site, export):
    columns = "state, error_code, rows, size, sha256, file_name"
    return site.rows(f"SELECT {columns} FROM exports_export WHERE id = %s", export)[0]


def is_active(site, export):
    return row_of(site, export)[0] in ("received", "waiting", "running")


@pytest.mark.parametrize("gate", GATES)
@pytest.mark.parametrize("target", TARGETS)
def test_a_file_is_whole_whatever_is_killed_while_it_is_made(site, loaded, chance, target, gate):
    for number in range(ROUNDS):
        # Another query each time: a file that was made before is not made again.
        query = f"/api/v1/complaint-records/?dataset=exported&respondent__not={gate} {target} {number}"
        export = site.ask("export", query=query, fmt="csv")
        lock, then = (one.format(dataset=loaded, export=export) for one in (READING, GATES[gate]))

        with held_up(site, lock, lambda export=export: is_active(site, export), then) as is_waiting:
            assert is_waiting, site.said()
            assert row_of(site, export)[5] == "", "no file has a name before it is complete"
            if gate == "finishing":
                site.until(lambda export=export: list((site.folder / "exports").glob(f"{export}-*.csv")))
            assert site.kill(target, chance)

        site.until(lambda export=export: not is_active(site, export))
        state, error, rows, size, sha256, name = row_of(site, export)
        assert (state, error) == ("finished", ""), site.said()
        made = (site.folder / "exports" / name).read_bytes()
        assert [hashlib.sha256(made).hexdigest(), len(made)] == [sha256, size]
        assert [sha256, rows] == site.ask("exported", export=export)
    site.until(lambda: site.ask("export_left") == [])
