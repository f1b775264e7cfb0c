"""Notes, forms and files are taken in while PostgreSQL and every other process is killed: what was acknowledged is
there once. `make chaos INTAKE_KILLS=300 DATABASE_KILLS=1000`; the usual run kills each process a few times."""

import hashlib
import os
import random
import secrets
import sys
import threading
import time
from collections import Counter

import pytest

from tests.chaos.conftest import KILLS
from tests.fieldwork.intake import TARGETS, IntakeSite, Record, Writer, losses

IS_USUAL = KILLS <= 20
EACH = int(os.environ.get("CHAOS_INTAKE_KILLS") or (1 if IS_USUAL else KILLS))
DATABASE = int(os.environ.get("CHAOS_DATABASE_KILLS") or (6 if IS_USUAL else 1000))
WRITERS = 4
# So long a process works between two kills, in seconds.
LEAST_S, MOST_S = 0.1, 0.9
pytestmark = pytest.mark.timeout(300 + 20 * (DATABASE + EACH * len(TARGETS)))


@pytest.fixture
def seed():
    return os.environ.get("CHAOS_SEED") or secrets.token_hex(4)


@pytest.fixture
def chance(seed):
    return random.Random(seed)


@pytest.fixture
def intake(prepared):
    made = IntakeSite()
    try:
        made.keep()
        made.until(made.answers)
        yield made
    finally:
        made.close()


def dealt(chance):
    """The kills in random order."""
    deck = [target for target in TARGETS for _ in range(DATABASE if target == "postmaster" else EACH)]
    chance.shuffle(deck)
    return deck


def kill(site, target, chance):
    """Kill it as soon as it is there."""
    site.until(lambda: site.kill(target, chance))


def test_everything_acknowledged_is_there_once_whatever_is_killed(intake, chance, seed, tmp_path):
    tokens, case_study = intake.ask("fieldworkers", number=WRITERS)
    record, ended, kills = Record(tmp_path / "record.jsonl"), threading.Event(), Counter()
    writers = [Writer(intake, token, case_study, record, ended) for token in tokens]
    began = time.monotonic()
    for writer in writers:
        writer.start()
    for target in dealt(chance):
        time.sleep(chance.uniform(LEAST_S, MOST_S))
        kill(intake, target, chance)
        kills[target] += 1
    intake.until(intake.answers)
    # Everybody gets an answer for what is under way.
    before = [writer.acknowledged for writer in writers]
    intake.until(lambda: all(w.acknowledged > b or w.wrong for w, b in zip(writers, before, strict=True)))
    ended.set()
    for writer in writers:
        writer.join()
    record.close()

    told = f"seed {seed}, {dict(kills)}\n{intake.said()}"
    assert [sentence for writer in writers for sentence in writer.wrong] == [], told
    assert losses(intake, record) == [], told
    assert len(record.acknowledged) > len(writers), told
    missing = [name for kind, name in record.acknowledged if kind == "file" and not is_whole(intake, name)]
    assert missing == [], told
    sys.stderr.write(
        f"\n{kills.total()} kills {dict(kills)} in {time.monotonic() - began:.0f} s, seed {seed}: "
        f"{len(record.acknowledged)} acknowledged in {sum(w.tries for w in writers)} requests, each there once\n"
    )


def is_whole(site, sha256):
    """The file is on the disk with the bytes that its name says."""
    found = list((site.folder / "media").rglob(sha256))
    return len(found) == 1 and hashlib.sha256(found[0].read_bytes()).hexdigest() == sha256
