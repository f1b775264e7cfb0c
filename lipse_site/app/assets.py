"""Static files that one script needs: the modules it imports, with all that those import."""

import re
from functools import cache
from pathlib import Path
from posixpath import dirname, join, normpath

from django.contrib.staticfiles import finders

# `import {a} from "./x.js"`, the names perhaps on several lines; `import "./x.js"`; `export ...`; `import("./x.js")`.
_IMPORT = re.compile(
    r"""(?:^(?:import|export)\b(?:[^;"']*\bfrom)?\s*|\bimport\(\s*)["'](\.{1,2}/[^"']+)["']""", re.MULTILINE
)


@cache
def modules(entry: str) -> tuple[str, ...]:
    """The static name of a module and of every module that it needs, the nearest first.

    Raises FileNotFoundError for one that is not there.
    """
    found = {entry: None}
    for name in (queue := [entry]):
        for imported in _IMPORT.findall(content_of(name).decode()):
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
