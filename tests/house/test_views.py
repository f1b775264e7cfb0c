"""Every page is answered in the one way of `rest/forms.py`, and its decorators have one order."""

import ast
import inspect

import pytest

from tests.house.code import files, imports, modules, name_of
from tests.permissions import routes

VIEWS = {module: path for module, path in modules().items() if "views" in module.split(".")}
# What an action raises to refuse; `rest.forms` alone turns it into a page.
REFUSALS = {"ValidationError", "Conflict", "Gone", "TooLarge", "Unavailable", "Refusal", "Refused", "SpreadsheetError"}
METHODS = ("require_GET", "require_POST", "require_safe", "require_http_methods")


def pages():
    """The functions of ours that answer the address of a page, by module and name."""
    found = set()
    for route, pattern in routes.patterns():
        view = inspect.unwrap(pattern.callback)
        if inspect.isfunction(view) and view.__module__ in VIEWS and not route.startswith("api/v1/schema"):
            found.add((view.__module__, view.__name__))
    return sorted(found)


def decorators_of(module, name):
    """Names of the decorators of a function, the outermost first."""
    tree = ast.parse(VIEWS[module].read_text())
    function = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name)
    calls = [d.func if isinstance(d, ast.Call) else d for d in function.decorator_list]
    return [call.id if isinstance(call, ast.Name) else call.attr for call in calls]


def in_order(decorators):
    """The method first, so that nobody is asked to sign in for what no method allows; then who; then the rest."""
    methods = [name for name in decorators if name in METHODS]
    others = [name for name in decorators if name not in METHODS and name != "login_required"]
    who = [name for name in decorators if name == "login_required"]
    return len(methods) == 1 and decorators == [*methods, *who, *others]


@pytest.mark.parametrize(
    ("decorators", "is_right"),
    [
        (["require_GET", "login_required", "never_cache"], True),
        (["require_POST"], True),
        (["login_required", "require_GET"], False),
        (["require_GET", "never_cache", "login_required"], False),
        (["never_cache", "require_GET"], False),
        (["login_required"], False),
        ([], False),
    ],
)
def test_the_order_of_decorators_is_checked(decorators, is_right):
    assert in_order(decorators) is is_right


def test_the_decorators_of_every_page_have_one_order():
    found = pages()
    assert len(found) > 90
    wrong = {f"{module}.{name}": decorators_of(module, name) for module, name in found}
    assert not {page: names for page, names in wrong.items() if not in_order(names)}


def _caught(path):
    """(line, name) of each exception that a file catches."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ExceptHandler) and node.type is not None:
            kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            for kind in kinds:
                yield node.lineno, kind.id if isinstance(kind, ast.Name) else getattr(kind, "attr", "")


def test_no_view_catches_what_an_action_refuses():
    caught = [f"{name_of(path)}:{line} {kind}" for path in VIEWS.values() for line, kind in _caught(path)]
    assert not [one for one in caught if one.split()[-1] in REFUSALS]


def test_pages_go_on_to_another_page_by_see_other_alone():
    """It answers 303. Django's `redirect` answers 302, after which a client may send the same POST again."""
    permanent = "django.http.HttpResponsePermanentRedirect"
    names = {"django.shortcuts.redirect", "django.http.HttpResponseRedirect", permanent}
    assert not {module: names & set(imports(path)) for module, path in VIEWS.items() if names & set(imports(path))}


def test_a_form_is_bound_to_every_post_even_an_empty_one():
    bound = "request.POST or None"
    assert not [name_of(path) for path in VIEWS.values() if bound in path.read_text()]


@pytest.mark.parametrize("name", ["see_other", "SignedInRequest", "posted", "UNPROCESSABLE"])
def test_each_part_of_the_way_to_answer_is_made_once(name):
    makers = []
    for path in modules().values():
        for node in ast.parse(path.read_text()).body:
            targets = node.targets if isinstance(node, ast.Assign) else []
            own = [getattr(node, "name", ""), *(target.id for target in targets if isinstance(target, ast.Name))]
            makers += [name_of(path)] if name in own else []
    assert len(makers) == 1, makers


def test_no_room_names_the_status_of_a_form_that_is_wrong():
    """It comes with `form_page`, or as UNPROCESSABLE of `rest.forms`."""
    named = ("UNPROCESSABLE_ENTITY", "status=422")
    assert not [name_of(path) for path in VIEWS.values() if any(name in path.read_text() for name in named)]


def test_every_list_shows_its_count_by_the_one_component():
    lists = [path for path in files(".html") if "components/pagination.html" in path.read_text()]
    assert len(lists) > 10
    without = [path for path in lists if '{% include "components/count.html" %}' not in path.read_text()]
    assert not [name_of(path) for path in without]


def test_no_page_puts_a_count_of_a_list_together_by_itself():
    assert not [name_of(path) for path in files(".html") if "listing.count.value" in path.read_text()]
