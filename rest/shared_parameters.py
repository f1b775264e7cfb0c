"""The OpenAPI document with the parameters that several operations have as components, so that it stays small. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from rest.renderers import to_json

# The OpenAPI document or a part of it: a JSON tree, whose members have no common type.
Tree = Mapping[str, Any]
PARAMETERS = "parameters"


def with_shared_parameters(document: Tree) -> dict[str, Any]:
    """The document, in which a parameter that several operations have in the same words stands once and is referred to.
    Parameters of one name that differ are numbered: `status`, `status-2`."""
    counts = Counter(map(to_json, _parameters(document)))
    names: dict[bytes, str] = {}
    shared: dict[str, Tree] = {}

    def place(parameter: Tree) -> Tree:
        key = to_json(parameter)
        if counts[key] == 1:
            return parameter
        if key not in names:
            names[key] = _free(str(parameter["name"]), shared)
            shared[names[key]] = parameter
        return {"$ref": f"#/components/{PARAMETERS}/{names[key]}"}

    paths = {
        path: {
            method: {**operation, PARAMETERS: [place(one) for one in operation[PARAMETERS]]}
            if PARAMETERS in operation
            else operation
            for method, operation in methods.items()
        }
        for path, methods in document["paths"].items()
    }
    return {**document, "paths": paths, "components": {**document["components"], PARAMETERS: shared}}


def _parameters(document: Tree) -> Iterator[Tree]:
    for methods in document["paths"].values():
        for operation in methods.values():
            yield from operation.get(PARAMETERS, ())


def _free(name: str, taken: Mapping[str, object]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free
