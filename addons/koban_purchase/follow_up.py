"""Why the seals of TEST purchase orders leave stored fields out, one by one.

Fields of addons of the host that are not always there stand here too.
"""

RECEIVED = "what is received: a TEST order moves no stock"
INVOICED = "what is invoiced: a TEST order is in no bill"
REMINDED = "how the supplier is reminded: a TEST order goes to nobody"
OF_ORDER = "that of the order, which is covered"
MADE_OF = "worked out of values that are covered"
ANALYTIC = "analytic accounting: of no ledger, paper or declaration"

ORDER_FOLLOW_UP = {
    "acknowledged": REMINDED,
    "amount_total_cc": MADE_OF,
    "currency_rate": MADE_OF,
    "date_approve": "when the host approved it, which it never does to a TEST order",
    "date_calendar_start": MADE_OF,
    "date_planned": MADE_OF,
    "dest_address_id": RECEIVED,
    "effective_date": RECEIVED,
    "incoterm_location": RECEIVED,
    "invoice_count": INVOICED,
    "invoice_ids": INVOICED,
    "invoice_status": INVOICED,
    "locked": "a mark of the host, which the guard does without",
    "picking_ids": RECEIVED,
    "picking_type_id": RECEIVED,
    "priority": "a star in the list",
    "project_id": ANALYTIC,
    "receipt_reminder_email": REMINDED,
    "receipt_status": RECEIVED,
    "reference_ids": RECEIVED,
    "reminder_date_before_receipt": REMINDED,
    "user_id": "stays editable: each change is an event, with both names",
}

LINE_FOLLOW_UP = {
    "analytic_distribution": ANALYTIC,
    "company_id": OF_ORDER,
    "is_current": "where the next line of a draft goes",
    "location_final_id": RECEIVED,
    "move_dest_ids": RECEIVED,
    "orderpoint_id": RECEIVED,
    "partner_id": OF_ORDER,
    "price_tax": MADE_OF,
    "product_description_variants": "how the article was chosen; the description says it",
    "product_no_variant_attribute_value_ids": "how the article was chosen; the description says it",
    "product_uom_qty": MADE_OF,
    "propagate_cancel": RECEIVED,
    "qty_invoiced": INVOICED,
    "qty_received": RECEIVED,
    "qty_received_manual": RECEIVED,
    "qty_received_method": RECEIVED,
    "qty_to_invoice": INVOICED,
    "sale_line_id": "which line of a customer's order asked for it",
    "technical_price_unit": "what the host compares a typed price with",
}
