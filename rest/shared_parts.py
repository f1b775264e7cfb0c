"""The OpenAPI document with what several operations have, parameters and responses, as components, so that it stays
small. Pure."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rest.renderers import to_json

# The OpenAPI document or a part of it: a JSON tree, whose members have no common type.
Tree = Mapping[str, Any]
PARAMETERS, RESPONSES = "parameters", "responses"
_REFERENCE = "$ref"


def with_shared_parts(document: Tree) -> dict[str, Any]:
    """The document, in which a parameter or a response that several operations have in the same words stands once and
    is referred to. Parameters of one name that differ are numbered (`status`, `status-2`), responses by their status
    (`304`, `304-2`)."""
    components = document["components"]
    parameters = _Shared(PARAMETERS, components, (one for name, one in _parts(document) if name == PARAMETERS))
    responses = _Shared(RESPONSES, components, (one for name, one in _parts(document) if name == RESPONSES))

    def placed(operation: Tree) -> dict[str, Any]:
        found = dict(operation)
        if PARAMETERS in found:
            found[PARAMETERS] = [parameters.place(one, str(one["name"])) for one in found[PARAMETERS]]
        found[RESPONSES] = {status: responses.place(one, str(status)) for status, one in found[RESPONSES].items()}
        return found

    paths = _each(document["paths"], lambda methods: _each(methods, placed))
    return {
        **document,
        "paths": paths,
        "components": {**components, PARAMETERS: parameters.known, RESPONSES: responses.known},
    }


class _Shared:
    """The components of one kind: those that there are, and those that several operations have."""

    def __init__(self, kind: str, components: Tree, parts: Iterator[Tree]) -> None:
        self.kind = kind
        self.known: dict[str, Tree] = dict(components.get(kind, {}))
        self._counts = Counter(map(to_json, parts))
        self._names: dict[bytes, str] = {}

    def place(self, part: Tree, name: str) -> Tree:
        """What stands in an operation in place of the part."""
        key = to_json(part)
        if self._counts[key] == 1 or _REFERENCE in part:
            return part
        if key not in self._names:
            self._names[key] = _free(name, self.known)
            self.known[self._names[key]] = part
        return {_REFERENCE: f"#/components/{self.kind}/{self._names[key]}"}


def _each(members: Tree, change: Callable[[Any], Any]) -> dict[str, Any]:
    return {name: change(member) for name, member in members.items()}


def _parts(document: Tree) -> Iterator[tuple[str, Tree]]:
    for methods in document["paths"].values():
        for operation in methods.values():
            yield from ((PARAMETERS, one) for one in operation.get(PARAMETERS, ()))
            yield from ((RESPONSES, one) for one in operation[RESPONSES].values())


def _free(name: str, taken: Mapping[str, object]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free
