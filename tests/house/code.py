"""The project's own files, read for the checks of the house."""

import ast
import subprocess
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
FLOORS = (
    ("lipse_site",),
    ("casestudies", "complaints", "surveys"),
    ("registry",),
    ("coding", "imports"),
    ("exports",),
    ("jobs", "versions"),
    ("accounts",),
    ("rest",),
    ("standards", "measures"),
)
ROOMS = tuple(room for floor in FLOORS for room in floor)
FLOOR_OF = {room: number for number, floor in enumerate(FLOORS) for room in floor}


@cache
def files(*endings):
    """Files that git tracks or would track, so that nobody's environment counts."""
    command = ["git", "ls-files", "-co", "--exclude-standard"]
    listed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [PROJECT / name for name in sorted(set(listed)) if name.endswith(endings) and (PROJECT / name).is_file()]


def name_of(path):
    return str(path.relative_to(PROJECT))


@cache
def modules():
    """Dotted name to path of every module of a room, without migrations."""
    found = {}
    for path in files(".py"):
        parts = path.relative_to(PROJECT).with_suffix("").parts
        if parts[0] in ROOMS and "migrations" not in parts:
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def imports(path):
    """Dotted names a file imports when it runs: a queryset must name its model's type, which only mypy reads."""
    names, tree = [], ast.parse(path.read_text())
    typing = {id(inner) for node in ast.walk(tree) if _is_for_types(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in typing:
            continue
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def _is_for_types(node):
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def module_of(name):
    """The module of ours that an imported name is or lies in."""
    while name:
        if name in modules():
            return name
        name = name.rpartition(".")[0]
    return None
