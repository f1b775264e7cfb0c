"""Run as a child process with limits on memory and time: a document as JSON to a PDF on standard output.

Called as `python pdf_child.py MEMORY SECONDS`; standard input is what `exports.pdf.pdf_of` writes. It imports nothing
of the project. Every text is escaped, because the library reads its paragraphs as markup, which can name files.
"""

import json
import resource
import sys
import unicodedata
from collections.abc import Callable
from html import escape
from io import BytesIO
from typing import Any, TypedDict

from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    LongTable,
    PageTemplate,
    Paragraph,
    Spacer,
    TableStyle,
)

MARGIN = 18 * mm
WIDTH = A4[0] - 2 * MARGIN
HEIGHT = A4[1] - 2 * MARGIN
_RULE, _SHADE, _QUIET = colors.HexColor("#9aa5b1"), colors.HexColor("#eef1f4"), colors.HexColor("#4a5560")
_PLAIN = ParagraphStyle("plain", fontName="plain", fontSize=9, leading=12, spaceAfter=4)
STYLES = {
    "plain": _PLAIN,
    "title": ParagraphStyle("title", _PLAIN, fontName="bold", fontSize=16, leading=20, spaceAfter=6),
    "heading": ParagraphStyle("heading", _PLAIN, fontName="bold", fontSize=11.5, leading=15, spaceBefore=10),
    "line": ParagraphStyle(
        "line", _PLAIN, fontName="mono", fontSize=7.5, leading=10, backColor=_SHADE, borderPadding=3
    ),
    "cell": ParagraphStyle("cell", _PLAIN, fontSize=8, leading=10, spaceAfter=0),
    "head": ParagraphStyle("head", _PLAIN, fontName="bold", fontSize=8, leading=10, spaceAfter=0),
    "mono": ParagraphStyle("mono", _PLAIN, fontName="mono", fontSize=7, leading=10, spaceAfter=0),
}
_GRID = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LINEBELOW", (0, 0), (-1, -1), 0.25, _RULE),
    ("LEFTPADDING", (0, 0), (-1, -1), 2),
    ("RIGHTPADDING", (0, 0), (-1, -1), 4),
    ("TOPPADDING", (0, 0), (-1, -1), 2),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
]


class Spec(TypedDict):
    """What standard input says. A part has the fields of one of the classes of parts in `exports.pdf`."""

    title: str
    author: str
    subject: str
    language: str
    numbering: str
    fonts: dict[str, str]
    parts: list[dict[str, Any]]


class Numbered(Canvas):
    """At the foot of each page is a form that is written when the number of pages is known, in `save`."""

    numbering = ""

    def save(self) -> None:
        last = self.getPageNumber() - 1
        for page in range(1, last + 1):
            self.beginForm(foot(page), 0, 0, *A4)
            self.setFont("plain", 7.5)
            self.setFillColor(_QUIET)
            self.drawRightString(A4[0] - MARGIN, MARGIN / 2, self.numbering.format(page=page, pages=last))
            self.endForm()
        super().save()


def foot(page: int) -> str:
    """The name of the form with the number of this page."""
    return f"foot-{page}"


class Pages(BaseDocTemplate):
    """Pages with the title and the number at the foot. Headings are bookmarks."""

    def __init__(self, file: BytesIO, spec: Spec) -> None:
        super().__init__(
            file,
            pagesize=A4,
            title=_clean(spec["title"]),
            author=_clean(spec["author"]),
            subject=_clean(spec["subject"]),
            creator="LIPSE Casebook",
            lang=spec["language"],
            displayDocTitle=True,
        )
        self.spec, self.headings = spec, 0
        frame = Frame(MARGIN, MARGIN, WIDTH, HEIGHT, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
        self.addPageTemplates(PageTemplate(frames=[frame], onPage=self.number))

    def number(self, canvas: Numbered, _document: BaseDocTemplate) -> None:
        canvas.setFont("plain", 7.5)
        canvas.setFillColor(_QUIET)
        canvas.drawString(MARGIN, MARGIN / 2, _cut(_clean(self.spec["title"]), WIDTH * 0.8))
        canvas.numbering = self.spec["numbering"]
        canvas.doForm(foot(canvas.getPageNumber()))

    def afterFlowable(self, flowable: Flowable) -> None:
        """Called by the library after each part is drawn."""
        if getattr(flowable, "style", None) is STYLES["heading"]:
            self.headings += 1
            name = f"section-{self.headings}"
            self.canv.bookmarkPage(name)
            self.canv.addOutlineEntry(flowable.getPlainText(), name)


def _cut(text: str, width: float) -> str:
    """The text, or as much of it as fits, with an ellipsis."""
    if pdfmetrics.stringWidth(text, "plain", 7.5) <= width:
        return text
    while text and pdfmetrics.stringWidth(text + "…", "plain", 7.5) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def _clean(text: str) -> str:
    """Letters with accents as one character each, as fonts have them, and no control characters."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(" " if unicodedata.category(one) in {"Cc", "Cs"} else one for one in composed)


def text(words: str, style: str, *, to_the_right: bool = False) -> Paragraph:
    """A paragraph of these words as they are."""
    chosen = STYLES[style]
    if to_the_right:
        chosen = ParagraphStyle(f"{style}-right", chosen, alignment=TA_RIGHT)
    return Paragraph(escape(_clean(words)), chosen)


def grid(part: dict[str, Any]) -> Flowable:
    """A table, whose rows can be longer than a page."""

    def row(cells: list[str], style: str) -> list[Paragraph]:
        return [
            text(words, "mono" if place in part["mono"] and style == "cell" else style,
                 to_the_right=place in part["numbers"])
            for place, words in enumerate(cells)
        ]  # fmt: skip

    has_header = bool(part["header"])
    rows = [row(part["header"], "head")] if has_header else []
    rows += [row(cells, "cell") for cells in part["rows"]]
    shade = [("BACKGROUND", (0, 0), (-1, 0), _SHADE)] if has_header else []
    return LongTable(
        rows,
        colWidths=[share * WIDTH for share in part["shares"]],
        repeatRows=int(has_header),
        splitInRow=1,
        style=TableStyle([*_GRID, *shade]),
        hAlign="LEFT",
        spaceAfter=6,
    )


FLOWABLES: dict[str, Callable[[dict[str, Any]], list[Flowable]]] = {
    # A heading is never the last thing on a page.
    "heading": lambda part: [CondPageBreak(40 * mm), text(part["heading"], "heading")],
    "paragraph": lambda part: [text(part["paragraph"], "plain")],
    "line": lambda part: [text(part["line"], "line"), Spacer(1, 2 * mm)],
    "rows": lambda part: [grid(part)] if part["rows"] else [],
}


def parts_of(spec: Spec) -> list[Flowable]:
    """What is laid out. A table without rows is left out."""
    made: list[Flowable] = [text(spec["title"], "title")]
    for part in spec["parts"]:
        kind = next(name for name in FLOWABLES if name in part)
        made += FLOWABLES[kind](part)
    return made


def laid_out(spec: Spec) -> bytes:
    """The file."""
    file = BytesIO()
    Pages(file, spec).build(parts_of(spec), canvasmaker=Numbered)
    return file.getvalue()


def main(memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    spec: Spec = json.load(sys.stdin)
    for name, path in spec["fonts"].items():
        pdfmetrics.registerFont(TTFont(name, path))
    sys.stdout.buffer.write(laid_out(spec))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
