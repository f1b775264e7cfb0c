"""Events of the audit trail are named `noun.participle`, as the glossary has it, wherever one is recorded."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.code import PROJECT, modules, name_of

WORD = r"[a-z0-9]+(?:-[a-z0-9]+)?"
# What an f-string puts in.
GAP = "\ufffc"
FORM = re.compile(rf"(?:{WORD}|{GAP})\.(?:{WORD}|{GAP})")
# A participle, not an infinitive: regular ones, and the irregular ones that are used.
PARTICIPLE = re.compile(
    rf"{GAP}|(?:re-)?(?:\w+ed|begun|frozen|put|read|sent|set|taken|undone|withdrawn|written)(?:-in|-out)?"
)


def earlier_verbs() -> set[str]:
    """The verbs that the glossary replaces; `note.*` is every verb of that noun."""
    text = (PROJECT / "docs/glossary.md").read_text()
    table = text.partition("| Before | Now |")[2].partition("\n\n")[0]
    return {verb for row in table.splitlines() if "|" in row for verb in re.findall(r"`([^`]+)`", row.split("|")[1])}


def is_earlier(verb: str) -> bool:
    return verb in earlier_verbs() or f"{verb.partition('.')[0]}.*" in earlier_verbs()


def recorded_in(source: str) -> Iterator[str]:
    """The first argument of each call of `record` or `audit.record`, with a gap for each value of an f-string."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _is_record(node.func) and node.args:
            yield from _verbs(node.args[0])


def _is_record(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        return function.attr == "record" and isinstance(function.value, ast.Name) and function.value.id == "audit"
    return isinstance(function, ast.Name) and function.id == "record"


def _verbs(argument: ast.expr) -> Iterator[str]:
    if isinstance(argument, ast.IfExp):
        yield from _verbs(argument.body)
        yield from _verbs(argument.orelse)
    elif isinstance(argument, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else GAP for part in argument.values)
    elif isinstance(argument, ast.Constant):
        yield str(argument.value)


def has_form(verb: str) -> bool:
    return bool(FORM.fullmatch(verb)) and bool(PARTICIPLE.fullmatch(verb.partition(".")[2]))


def recorded() -> dict[Path, list[str]]:
    return {path: verbs for path in modules().values() if (verbs := list(recorded_in(path.read_text())))}


def test_each_event_is_a_noun_and_a_participle():
    found = recorded()
    assert sum(map(len, found.values())) > 60
    wrong = {
        name_of(path): [v for v in verbs if not has_form(v) and not is_earlier(v)] for path, verbs in found.items()
    }
    assert not {name: verbs for name, verbs in wrong.items() if verbs}


def test_no_event_has_a_verb_that_the_glossary_replaces():
    found = {name_of(path): [verb for verb in verbs if is_earlier(verb)] for path, verbs in recorded().items()}
    assert not {name: verbs for name, verbs in found.items() if verbs}


@pytest.mark.parametrize(
    ("verb", "is_right"),
    [
        ("case-study.approved", True),
        ("person.signed-in", True),
        (f"{GAP}.removed", True),
        (f"field-note.{GAP}", True),
        ("add_term", False),
        ("roles.set_now", False),
        ("university.taken away", False),
        ("term.change", False),
    ],
)
def test_a_verb_of_another_form_is_found(verb, is_right):
    assert has_form(verb) is is_right


def test_earlier_verbs_are_read_from_the_glossary():
    assert is_earlier("roles.set") is False
    assert is_earlier("person.roles_set")
    assert is_earlier("note.restored")
    assert is_earlier("add_term")


def test_verbs_are_found_in_calls():
    source = 'audit.record("a.made", by=x)\nrecord(f"{x}.made", by=x)\nlog.record("b")\nrecord("c.d" if x else "e.f")'
    assert list(recorded_in(source)) == ["a.made", f"{GAP}.made", "c.d", "e.f"]
