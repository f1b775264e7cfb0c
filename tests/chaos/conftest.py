"""Fixtures of chaos: `make chaos` runs it long, the usual run of tests does twenty kills of it (CONTRIBUTING.md)."""

import os
import random
import secrets

import pytest

from tests.chaos.files import deliveries
from tests.chaos.site import Site

KILLS = int(os.environ.get("CHAOS_KILLS", "20"))
ROWS = int(os.environ.get("CHAOS_ROWS", "10000" if KILLS <= 20 else "20000"))


@pytest.fixture(scope="session")
def seed():
    return os.environ.get("CHAOS_SEED") or secrets.token_hex(4)


@pytest.fixture
def chance(seed):
    return random.Random(seed)


@pytest.fixture(scope="session")
def site(prepared):
    made = Site()
    try:
        yield made.keep()
    finally:
        made.close()


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    return deliveries(tmp_path_factory.mktemp("files"), ROWS)
