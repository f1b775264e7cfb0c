"""A pytest plugin, loaded before pytest-django reads the settings: real services for every test.

The run gets a data folder, a PostgreSQL and a Valkey of its own, all gone when it ends, however it ends. Workers of
pytest-xdist inherit the folder from the process that started them and share its servers: each has a database of its
own, and a numbered database of the broker.
"""

import os
import shutil
import tempfile
from pathlib import Path

from lipse_site.embedded import services
from lipse_site.embedded.layout import Layout

# A disk in memory, and the room that a whole run may need there.
_MEMORY, _ROOM = Path("/dev") / "shm", 8 * 1024**3


def _place() -> str | None:
    """Where the data folder is made: in memory if there is room. On a slow disk every CREATE DATABASE takes seconds."""
    if not os.access(_MEMORY, os.W_OK) or shutil.disk_usage(_MEMORY).free < _ROOM:
        return None
    return str(_MEMORY)


_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
if not _WORKER:
    _FOLDER = Path(tempfile.mkdtemp(prefix="lipse-test-", dir=_place()))
    # The services of a run as root belong to another user, who must get through.
    _FOLDER.chmod(0o755)
    for name in [name for name in os.environ if name.startswith(("LIPSE_", "DATABASE_", "REDIS_"))]:
        os.environ.pop(name, None)
    os.environ |= {"LIPSE_DATA_DIR": str(_FOLDER), "LIPSE_DEMO": "0"}
_LAYOUT = Layout.below(Path(os.environ["LIPSE_DATA_DIR"]).resolve())
os.environ["REDIS_URL"] = f"{_LAYOUT.broker_url()}?virtual_host={_WORKER.removeprefix('gw') or 0}"


def pytest_configure(config):
    if not _WORKER:
        _LAYOUT.ephemeral.touch()
        services.use(_LAYOUT)


def pytest_unconfigure(config):
    if not _WORKER:
        services.let_go(_LAYOUT)
        shutil.rmtree(_FOLDER, ignore_errors=True)
