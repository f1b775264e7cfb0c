"""The QR code of an address: for posters, and for phones beside a screen. Pure."""

from base64 import b64encode
from io import BytesIO

import qrcode
from qrcode.image.svg import SvgPathImage


def qr_code(address: str) -> str:
    """A `data:` address of the code as SVG, with the quiet zone around it that readers need."""
    written = BytesIO()
    qrcode.make(address, image_factory=SvgPathImage).save(written)
    return f"data:image/svg+xml;base64,{b64encode(written.getvalue()).decode()}"
