"""A pytest plugin in the place of tests.services: no server is started, and only tests that need none are run.

`make mutants` runs them some thousand times: they are the quick tests of the pure files.
"""

import os
import shutil
import tempfile
from pathlib import Path

import hypothesis

_FOLDER = Path(tempfile.mkdtemp(prefix="lipse-pure-"))
_OWNER = os.getpid()
os.environ |= {"LIPSE_DATA_DIR": str(_FOLDER), "LIPSE_DEMO": "0"}
SERVED = {"db", "transactional_db", "live_server", "worker", "browser"}


def pytest_configure(config):
    # The same examples for each mutant, so that one is killed by its change and not by luck.
    hypothesis.settings.register_profile("mutants", hypothesis.settings.default, derandomize=True, database=None)
    hypothesis.settings.load_profile("mutants")


def pytest_collection_modifyitems(config, items):
    served = [item for item in items if SERVED & set(item.fixturenames) or item.get_closest_marker("django_db")]
    config.hook.pytest_deselected(items=served)
    items[:] = [item for item in items if item not in served]


def pytest_unconfigure(config):
    if os.getpid() == _OWNER:
        shutil.rmtree(_FOLDER, ignore_errors=True)
        _FOLDER.mkdir(exist_ok=True)
