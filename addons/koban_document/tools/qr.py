"""QR codes as vectors. The host draws them as pictures, with a library that servers may lack."""

import re
from base64 import b64encode

from reportlab.graphics.barcode import qrencoder


def modules(text: str) -> list[list[bool]]:
    """Return the points of a QR code, row by row; error correction M, as the EPC code wants."""
    code = qrencoder.QRCode(None, qrencoder.QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    size = code.getModuleCount()
    return [[bool(code.isDark(row, column)) for column in range(size)] for row in range(size)]


def svg(text: str) -> str:
    """Return the address of a picture of the QR code of a text."""
    rows = modules(text)
    size = len(rows)
    # Neighbours in one piece: half of the weight on paper.
    path = "".join(
        f"M{run.start()} {y}h{len(run[0])}v1h-{len(run[0])}z"
        for y, row in enumerate(rows)
        for run in re.finditer("1+", "".join("01"[dark] for dark in row))
    )
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" '
        f'shape-rendering="crispEdges"><path d="{path}"/></svg>'
    )
    return f"data:image/svg+xml;base64,{b64encode(picture.encode()).decode()}"
