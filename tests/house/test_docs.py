"""What the documentation promises and what the code has are the same: settings, addresses, roles, commands, recipes."""

import ast
import re
import tomllib
from functools import cache

import pytest
from django.conf import settings
from django.core.management import get_commands
from django.urls import get_resolver

from accounts.roles import AccessLevel, Role
from casestudies.actions import attachments
from exports import limits
from imports.readers import child, table
from measures.catalogue import MEASURES
from surveys import spreadsheet_child, spreadsheets
from tests.house import decisions
from tests.house.code import PROJECT, ROOMS, files, modules, name_of

DOCS = "\n".join(path.read_text() for path in files(".md"))
OPERATORS = (PROJECT / "docs/operators.md").read_text()
READERS = r"env\.(?:text|flag|number|words|address|folder|choice|required|kept_secret)\(\s*\"([A-Z_]+)\""


def settings_read():
    return set(re.findall(READERS, (PROJECT / "lipse_site/settings.py").read_text()))


def settings_documented():
    return dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]+) \|", OPERATORS, re.MULTILINE))


def test_each_setting_is_in_the_table_with_its_default():
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


# Where a stranger looks: what these pages name must be there. Decision records tell of their own time.
PAGES = [path for path in files(".md") if path.parent in {PROJECT, PROJECT / "docs"}]
FOLDERS = {*ROOMS, "tests", "docs", "templates", "static", "benchmarks"}
ENDINGS = r"\.(?:py|js|mjs|css|html|toml|yml|json|md|cff)"
TEXTS = (".py", ".js", ".mjs", ".css", ".html", ".md", ".toml", ".yml", ".cff", "Makefile", "Dockerfile")


def in_code(pattern):
    """(page, what the pattern found) for each span of code on the pages; a pattern of two groups finds pairs."""
    return [
        (name_of(page), *match.groups()) for page in PAGES for match in re.finditer(f"`{pattern}`", page.read_text())
    ]


@cache
def names_in(path):
    """Functions, classes, methods and constants of a Python file; the words of any other."""
    if path.suffix != ".py":
        return set(re.findall(r"\w+", path.read_text()))
    found = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{inner.name}" for inner in node.body if isinstance(inner, ast.FunctionDef)}
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


def test_each_file_and_function_that_the_pages_name_is_there():
    wrong = []
    for page, file, name in in_code(rf"([\w.-]+(?:/[\w.-]+)+{ENDINGS})(?::([\w.]+))?"):
        path = PROJECT / file
        if not path.is_file():
            wrong.append(f"{page}: {file}")
        elif name and name not in names_in(path):
            wrong.append(f"{page}: {file}:{name}")
    assert not wrong


# Words in italics that are not labels of the site: examples of data, and a heading of the changelog.
NO_LABELS = {"Case 17", "Executive Director", "Haus", "Häuser", "Unreleased"}
FOR_USERS = [path for path in PAGES if path.parent.name == "docs" and path.stem not in
             {"architecture", "glossary", "imports-measured"}]  # fmt: skip


def test_each_label_that_the_pages_quote_is_on_the_site():
    """`*Datasets > New dataset*` quotes two labels; a label is text of a template or of the code."""
    site = [path for path in files(".py", ".html") if path.relative_to(PROJECT).parts[0] in {*ROOMS, "templates"}]
    texts = " ".join(" ".join(path.read_text() for path in site).casefold().split())
    quoted = [
        (name_of(page), label)
        for page in FOR_USERS
        for labels in re.findall(r"(?<![*\w])\*(\w[^*\n]{2,60})\*(?!\*)", page.read_text())
        for label in re.split(r" > | → ", labels)
    ]
    assert len(quoted) > 100
    assert not [(page, label) for page, label in quoted if label not in NO_LABELS and label.casefold() not in texts]


def test_each_measure_is_documented():
    documented = re.findall(r"^\| `([a-z-]+)` \|", (PROJECT / "docs/measures.md").read_text(), re.MULTILINE)
    assert sorted(documented) == sorted(MEASURES)


