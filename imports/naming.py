"""The title of a dataset that is made from a file. Pure."""

import re

_LONGEST = 200  # characters
_ENDINGS = re.compile(r"(?:\.[A-Za-z][A-Za-z0-9]{0,6})+$")


def title_of_file(name: str) -> str:
    """The name of a file as a title: without folder and endings, with blanks for underscores; empty if nothing is left.

    >>> title_of_file("data/reclameaqui_nagem.csv.gz")
    'Reclameaqui nagem'
    """
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    words = " ".join(_ENDINGS.sub("", base).replace("_", " ").split())[:_LONGEST].strip()
    return words[:1].upper() + words[1:]
