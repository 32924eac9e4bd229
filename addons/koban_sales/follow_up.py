"""Why the seals of orders leave stored fields out, one by one.

Fields of addons of the host that are not always there stand here too; ours say it themselves.
"""

EDITED = "stays editable: each change is an event, with both values"
INVOICED = "what is invoiced of the order: invoices have seals of their own"
DELIVERED = "what is delivered: transfers say it, and it changes nothing of the order"
CANCELLED = "the cancellation is an event of its own, with who and when"
ASKED = "how the customer accepted: the signature and its day are covered"
STATISTICS = "statistics of sales: of no paper and no invoice"
ATTACHED = "what was joined to the quote's file; the original is kept as issued"
OF_ORDER = "that of the order, which is covered"
MADE_OF = "worked out of the price, the discount and the taxes, which are covered"
ANALYTIC = "analytic accounting: of no ledger, paper or declaration"

ORDER_FOLLOW_UP = {
    "campaign_id": EDITED,
    "cancellation_date": CANCELLED,
    "cancellation_user_id": CANCELLED,
    "carrier_id": EDITED,
    "comment": EDITED,
    "commitment_date": EDITED,
    "contact_id": EDITED,
    "currency_rate": "worked out of the currency and the date; no paper shows it",
    "customizable_pdf_form_fields": ATTACHED,
    "delivery_message": DELIVERED,
    "delivery_status": DELIVERED,
    "document_model_id": EDITED,
    "effective_date": DELIVERED,
    "footer": EDITED,
    "header": EDITED,
    "incoterm": "of the deliveries: an addon of the host that may go",
    "incoterm_location": "of the deliveries: an addon of the host that may go",
    "invoice_status": INVOICED,
    "locked": "a mark of the host, which the guard does without",
    "medium_id": STATISTICS,
    "opportunity_id": STATISTICS,
    "pending_email_template_id": "which mail waits to be sent",
    "picking_policy": EDITED,
    "pickup_location_data": DELIVERED,
    "project_id": ANALYTIC,
    "quotation_document_ids": ATTACHED,
    "recompute_delivery_price": DELIVERED,
    "reference": "the payment asked online: what is received is a receipt",
    "require_payment": ASKED,
    "require_signature": ASKED,
    "sale_order_template_id": "which template filled the quote in",
    "shipping_weight": DELIVERED,
    "source_id": STATISTICS,
    "stock_reference_ids": DELIVERED,
    "tag_ids": STATISTICS,
    "team_id": STATISTICS,
    "transaction_ids": "payments asked online: what is received is a receipt",
    "user_id": EDITED,
    "warehouse_id": DELIVERED,
}

LINE_FOLLOW_UP = {
    "analytic_distribution": ANALYTIC,
    "combo_item_id": "how the article was chosen; the description says it",
    "company_id": OF_ORDER,
    "currency_id": OF_ORDER,
    "customer_lead": DELIVERED,
    "extra_tax_data": MADE_OF,
    "invoice_lines": INVOICED,
    "invoice_status": INVOICED,
    "is_current": "where the next line of a draft goes",
    "is_delivery": "what brought the line of the draft",
    "is_expense": "what brought the line",
    "is_service": "what the article is",
    "linked_line_id": "which line of the draft brought this one",
    "linked_virtual_id": "which line of the draft brought this one",
    "order_partner_id": OF_ORDER,
    "price_reduce_taxexcl": MADE_OF,
    "price_reduce_taxinc": MADE_OF,
    "price_tax": MADE_OF,
    "product_document_ids": ATTACHED,
    "product_no_variant_attribute_value_ids": "how the article was chosen; the description says it",
    "project_id": "the project that the host makes of a sold service",
    "qty_delivered": DELIVERED,
    "qty_delivered_method": DELIVERED,
    "qty_invoiced": INVOICED,
    "qty_to_invoice": INVOICED,
    "route_ids": DELIVERED,
    "salesman_id": "that of the order: stays editable, each change is an event",
    "state": OF_ORDER,
    "task_id": "the task that the host makes of a sold service",
    "technical_price_unit": "what the host compares a typed price with",
    "untaxed_amount_invoiced": INVOICED,
    "untaxed_amount_to_invoice": INVOICED,
    "virtual_id": "which line of the draft brought this one",
    "warehouse_id": DELIVERED,
}
