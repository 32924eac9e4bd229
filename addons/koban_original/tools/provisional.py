"""A sign at the end of a PDF that a person looks at before it is sent."""

import hashlib

from odoo.tools.misc import hmac

_SIGN = b"%koban "
_LENGTH = len(_SIGN) + 64 + 1


def sign(env, raw: bytes, document) -> bytes:
    """Return a PDF that can be recognised as the one made for this document.

    :param env: any; the secret of the database signs
    """
    return raw + _SIGN + _get_token(env, raw, document) + b"\n"


def unsign(env, signed: bytes, document) -> bytes | None:
    """Return a PDF without its sign; None if it was not made for this document."""
    raw, end = signed[:-_LENGTH], signed[-_LENGTH:]
    return raw if end == _SIGN + _get_token(env, raw, document) + b"\n" else None


def _get_token(env, raw, document) -> bytes:
    message = (document._name, document.id, hashlib.sha256(raw).hexdigest())
    # The secret is read for whoever prints, and not shown.
    return hmac(env(su=True), "koban_original.provisional", message).encode()
