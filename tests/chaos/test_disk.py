"""A full disk: a sentence that says so, nothing half-done, and the work goes on when there is space again."""

from pathlib import Path

import pytest

from standards.sentences import read
from tests.chaos.gates import standing_still
from tests.chaos.site import Site
from tests.chaos.test_kills import Journey, differences
from tests.small_disk import SmallDisk

MB = 2**20
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def disks(tmp_path_factory, prepared):
    """One for files, one for what the database stores of imports, one for the broker's."""
    site = Site()
    made = {}
    try:
        for name, path in (("files", "media"), ("data", "tables"), ("broker", "services/valkey")):
            (site.folder / "services").mkdir(exist_ok=True)
            made[name] = SmallDisk(site.folder / path, 256)
        site.keep()
        site.made_small(made["data"].path)
        yield site, made
    finally:
        if hasattr(site, "hand"):
            site.close()
        for disk in made.values():
            disk.close()


@pytest.fixture(autouse=True)
def space_again(disks):
    yield
    for disk in disks[1].values():
        disk.make_space()


@pytest.fixture(scope="module")
def loaded(disks, files):
    journey = Journey(disks[0], files, "undisturbed")
    for step in ("load", "deliver"):
        journey.begin(step)
        assert disks[0].finished(journey.runs[-1])[0] == "loaded", disks[0].said()
    return journey.state()


def test_a_file_that_cannot_be_stored_is_refused_with_a_sentence(disks, files):
    site, disk = disks[0], disks[1]["files"]
    disk.fill(leave=256 * 1024)

    answer = site.ask("receive", slug="no-room", path=str(files[0]))

    assert answer["refused"] == "disk"
    assert "No space left" in answer["message"]
    assert "Free some space" in answer["message"]
    site.until(lambda: site.ask("left") == [])
    disk.make_space()
    assert site.finished(site.ask("receive", slug="no-room", path=str(files[0])))[0] == "loaded"


@pytest.mark.parametrize("stage", ["", "checking", "publishing", "indexing"])
def test_an_import_on_a_full_disk_fails_and_goes_on_when_there_is_space(disks, files, loaded, stage):
    site, disk = disks[0], disks[1]["data"]
    journey = Journey(site, files, f"full-{stage or 'reading'}")
    if not stage:
        disk.fill(leave=MB)
    run = journey.begin("load")
    if stage:
        with standing_still(site, stage, run) as found:
            assert found
            disk.fill()

    state, _, _, error = site.finished(run)
    message = read(site.rows("SELECT error_message FROM imports_import WHERE id = %s", run)[0][0])
    assert (state, error) == ("failed", "disk_full"), site.said()
    assert "The disk where the database keeps its data is full. Nothing was published" in message
    site.until(lambda: site.ask("left") == [])
    assert site.ask("state", slug=journey.slug)["records"] == []

    disk.make_space()
    site.ask("retry", run=run)
    assert site.finished(run)[0] == "loaded"
    journey.begin("deliver")
    assert site.finished(journey.runs[-1])[0] == "loaded"
    assert differences(loaded, site.ask("state", slug=journey.slug)) == []


def test_a_later_file_leaves_records_unchanged_when_the_disk_is_full(disks, files, loaded):
    site, disk = disks[0], disks[1]["data"]
    journey = Journey(site, files, "full-delivery")
    journey.begin("load")
    site.finished(journey.runs[-1])
    before = site.ask("contents", slug=journey.slug)
    run = journey.begin("deliver")
    with standing_still(site, "checking", run) as found:
        assert found
        # Enough to check every row, not enough to write the records that changed.
        disk.fill(leave=MB)

    assert site.finished(run)[::3] == ("failed", "disk_full"), site.said()
    assert site.ask("contents", slug=journey.slug) == before
    disk.make_space()
    site.ask("retry", run=run)
    assert site.finished(run)[0] == "loaded"
    assert differences(loaded, site.ask("state", slug=journey.slug)) == []


def test_a_broker_without_space_delays_an_import_and_loses_nothing(disks, files):
    site, disk = disks[0], disks[1]["broker"]
    disk.fill()
    run = site.ask("receive", slug="no-message", path=str(files[0]))
    assert isinstance(run, int), run

    disk.make_space()

    assert site.finished(run)[0] == "loaded"
    assert Path(site.layout.logs / "valkey.log").exists()
