"""A worker that makes an export is killed, or what it needs: the file is whole and the same, or not there."""

import contextlib
import hashlib

import pytest

from tests.chaos.conftest import KILLS
from tests.chaos.gates import held_up
from tests.chaos.test_kills import Journey

TARGETS = ("worker child", "worker parent", "backend", "postmaster")
# What the worker waits for while it reads rows, and when the file is complete and its row is not.
GATES = {
    "reading": "LOCK TABLE complaints_record_{dataset} IN ACCESS EXCLUSIVE MODE",
    "finishing": "SELECT pg_advisory_lock(15)",
}
# A lock on the row would stop it when it takes the job, too.
WAITS_AT_THE_END = """
CREATE FUNCTION wait_at_the_end() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_advisory_xact_lock(15); RETURN NEW; END $$;
CREATE TRIGGER waits_at_the_end BEFORE UPDATE ON exports_export FOR EACH ROW
WHEN (NEW.state = 'finished') EXECUTE FUNCTION wait_at_the_end();
"""
ROUNDS = max(1, KILLS // 20)
pytestmark = pytest.mark.timeout(60 + 60 * ROUNDS * len(TARGETS) * len(GATES))


@pytest.fixture(scope="module")
def loaded(site, files):
    journey = Journey(site, files, "exported")
    journey.begin("load")
    assert site.finished(journey.runs[0])[0] == "loaded", site.said()
    with contextlib.closing(site.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(WAITS_AT_THE_END)
        connection.commit()
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
        lock = GATES[gate].format(dataset=loaded)

        with held_up(site, lock, lambda export=export: is_active(site, export)) as is_waiting:
            assert is_waiting, site.said()
            assert row_of(site, export)[5] == "", "no file has a name before it is complete"
            if gate == "finishing":
                assert list((site.folder / "exports").glob(f"{export}-*.csv"))
            assert site.kill(target, chance)

        site.until(lambda export=export: not is_active(site, export))
        state, error, rows, size, sha256, name = row_of(site, export)
        assert (state, error) == ("finished", ""), site.said()
        made = (site.folder / "exports" / name).read_bytes()
        assert [hashlib.sha256(made).hexdigest(), len(made)] == [sha256, size]
        assert [sha256, rows] == site.ask("exported", export=export)
    site.until(lambda: site.ask("export_left") == [])
