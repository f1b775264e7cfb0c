"""Every action leaves an event in the audit trail."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("accounts", "registry", "imports", "coding", "casestudies", "complaints", "surveys", "versions", "exports")
FILES = sorted(
    path
    for room in ROOMS
    for path in [*(ROOT / room).glob("actions.py"), *(ROOT / room).glob("actions/*.py")]
    if path.name != "__init__.py"
)

# Actions that change nothing that the audit trail is about, with the reason.
WITHOUT_EVENT = {
    "report_device": "a browser says from every page how many texts wait in it",
    "note_received": "the version of the note has its own event",
    "drop_upload": "the parts of a file that never became one",
}


def calls_in(function):
    """Names of what a function calls: `audit.record` as record, `_end(...)` as _end."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            yield node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def is_of_versions(function):
    """Whether it calls a verb of the room versions, which records by itself."""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    return any(keyword.arg == "versioning" for call in calls for keyword in call.keywords)


def records(name, functions, seen=()):
    """Whether the function, or one of the same room it calls, records an event."""
    if name not in functions or name in seen:
        return False
    called = set(calls_in(functions[name]))
    return (
        "record" in called
        or is_of_versions(functions[name])
        or any(records(inner, functions, (*seen, name)) for inner in called)
    )


def functions_in(path):
    return {node.name: node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)}


def functions_seen_from(path):
    """By name: those of the file itself, and of the room's other files those whose names it does not have."""
    room = [other for other in FILES if other.relative_to(ROOT).parts[0] == path.relative_to(ROOT).parts[0]]
    return {name: function for other in [*room, path] for name, function in functions_in(other).items()}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_action_records_what_was_done(path):
    functions = functions_seen_from(path)
    # An action is public, knows its actor, and is no step of the room's other actions.
    steps = {called for name, function in functions.items() for called in calls_in(function) if called != name}
    actions = [
        name
        for name, function in functions_in(path).items()
        if not name.startswith("_") and name not in steps and any(a.arg == "by" for a in function.args.kwonlyargs)
    ]
    silent = [name for name in actions if name not in WITHOUT_EVENT and not records(name, functions)]
    assert silent == []
