"""docs/api-problems.md lists every code of a problem that the site can answer with, and no other."""

import ast
import re

import pytest

from tests.house.code import PROJECT, modules
from tests.rest.fuzzing import documented_codes

# Codes that Django and Django REST framework choose, and those of a status alone.
OF_FRAMEWORKS = {
    "authentication_failed", "blank", "date", "datetime", "does_not_exist", "empty", "incorrect_type", "invalid",
    "invalid_choice", "invalid_list", "invalid_unicode", "make_aware", "max_decimal_places", "max_digits", "max_length",
    "max_string_length", "max_value", "max_whole_digits", "method_not_allowed", "min_length", "min_value", "no_name",
    "not_a_dict", "not_a_list", "not_acceptable", "not_authenticated", "null", "overflow", "parse_error",
    "permission_denied", "required", "service_unavailable", "surrogate_characters_not_allowed", "throttled", "unique",
    "unsupported_media_type",
}  # fmt: skip
ANSWERS = {
    "ValidationError", "Conflict", "Gone", "TooLarge", "PermissionDenied", "AuthenticationFailed", "Refusal", "Unfit",
    "RegexValidator", "problem_response", "not_found", "__init__",
}  # fmt: skip
CLASSES = {"Conflict", "Gone", "TooLarge", "TooManyExports", "Unfit"}


def codes_of(tree):
    """Codes that stand in the code itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in ANSWERS:
            yield from (k.value.value for k in node.keywords if k.arg == "code" and isinstance(k.value, ast.Constant))
        if isinstance(node, ast.ClassDef) and node.name in CLASSES:
            for line in node.body:
                if isinstance(line, ast.Assign) and getattr(line.targets[0], "id", "") == "code":
                    yield line.value.value


@pytest.fixture(scope="module")
def known():
    found = {code for path in modules().values() for code in codes_of(ast.parse(path.read_text())) if code}
    return found | OF_FRAMEWORKS


def test_each_code_of_the_site_is_documented(known):
    assert not sorted(known - documented_codes())


def test_no_other_code_is_documented(known):
    texts = "\n".join(path.read_text() for path in modules().values())
    unknown = documented_codes() - known
    # Some are given on by a function, as `_refused(message, "bad_cursor")`.
    assert not sorted(code for code in unknown if f'"{code}"' not in texts)


def test_each_code_has_a_status_and_a_sentence():
    rows = re.findall(r"^\| `([a-z_-]+)` \| (\d{3}) \| (.+) \|$", (PROJECT / "docs/api-problems.md").read_text(), re.M)
    codes = [code for code, _status, _text in rows]
    assert set(codes) == documented_codes()
    assert len(codes) > 150
    assert not sorted({code for code in codes if codes.count(code) > 1}), "one code, one meaning"
    assert sorted(rows) == rows
    assert not [code for code, _status, text in rows if not text.strip().endswith(".")]
