"""Who writes closings: a closing under way, and nobody else."""

from odoo.addons.koban_guard.tools.passes import get_passes, open_pass

MODEL = "koban.closing"


def open_closing(env):
    """Let closings, and what they are made of, be written until the block ends."""
    return open_pass(env[MODEL], every=True)


def is_closing() -> bool:
    """Whether a closing is under way."""
    return any(item.model == MODEL for item in get_passes())
