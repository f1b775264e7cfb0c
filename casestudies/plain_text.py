"""Plain paragraphs from the HTML that platforms and content management systems export."""

import re
from html.parser import HTMLParser

_BREAKS = {"p", "div", "br", "li", "tr", "ul", "ol", "table", "blockquote", "section", "article", "pre",
           *(f"h{n}" for n in range(1, 7))}  # fmt: skip
_HIDDEN = {"script", "style", "head", "template"}
_LOOKS_LIKE_HTML = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:[a-zA-Z]{2,8}|#\d{2,6});")
_SPACES = re.compile(r"[ \t\r\f\v\u00a0]+")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in _HIDDEN
        if tag in _BREAKS:
            self.parts.append("\n- " if tag == "li" else "\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden = max(0, self.hidden - (tag in _HIDDEN))
        if tag in _BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data.replace("\n", " "))


def plain_text(text: str) -> str:
    """Text without tags, one line for each block; text that is not HTML is returned as it is."""
    if not _LOOKS_LIKE_HTML.search(text):
        return text.strip()
    reader = _Reader()
    # An unfinished tag at the end was cut off by the source.
    reader.feed(re.sub(r"<[^<>]*$", "", text))
    reader.close()
    lines = [_SPACES.sub(" ", line).strip() for line in "".join(reader.parts).split("\n")]
    return "\n".join(line for line in lines if line and line != "-")
