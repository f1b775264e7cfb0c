"""Static files that one script needs: the modules it imports, with all that those import."""

import re
from functools import cache
from pathlib import Path
from posixpath import dirname, join, normpath

from django.contrib.staticfiles import finders

# `import {a} from "./x.js"`, the names perhaps on several lines; `import "./x.js"`; `export ...`; `import("./x.js")`.
_FIRST = r"""^(?:import|export)\b(?:[^;"']*\bfrom)?\s*"""
_LATER = r"""\bimport\(\s*"""
_ADDRESS = r"""["'](\.{1,2}/[^"']+)["']"""
_IMPORTED_FIRST = re.compile(_FIRST + _ADDRESS, re.MULTILINE)
_IMPORTED = re.compile(f"(?:{_FIRST}|{_LATER}){_ADDRESS}", re.MULTILINE)


@cache
def modules(entry: str, *, to_start: bool = False) -> tuple[str, ...]:
    """The static name of a module and of every module that it needs, the nearest first; `to_start`: without those that
    it imports while it runs.

    Raises FileNotFoundError for one that is not there.
    """
    imports = _IMPORTED_FIRST if to_start else _IMPORTED
    found = {entry: None}
    for name in (queue := [entry]):
        for imported in imports.findall(content_of(name).decode()):
            target = normpath(join(dirname(name), imported))
            if target not in found:
                found[target] = None
                queue.append(target)
    return tuple(found)


def content_of(name: str) -> bytes:
    """The bytes of a static file, as it is in the project."""
    path = finders.find(name)
    if path is None:
        raise FileNotFoundError(name)
    return Path(path).read_bytes()
