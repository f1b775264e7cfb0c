"""The house as code: floors, the order inside a room, sizes, cycles. ruff and import-linter check the rest."""

import graphlib
import itertools
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.staticfiles import finders
from django.core.management import call_command

from tests.house.code import FLOOR_OF, FLOORS, PROJECT, ROOMS, files, imports, module_of, modules, name_of
from tests.house.pure import PURE

MOST_LINES = 400
# A file of a role imports only what stands before it here, and nothing of the doors behind it.
ORDER = (
    "roles",
    "querysets",
    "models",
    "policies",
    "filters",
    "selectors",
    "recipes",
    "jobs",
    "tasks",
    "actions",
    "forms",
    "serializers",
    "views",
    "api",
    "urls",
)
DOORS = {"forms", "serializers", "views", "api", "urls", "management"}


def _is_inside(one, other):
    return one.startswith(other + ".") or other.startswith(one + ".")


def role_of(module):
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def test_no_file_is_longer_than_a_page_that_can_be_held_in_mind():
    """Migrations are written by a machine and read as a history."""
    endings = (".py", ".js", ".mjs", ".css", ".html")
    written = [path for path in files(*endings) if "migrations" not in path.parts]
    long = {name_of(path): lines for path in written if (lines := len(path.read_text().splitlines())) > MOST_LINES}
    assert not long


@pytest.mark.parametrize("room", [room for room in ROOMS if room != "lipse_site" and apps.is_installed(room)])
def test_foreign_keys_point_to_the_same_or_a_lower_floor(room):
    upwards = []
    for model in apps.get_app_config(room).get_models(include_auto_created=True):
        for field in model._meta.get_fields(include_hidden=False):
            target = getattr(field, "related_model", None)
            label = target._meta.app_label if target and not field.auto_created else None
            if label in FLOOR_OF and label != room and FLOOR_OF[label] <= FLOOR_OF[room]:
                upwards.append(f"{model._meta.label}.{field.name} -> {target._meta.label}")
    assert not upwards


def test_the_floors_of_the_tests_are_those_of_the_linter():
    contracts = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    assert tuple(tuple(layer.split(" | ")) for layer in layers) == FLOORS


def test_no_module_imports_itself_by_a_detour():
    graph = {}
    for module, path in modules().items():
        targets = {module_of(name) for name in imports(path)} - {None, module}
        # A package that gathers its parts is one thing with them.
        graph[module] = {target for target in targets if not _is_inside(module, target)}
    try:
        list(graphlib.TopologicalSorter(graph).static_order())
    except graphlib.CycleError as cycle:
        pytest.fail(" -> ".join(cycle.args[1]))


def test_files_of_a_room_import_in_the_order_of_their_roles():
    wrong = []
    for module, path in modules().items():
        room, role = module.split(".")[0], role_of(module)
        if role not in ORDER or room == "lipse_site":
            continue
        for name in imports(path):
            target = module_of(name)
            later = role_of(target) if target and target.startswith(room + ".") else ""
            if later in ORDER and ORDER.index(later) > ORDER.index(role) and {role, later} != {"filters", "selectors"}:
                wrong.append(f"{module} imports {target}")
    assert not wrong


def test_only_doors_import_doors():
    wrong = []
    for module, path in modules().items():
        if module.split(".")[0] in {"lipse_site", "rest"} or role_of(module) in DOORS | {"admin", "apps"}:
            continue
        wrong += [
            f"{module} imports {target}"
            for target in map(module_of, imports(path))
            if target and target.split(".")[0] not in {"lipse_site", "rest"} and role_of(target) in DOORS
        ]
    assert not wrong


def test_no_import_hides_in_a_function():
    """But in an AppConfig's ready(), before which there are no models."""
    hidden = [
        module for module, path in modules().items() if "PLC0415" in path.read_text() and role_of(module) != "apps"
    ]
    assert hidden == []


def test_no_room_looks_a_model_up_by_its_name():
    """A name passes by the floors and the checks of types: a model is imported, or reached by a relation."""
    assert [module for module, path in modules().items() if "django.apps.apps" in imports(path)] == []


@pytest.mark.django_db
def test_models_and_migrations_agree():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_dependency_has_a_reason():
    lines = (PROJECT / "pyproject.toml").read_text().split("[dependency-groups]")[0].splitlines()
    bare = [
        line
        for previous, line in itertools.pairwise(lines)
        if line.startswith('  "') and not previous.startswith(("  #", '  "'))
    ]
    assert bare == []


def test_the_locks_hold_every_dependency_and_no_address_of_a_registry():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    for lock, wanted in {
        "requirements.lock": project["project"]["dependencies"],
        "requirements-dev.lock": [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]],
    }.items():
        content = (PROJECT / lock).read_text()
        locked = {line.split("==")[0].lower() for line in content.splitlines() if "==" in line}
        names = {entry.split(">")[0].split("=")[0].split("<")[0].split("[")[0].strip().lower() for entry in wanted}
        assert names <= locked, f"{lock} lacks {names - locked}: make lock"
        assert "://" not in content
    addresses = set(re.findall(r"\"resolved\": \"[^\"]*", (PROJECT / "package-lock.json").read_text()))
    assert not addresses


def test_digits_are_asked_for_so_that_int_can_read_them():
    """`"²".isdigit()` is true, and int("²") fails: isdecimal, or isdigit of what isascii."""
    asked = [line.strip() for path in files() for line in path.read_text().splitlines() if ".isdigit()" in line]

    assert [line for line in asked if "isascii" not in line] == []


def test_no_path_of_a_machine_is_in_the_code():
    ours = str(Path(PROJECT))
    found = [name_of(path) for path in files(".py", ".js", ".html", ".md", ".toml", ".yml", "Makefile", "Dockerfile")
             if ours in path.read_text()]  # fmt: skip
    assert found == []


def test_imports_go_downstairs():
    done = subprocess.run([Path(sys.executable).with_name("lint-imports"), "--no-cache"], cwd=PROJECT,
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:]


@pytest.mark.parametrize("module", PURE)
def test_pure_files_know_no_django_not_even_through_others(module):
    seen, waiting = set(), [module]
    while waiting:
        name = waiting.pop()
        seen.add(name)
        found = imports(modules()[name])
        assert not [one for one in found if one.split(".")[0] in {"django", "rest_framework", "psycopg2"}], name
        waiting += {module_of(one) for one in found} - seen - {None}


def test_measures_take_only_the_standard_library_numpy_and_scipy():
    allowed = {*sys.stdlib_module_names, "measures", "numpy", "scipy"}
    for module, path in modules().items():
        if module.split(".")[0] == "measures":
            assert {name.split(".")[0] for name in imports(path)} <= allowed, module
            assert module in PURE


def test_each_static_file_that_a_template_names_is_there():
    named = {
        name: re.findall(r"\{% static ['\"]([^'\"{]+)['\"]", (PROJECT / name).read_text())
        for name in map(name_of, files(".html"))
    }
    assert not {name: lost for name, paths in named.items() if (lost := [p for p in paths if not finders.find(p)])}
