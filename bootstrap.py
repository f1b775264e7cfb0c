"""Makes what the Makefile's verbs need: .venv with the locked Python packages, node_modules with the browser libraries.

Standard library only, and written so that an old Python can still read it and say that it is old. When nothing
changed since the last time it does nothing, in about 50 milliseconds. `--dev` adds the tools of tests and checks.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
CANDIDATES = ("python3.13", "python3.12", "python3.11", "python3.14")
OLDEST_NODE = 20


def main():
    dev = "--dev" in sys.argv[1:]
    if sys.version_info < OLDEST:
        restart_with_newer_python()
    os.chdir(str(ROOT))
    try:
        set_up_python(dev)
        set_up_browser_libraries()
    except OSError as error:
        give_up("%s cannot be written (%s). Give this user a folder it may write to." % (ROOT, error.strerror))


def restart_with_newer_python():
    for name in CANDIDATES:
        newer = shutil.which(name)
        if newer:
            os.execv(newer, [newer, *sys.argv])
    give_up(
        "Python %d.%d is too old: install Python 3.11 or newer, or name one with `make PYTHON=/path/to/python3`."
        % sys.version_info[:2]
    )


def set_up_python(dev):
    lock = ROOT / ("requirements-dev.lock" if dev else "requirements.lock")
    stamp, wanted = VENV / "installed", fingerprint(ROOT / "requirements.lock", ROOT / "requirements-dev.lock")
    with_tools = wanted + " with tools"
    installed = stamp.read_text() if PYTHON.exists() and stamp.exists() else ""
    if installed == with_tools or (installed == wanted and not dev):
        return
    say("Installing Python packages into .venv")
    if not works():
        make_environment()
    install(lock)
    stamp.write_text(with_tools if dev else wanted)


def works():
    """A .venv copied from another folder or another Python is made anew."""
    return PYTHON.exists() and quiet([str(PYTHON), "-m", "pip", "--version"]).returncode == 0


def make_environment():
    done = quiet([sys.executable, "-m", "venv", "--clear", str(VENV)])
    if done.returncode:
        shutil.rmtree(str(VENV), ignore_errors=True)
        output = done.stdout.lower()
        if "no space left" in output:
            give_up("The disk that holds %s is full; free 2 GB and start again." % ROOT)
        if "ensurepip" in output or "no module named venv" in output:
            give_up("This Python has no venv module: install it (Debian, Ubuntu: apt-get install python3-venv).")
        give_up("The virtual environment %s could not be made: %s" % (VENV, last_line(done.stdout)))


def install(lock):
    """With uv, which takes seconds; with pip where uv cannot reach what pip can, as behind a mirror only pip knows."""
    pip = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--require-hashes",
    ]
    uv = VENV / "bin" / "uv"
    if not uv.exists():
        tool = VENV / "uv.lock"
        tool.write_text(requirement("uv", ROOT / "requirements-dev.lock"))
        quiet([*pip, "-r", str(tool)])
    options = ["--quiet", "--no-deps", "--require-hashes", "--python", str(PYTHON), "-r", str(lock)]
    if uv.exists() and quiet([str(uv), "pip", "install", *options]).returncode == 0:
        return
    explain(quiet([*pip, "-r", str(lock)]), "Python packages", lock)


def requirement(name, lock):
    """The lines of one package in a lock file, hashes and all."""
    lines, wanted = [], False
    for line in lock.read_text().splitlines():
        wanted = line.startswith(name + "==") or (wanted and line.startswith(" "))
        if wanted:
            lines.append(line)
    return "\n".join(lines) + "\n"


def set_up_browser_libraries():
    lock, stamp = ROOT / "package-lock.json", ROOT / "node_modules" / ".installed"
    if not lock.exists():
        return
    wanted = fingerprint(lock)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("Installing browser libraries into node_modules")
    environment = dict(os.environ, PATH=os.pathsep.join([str(VENV / "bin"), os.environ.get("PATH", "")]))
    if not node_is_usable():
        install(ROOT / "requirements-node.lock")
    npm = shutil.which("npm", path=environment["PATH"])
    explain(quiet([npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], environment), "browser libraries", lock)
    stamp.write_text(wanted)


def node_is_usable():
    node = shutil.which("node")
    if not node or not shutil.which("npm"):
        return False
    version = quiet([node, "--version"]).stdout.strip().lstrip("v").split(".")[0]
    return version.isdigit() and int(version) >= OLDEST_NODE


def explain(done, what, lock):
    if done.returncode == 0:
        return
    output = done.stdout.lower()
    if "no space left" in output or "enospc" in output:
        give_up("The disk that holds %s is full; free 2 GB and start again." % ROOT)
    if "do not match the hashes" in output or "hash mismatch" in output or "eintegrity" in output:
        give_up("One of the %s is not the one that %s names; who served it? Nothing was installed." % (what, lock.name))
    network = ("connection", "resolve", "network", "enotfound", "eai_again", "no matching distribution")
    if any(word in output for word in network):
        give_up(
            "The %s could not be fetched; is this machine online? The tool said: %s" % (what, last_line(done.stdout))
        )
    sys.stderr.write(done.stdout)
    give_up("The %s could not be installed; the lines above say why." % what)


def fingerprint(*files):
    digest = hashlib.sha256(("%s %s" % (VENV, sys.version_info[:2])).encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def quiet(command, environment=None):
    return subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True, env=environment, check=False
    )


def last_line(output):
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "nothing"


def say(sentence):
    sys.stderr.write(sentence + "\n")


def give_up(sentence):
    sys.exit(sentence)


if __name__ == "__main__":
    main()
