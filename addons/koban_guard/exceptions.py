"""Errors raised to people and to API callers alike."""

from odoo.exceptions import UserError, ValidationError


def speaking(env):
    """Return the environment in the user's language, which API callers seldom send.

    :param env: environment of the caller
    """
    return env if env.lang else env(context={**env.context, "lang": env.user.lang})


class DocumentError(UserError):
    """A refusal that names the document, the remedy and a stable code.

    The code closes the message in square brackets, because XML-RPC carries
    nothing but the text; JSON-2 callers also find it in ``context["code"]``.

    :param message: what is refused, why, and what to do instead
    :param code: stable identifier for API callers, never translated
    :param details: JSON values added to ``context`` (model, ids, fields)
    """

    def __init__(self, message: str, code: str, **details):
        super().__init__(f"{message}\n[{code}]")
        self.code = code
        self.context = {"code": code, **details}


class ConstraintError(DocumentError, ValidationError):
    """A value that cannot be, refused by a constraint: as the host's, with a stable code."""
