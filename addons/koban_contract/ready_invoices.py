"""Invoices given to the host with what it would work out line by line: accounts, taxes, balances.

The amounts are those of the host's own functions, called once for each invoice instead of once
for each line written; where something is out of the ordinary the host is left to itself.
"""

from odoo.fields import Command


def complete(env, values_list: list[dict]) -> list[dict]:
    """Return the values of invoices with their tax lines and balances, where that is safe.

    :param env: environment of who makes them, in their company
    :param values_list: values of ``account.move`` to create, lines in ``invoice_line_ids``
    """
    return [_complete_one(env, values) or values for values in values_list]


def _complete_one(env, values) -> dict | None:
    company = env["res.company"].browse(values["company_id"])
    terms = env["account.payment.term"].browse(values.get("invoice_payment_term_id"))
    if values["currency_id"] != company.currency_id.id or terms.early_discount:
        return None
    lines = [command[2] for command in values["invoice_line_ids"]]
    sold = [line for line in lines if not line.get("display_type")]
    base_lines = [_prepare_base_line(env, values, line) for line in sold]
    if not all(base_line and not _is_special(base_line) for base_line in base_lines):
        return None
    Tax = env["account.tax"]
    Tax._add_tax_details_in_base_lines(base_lines, company)
    Tax._round_base_lines_tax_details(base_lines, company)
    Tax._add_accounting_data_in_base_lines_tax_details(base_lines, company)
    results = Tax._prepare_tax_lines(base_lines, company)
    for line, (base_line, amounts) in zip(sold, results["base_lines_to_update"], strict=True):
        line |= {**amounts, "account_id": base_line["account_id"].id}
    taxes = [{**line, "display_type": "tax"} for line in results["tax_lines_to_add"]]
    given = {key: value for key, value in values.items() if key != "invoice_line_ids"}
    return {**given, "line_ids": [Command.create(line) for line in lines + taxes]}


def _prepare_base_line(env, values, line) -> dict | None:
    """Return the line as the host's computation of taxes wants it; nothing without account."""
    account = _get_account(env, values, line)
    if not account:
        return None
    company = env["res.company"].browse(values["company_id"])
    record = {
        "product_id": env["product.product"].browse(line.get("product_id")),
        "product_uom_id": env["uom.uom"].browse(line.get("product_uom_id")),
        "tax_ids": env["account.tax"].browse(line["tax_ids"][0][2]),
        "price_unit": line["price_unit"],
        "quantity": line["quantity"],
        "discount": line.get("discount") or 0.0,
        "currency_id": company.currency_id,
        "partner_id": env["res.partner"].browse(values["partner_id"]).commercial_partner_id,
        "account_id": account,
        "analytic_distribution": line.get("analytic_distribution") or None,
    }
    sign = -1 if values["move_type"] == "out_invoice" else 1
    return env["account.tax"]._prepare_base_line_for_taxes_computation(
        record, sign=sign, name=line["name"]
    )


def _get_account(env, values, line):
    product = env["product.product"].browse(line.get("product_id"))
    if not product:
        return env["account.account"]
    position = env["account.fiscal.position"].browse(values.get("fiscal_position_id"))
    accounts = product.product_tmpl_id.get_product_accounts(fiscal_pos=position)
    return accounts["income" if values["move_type"] == "out_invoice" else "expense"]


def _is_special(base_line) -> bool:
    """Whether the host finds out more about the line than its values say."""
    return any(tax.analytic for tax in base_line["tax_ids"].flatten_taxes_hierarchy())
