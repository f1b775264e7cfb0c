"""Every form that edits a stored row does so in the one way of `rest/edits.py`: nobody's words are replaced unseen."""

import ast
import importlib

import pytest

from rest.edits import EditForm
from tests.house.code import modules

VIEWS = {module: path for module, path in modules().items() if "views" in module.split(".")}
# Arguments of a form that are no stored row which it edits.
NO_ROW = {
    "organisations", "by", "lead", "user", "prefix", "codes", "imports", "understanding", "is_finished", "request",
    "form_kwargs", "other_than", "can_withhold", "cases", "recipe",
}  # fmt: skip
# Forms that get a row and edit none, or have a way of their own, with the reason.
LEFT_OUT = {
    "NoteForm": "notes have versions and conflicts of their own (casestudies/merging.py)",
    "WholeUnitForm": "the coding page compares what was shown with what is stored (coding/views/work.py)",
    "InformantForm": "only new ones: the row is unsaved",
    "ConsentForm": "only new ones: the row is unsaved",
    "WaveForm": "only new ones, of a questionnaire",
    "AddCodersForm": "adds to a round",
    "GiveUnitForm": "an assignment of one unit, which the action locks",
    "PassOnForm": "an assignment of one unit, which the action locks",
    "UploadForm": "a new import",
    "ChoiceRows": "the rows of a list, which ListNameForm compares as a whole",
    "DecisionForm": "the adjudication names the version that was shown (coding/actions/settling.py)",
    "ExportForm": "starts an export; edits nothing",
    "SavedQueryForm": "a new saved query; edits nothing",
    "ErasureForm": "erases a text; edits nothing",
}


def bound_forms(path):
    """(line, name, arguments) of each form that a view binds to what was sent."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Call):
            continue
        if getattr(node.args[0].func, "id", "") == "posted":
            name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
            yield node.lineno, name, {keyword.arg for keyword in node.keywords}


def found():
    for module, path in VIEWS.items():
        for line, name, arguments in bound_forms(path):
            yield module, line, name, arguments - NO_ROW


def test_every_form_that_edits_a_stored_row_asks_what_somebody_else_changed():
    wrong = []
    for module, line, name, rows in found():
        form = getattr(importlib.import_module(module), name, None)
        is_edit = isinstance(form, type) and issubclass(form, EditForm)
        # Forms that a function makes are tried in tests/casestudies/test_edits_by_two.py.
        if rows and form is not None and not is_edit and name not in LEFT_OUT:
            wrong.append(f"{module}:{line} {name} {sorted(rows)}")
    assert not wrong


def test_no_form_is_left_out_that_is_not_there():
    assert not set(LEFT_OUT) - {name for _module, _line, name, _rows in found()}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("TermForm(posted(request), term=term)", [("TermForm", {"term"})]),
        ("forms.TermForm(posted(request))", [("TermForm", set())]),
        ("TermForm(initial={})", []),
    ],
)
def test_forms_that_are_bound_are_found(tmp_path, source, expected):
    path = tmp_path / "views.py"
    path.write_text(source)
    assert [(name, arguments) for _line, name, arguments in bound_forms(path)] == expected


def test_enough_forms_are_found():
    assert len(list(found())) > 40
