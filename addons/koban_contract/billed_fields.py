"""What billing alone writes on invoices: no value that a client sends says what they bill.

The leave is a pass of the guard (see ``koban_guard.tools.passes``).
"""

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.nested import without_nested
from odoo.addons.koban_guard.tools.passes import get_changed, get_passes, open_pass

MOVE_FIELDS = frozenset({"billing_run_id"})


def get_billing_pass(env) -> dict:
    """Return what billing may write, as ``open_pass`` takes it."""
    names = env["account.move.line"]._get_billed_fields()
    return {"every": True, "fields": MOVE_FIELDS, "line_fields": names}


def open_billing(env):
    """Let invoices say what they bill, until the block ends."""
    return open_pass(env["account.move"], **get_billing_pass(env))


def is_billing(env) -> bool:
    """Whether billing writes, see :func:`open_billing`."""
    names = env["account.move.line"]._get_billed_fields()
    return any(
        item.model == "account.move" and item.ids is None and names.issubset(item.line_fields or ())
        for item in get_passes()
    )


def check_created(model, vals_list, names):
    """Refuse values and defaults that say what an invoice bills.

    :param model: empty records of what is to be created
    :param names: fields that billing alone writes
    :return: these records, as they may be created: the context of who calls what bills makes
        nothing beside it
    :raise DocumentError: code ``contract_period``
    """
    billing = is_billing(model.env)
    defaults = model.default_get(list(names))
    if any(defaults.get(name) for name in names) or (
        not billing and any(vals.get(name) for vals in vals_list for name in names & vals.keys())
    ):
        model.check_access("create")
        _refuse(model)
    return without_nested(model) if billing else model


def check_written(records, vals, names):
    """Refuse to change what an invoice bills.

    :param names: fields that billing alone writes
    :raise DocumentError: code ``contract_period``
    """
    written = names & vals.keys()
    if not written or is_billing(records.env):
        return
    # The guard refuses it on validated invoices, in its own words. Compared only, for who may
    # not read all of it.
    drafts = records.sudo().filtered(lambda record: not _get_move(record).is_protected)
    if get_changed(drafts, vals, written):
        records.check_access("write")  # who may not is answered by the host
        _refuse(drafts)


def _get_move(record):
    return record.move_id if record._name == "account.move.line" else record


def _refuse(records):
    raise DocumentError(
        speaking(records.env)._(
            "Which period of a contract an invoice bills is written by billing alone. Bill the "
            "contract instead."
        ),
        "contract_period",
        model=records._name,
        ids=records.ids,
    )
