"""What the documentation promises and what the code has are the same: settings, addresses, roles, commands, recipes."""

import re

import pytest
from django.core.management import get_commands
from django.urls import get_resolver

from accounts.roles import AccessLevel, Role
from tests.house.code import PROJECT, files, modules

DOCS = "\n".join(path.read_text() for path in files(".md"))
OPERATORS = (PROJECT / "docs/operators.md").read_text()
READERS = r"env\.(?:text|flag|number|words|address|folder|choice|required|kept_secret)\(\s*\"([A-Z_]+)\""


def settings_read():
    return set(re.findall(READERS, (PROJECT / "lipse_site/settings.py").read_text()))


def settings_documented():
    return dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]+) \|", OPERATORS, re.MULTILINE))


def test_each_setting_stands_in_the_table_with_its_default():
    assert settings_read() == set(settings_documented())


def test_no_other_file_reads_the_environment():
    allowed = {"lipse_site.environment", "lipse_site.settings", "lipse_site.celery", "lipse_site.wsgi"}
    allowed |= {"rest.examples"}  # programs for readers of the API, as text
    readers = {name for name, path in modules().items() if re.search(r"os\.environ(\[|\.get)|getenv", path.read_text())}
    assert readers <= allowed


@pytest.mark.parametrize(
    ("name", "reader", "default"),
    re.findall(r"env\.(?:number|flag)\(\"([A-Z_]+)\", (default=)?([\d_]+|True|False)(?=[,)])",
               (PROJECT / "lipse_site/settings.py").read_text()),
)  # fmt: skip
def test_the_documented_default_is_the_one_in_the_code(name, reader, default):
    written = {"True": "1", "False": "0"}.get(default, default.replace("_", ""))
    assert settings_documented()[name].strip().strip("`").split(" ")[0] == written


def test_each_command_is_documented():
    ours = {name for name, app in get_commands().items() if app in {path.split(".")[0] for path in modules()}}
    missing = {name for name in ours - {"migrate"} if f"manage.py {name}" not in DOCS}
    assert not missing


def test_each_role_and_access_level_is_documented():
    assert not [word for word in [*Role.values, *AccessLevel.values] if f"`{word}`" not in DOCS]


def test_each_address_of_the_api_is_documented():
    found = set()
    for pattern in addresses(get_resolver().url_patterns):
        if match := re.match(r"\^?api/v1/\^?([a-z-]+)/", pattern):
            found.add(match[1])
    assert found
    assert not sorted(name for name in found if f"/{name}/" not in DOCS)


def test_each_recipe_is_documented():
    recipes = {
        name for path in files("recipes.py") for name in re.findall(r'^    name = "([a-z-]+)"', path.read_text(), re.M)
    }
    assert not sorted(name for name in recipes if f"`{name}`" not in DOCS)


def addresses(patterns, before=""):
    for pattern in patterns:
        address = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from addresses(pattern.url_patterns, address)
        else:
            yield address
