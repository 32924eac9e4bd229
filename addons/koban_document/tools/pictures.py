"""Pictures of printed documents."""

import base64
import binascii
import logging

from odoo.exceptions import UserError
from odoo.tools.image import image_data_uri, image_process
from PIL import Image

_logger = logging.getLogger(__name__)

PHOTO_SIZE = (220, 220)
# How the base 64 of an SVG begins: of ``<?xml``, of ``<svg``.
DRAWN = (b"PD94", b"PHN2")

# What Pillow and the host raise on pictures that are broken, unknown or huge.
UNREADABLE = (
    UserError,
    binascii.Error,
    ValueError,
    OSError,
    KeyError,
    SyntaxError,
    Image.DecompressionBombError,
)


def printable(picture: bytes | str | None, width: int, height: int) -> str:
    """Return a picture as an address of its own data, no larger than paper needs.

    :param picture: in base 64, as the ORM reads it
    :param width: at most, in points of the picture
    :return: empty if there is none, or none that can be read: a document prints without
    """
    if not picture:
        return ""
    try:
        # What forms refuse may have come in another way, and would fill the memory.
        content = image_process(
            base64.b64decode(picture), size=(width, height), verify_resolution=True
        )
        return image_data_uri(base64.b64encode(content)) if content else ""
    except UNREADABLE as error:
        _logger.info("A picture cannot be printed: %s", error)
        return ""


def is_photo(picture: bytes | None) -> bool:
    """Whether this is no letter that the host draws, as SVG, for a person without a photo.

    :param picture: in base 64, as the ORM reads it
    """
    return bool(picture) and not picture.startswith(DRAWN)