def test_version_changelog_and_citation_agree():
    """A version is dated once; later changes are under Unreleased."""
    version = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"]
    sections = re.findall(r"^## (.+)$", (PROJECT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert sections[0] == "Unreleased"
    dated = [re.fullmatch(r"(\d+\.\d+\.\d+) - (\d{4}-\d\d-\d\d)", section) for section in sections[1:]]
    assert all(dated)
    assert dated[0][1] == version
    citation = (PROJECT / "CITATION.cff").read_text()
    assert f"\nversion: {version}\ndate-released: {dated[0][2]}\n" in citation
    assert [match[2] for match in dated] == sorted((match[2] for match in dated), reverse=True)


def test_each_room_is_described():
    described = (PROJECT / "docs/architecture.md").read_text()
    assert not [room for room in ROOMS if f"| `{room}` |" not in described]


def test_each_folder_that_the_pages_name_is_there():
    named = in_code(r"((?:[a-z_]+/)+)")
    assert not [(page, name) for page, name in named
                if name.split("/")[0] in FOLDERS and not (PROJECT / name).is_dir()]  # fmt: skip


def test_each_link_between_pages_has_a_target():
    broken = [
        (name_of(page), target)
        for page in files(".md")
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text())
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert not broken


def test_each_decision_that_is_named_was_recorded():
    known = {path.name[:4] for path in decisions.records()}
    unknown = [
        (name_of(path), number)
        for path in files(*TEXTS)
        for number in re.findall(r"(?:\bADR |\badr/)(\d{4})", path.read_text())
        if number not in known
    ]
    assert not unknown


@pytest.mark.parametrize("path", decisions.records(), ids=lambda path: path.name)
def test_a_decision_has_date_status_context_decision_and_consequences(path):
    match = decisions.FORM.fullmatch(path.read_text())
    assert match, "see docs/adr/README.md for the form"
    assert path.name.startswith(f"{match['number']}-")


def test_the_index_of_decisions_is_that_of_the_records():
    assert decisions.INDEX.read_text() == decisions.index(), "run make fix"


def test_each_setting_that_is_named_is_there():
    """Of the environment and of Django, in the code and on the pages."""
    environment = {*settings_documented(), "LIPSE_TOKEN"}  # the token is on the reader's own machine
    unknown = []
    for path in files(*TEXTS):
        text = path.read_text()
        named = set(re.findall(r"\bLIPSE_[A-Z0-9_]+", text))
        unknown += [
            (name_of(path), name) for name in named - environment
            if not (name.endswith("_") and any(known.startswith(name) for known in environment))
        ]  # fmt: skip
        inner = re.findall(r"\bsettings\.([A-Z][A-Z0-9_]+)\b|\bsettings? `([A-Z][A-Z0-9_]+)`", text)
        unknown += [
            (name_of(path), name) for pair in inner for name in filter(None, pair)
            if not hasattr(settings, name) and name not in environment
        ]  # fmt: skip
    assert not unknown


MB = 2**20
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven")
FIGURES = [
    ("docs/data-managers.md", f"{settings.UPLOAD_MAX_BYTES // MB:,} MB a file (`LIPSE_MEDIA_UPLOAD_MB`)"),
    ("docs/data-managers.md", f"{table.MAX_COLUMNS:,} columns, {table.MAX_CELL // MB} MB a cell or JSON record"),
    ("docs/data-managers.md", f"{table.MAX_LINE // MB} MB a line"),
    ("docs/data-managers.md", f"in a process of their own with {child.MEMORY // MB} MB"),
    ("docs/data-managers.md", f"after {WORDS[settings.JOB_ATTEMPTS]} attempts without progress"),
    ("docs/fieldworkers.md", f"up to {attachments.MAX_BYTES // MB} MB each"),
    ("docs/fieldworkers.md", f"a file of up to {attachments.MAX_BYTES // MB} MB"),
    ("docs/surveys.md", f"at most {spreadsheets.MOST_BYTES // MB} MB, {spreadsheets.MOST_UNPACKED // MB} MB unpacked, "
                        f"{spreadsheets.MOST_ROWS:,} rows, {spreadsheets.MOST_COLUMNS} columns, "
                        f"{spreadsheets.MOST_TEXT:,} characters in a cell"),
    ("docs/surveys.md", f"{spreadsheet_child.MEMORY_BYTES // MB} MB of memory and {spreadsheet_child.CPU_SECONDS} s"),
    ("docs/partner-universities.md", f"up to {limits.LIMIT:,} rows at once"),
    ("docs/api.md", f"Above {limits.LIMIT:,} rows: 413"),
    ("docs/api.md", f"{settings.REST_LIMITS['person'][0]} requests a minute for a person"),
    ("docs/api.md", f"{settings.REST_LIMITS['anonymous'][0]} for an address without a token"),
]  # fmt: skip


@pytest.mark.parametrize(("page", "words"), FIGURES)
def test_a_figure_on_a_page_is_that_of_the_code(page, words):
    """Figures in the pages of the site come from the code itself."""
    assert words in " ".join((PROJECT / page).read_text().split())


def addresses(patterns, before=""):
    for pattern in patterns:
        address = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from addresses(pattern.url_patterns, address)
        else:
            yield address
