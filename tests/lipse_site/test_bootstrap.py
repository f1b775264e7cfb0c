"""Setting up says in one sentence what is missing, and does nothing when there is nothing to do."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

FILES = ("bootstrap.py", "requirements.lock", "requirements-dev.lock", "requirements-node.lock", "package-lock.json")


@pytest.fixture
def clone(tmp_path):
    """What bootstrap.py reads, in a folder of its own."""
    folder = tmp_path / "clone"
    folder.mkdir()
    for name in FILES:
        shutil.copy(settings.BASE_DIR / name, folder / name)
    return folder


def bootstrap(folder, *, python=(sys.executable,), **environment):
    return subprocess.run(
        [*python, "bootstrap.py"], cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False
    )


def refusal(done):
    assert done.returncode == 1, done.stdout + done.stderr
    lines = [line for line in done.stderr.splitlines() if not line.startswith("Installing ")]
    assert len(lines) == 1, done.stderr
    return lines[0]


def pretending(lines, *, then="import runpy; runpy.run_path('bootstrap.py', run_name='__main__')"):
    return sys.executable, "-c", f"import sys; sys.argv = ['bootstrap.py']\n{lines}\n{then}"


def test_an_old_python_is_refused_where_no_newer_one_is(clone, tmp_path):
    old = pretending("sys.version_info = (3, 8, 1)")

    said = refusal(bootstrap(clone, python=old, PATH=str(tmp_path)))

    assert said == (
        "Python 3.8 is too old: install Python 3.11 or newer, or name one with `make PYTHON=/path/to/python3`."
    )


def test_its_syntax_can_be_read_by_an_old_python():
    source = (settings.BASE_DIR / "bootstrap.py").read_text()

    tree = ast.parse(source, feature_version=(3, 7))

    assert not [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr | ast.AnnAssign)]


def test_a_python_without_its_venv_module_is_refused(clone, tmp_path):
    broken = tmp_path / "venv.py"
    broken.write_text("import sys; sys.exit('No module named venv')\n")

    said = refusal(bootstrap(clone, PYTHONPATH=str(tmp_path)))

    assert said == "This Python has no venv module: install it (Debian, Ubuntu: apt-get install python3-venv)."
    assert not (clone / ".venv").exists()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become a user who may not write there")
def test_a_folder_without_write_access_is_reported(tmp_path):
    python = Path("/usr/bin/python3")
    if not python.exists():
        pytest.skip("there is no Python that another user could run")
    folder = Path("/var/tmp") / f"lipse-bootstrap-{os.getpid()}"  # noqa: S108 -- another user must get there
    folder.mkdir()
    try:
        for name in FILES:
            shutil.copy(settings.BASE_DIR / name, folder / name)
            (folder / name).chmod(0o644)
        folder.chmod(0o555)
        environment = os.environ | {"HOME": str(folder)}
        done = subprocess.run([python, "bootstrap.py"], cwd=folder, env=environment, user="nobody",
                              capture_output=True, text=True, check=False)  # fmt: skip
    finally:
        shutil.rmtree(folder)
    assert str(folder) in refusal(done)


def test_a_lock_that_names_another_content_is_refused(clone):
    """The file that comes does not have the hash that the lock names."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", clone / ".venv"], check=True)
    for name in ("pip", "uv"):
        program = clone / ".venv/bin" / name
        program.write_text("#!/bin/sh\nexit 1\n")
        program.chmod(0o755)
    package = next((clone / ".venv/lib").glob("python*/site-packages")) / "pip"
    package.mkdir()
    (package / "__main__.py").write_text(
        "import sys\n"
        "if '--version' not in sys.argv:\n"
        "    print('ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.')\n"
        "    sys.exit(1)\n"
    )

    said = refusal(bootstrap(clone))

    assert "is not the one that requirements.lock names" in said
    assert not (clone / ".venv/installed").exists()


def test_nothing_is_done_twice():
    """Run with the project's own environment, which whoever runs this test has set up."""
    if not (settings.BASE_DIR / ".venv/installed").exists():
        pytest.skip("this environment was not made by bootstrap.py")
    done = subprocess.run(
        ["python3", "bootstrap.py"], cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (0, "")
