"""Pages compared by what they say, not by where their template breaks its lines."""

import re


def squeezed(html):
    """The markup of a page or a part of one, without white space that only lays it out."""
    return re.sub(r"\s*([<>])\s*", r"\1", re.sub(r"\s+", " ", html)).strip()
