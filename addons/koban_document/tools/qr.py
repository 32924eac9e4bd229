"""QR codes as vectors. The host draws them as pictures, with a library that servers may lack."""

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
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" '
        f'shape-rendering="crispEdges"><path d="{path}"/></svg>'
    )
    return f"data:image/svg+xml;base64,{b64encode(picture.encode()).decode()}"
