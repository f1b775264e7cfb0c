"""Word documents and PDFs, written by hand or by the libraries of the project."""

import io
import zipfile

from reportlab.pdfgen.canvas import Canvas

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(*paragraphs: str, head: str = "", raw: str = "") -> bytes:
    """A Word document of these paragraphs. head: before its root. raw: XML behind its paragraphs."""
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    xml = f'{head}<w:document xmlns:w="{_WORD}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"{xml}<w:body>{body}{raw}</w:body></w:document>")
    return out.getvalue()


def docx_bomb(megabytes: int = 80) -> bytes:
    """A document that unpacks to many megabytes of one paragraph."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("word/document.xml", "w") as part:
        part.write(f'<w:document xmlns:w="{_WORD}"><w:p><w:r><w:t>'.encode())
        for _ in range(megabytes):
            part.write(b"x" * 1024**2)
    return out.getvalue()


def pdf(*pages: str) -> bytes:
    """A PDF with a line on each page; a page without a text has a picture of one, as a scanner makes it."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=True)
    for text in pages:
        if text:
            canvas.drawString(72, 720, text)
        else:
            canvas.rect(72, 720, 200, 20, fill=1)
        canvas.showPage()
    canvas.save()
    return out.getvalue()
