"""Why the seals of invoices, entries and receipts leave stored fields out, one by one.

Fields of addons of the host that are not always there stand here too; ours say it themselves.
"""

PAYING = "what is paid of the invoice: receipts and settlements have seals of their own"
STATISTICS = "statistics of sales: of no paper, entry or declaration"
HASHED = "the host's own chain, which it writes later over entries that seals cover"
OF_SUPPLIERS = "of supplier bills, which are not sealed"
ADJUSTED = "adjusting entries are made later, and have numbers of their own"

MOVE_FOLLOW_UP = {
    "adjusting_entries_move_ids": ADJUSTED,
    "adjusting_entry_origin_move_ids": ADJUSTED,
    "always_tax_exigible": "worked out of the accounts and taxes of the lines",
    "amount_residual": PAYING,
    "amount_residual_signed": PAYING,
    "auto_post": "when the draft was to be posted, and how often copied",
    "auto_post_origin_id": "which draft this one was copied from",
    "auto_post_until": "until when the draft was to be copied",
    "campaign_id": STATISTICS,
    "checked": "the accountant's mark that he has seen the entry",
    "comment": "stays editable: each change is an event, with both texts",
    "contact_id": "stays editable: each change is an event, with both names",
    "document_model_id": "stays editable: how it looks; the original is kept as issued",
    "footer": "stays editable: each change is an event, with both texts",
    "header": "stays editable: each change is an event, with both texts",
    "inalterable_hash": HASHED,
    "invoice_source_email": OF_SUPPLIERS,
    "is_manually_modified": "a mark of the host about drafts",
    "is_move_sent": "that it was sent: an event of its own",
    "made_sequence_gap": "a mark of the host about other numbers of the series",
    "matched_payment_ids": PAYING,
    "medium_id": STATISTICS,
    "no_followup": "stays editable: whether the customer is reminded; each change is an event",
    "origin_payment_id": "of the entry of a receipt, whose seal covers the lines",
    "payment_state": PAYING,
    "peppol_message_uuid": "what became of the sending, told by the network",
    "peppol_move_state": "what became of the sending, told by the network",
    "quick_edit_total_amount": "a total typed to check the draft with",
    "secure_sequence_number": HASHED,
    "sending_data": "how the sending under way goes on",
    "source_id": STATISTICS,
    "statement_line_id": "of the entry of a bank transaction",
    "tax_cash_basis_origin_move_id": "of entries made of a payment, never of an invoice",
    "tax_cash_basis_rec_id": "of entries made of a payment, never of an invoice",
    "team_id": STATISTICS,
    "transaction_ids": "payments asked online: what is received is a receipt",
}

LINE_FOLLOW_UP = {
    "amount_residual": PAYING,
    "amount_residual_currency": PAYING,
    "analytic_distribution": "analytic accounting: of no ledger, paper or declaration",
    "cogs_origin_id": "which line of the stock's value goes with it",
    "full_reconcile_id": PAYING,
    "is_current": "where the next line of a draft goes",
    "is_downpayment": "how the draft was made of its order; the label says so too",
    "is_imported": "that a file brought the line of the draft",
    "matching_number": PAYING,
    "no_followup": "stays editable: whether the customer is reminded",
    "purchase_line_id": OF_SUPPLIERS,
    "reconcile_model_id": PAYING,
    "reconciled": PAYING,
    "sale_line_ids": "which lines of orders it invoices: those count what is left to invoice",
    "statement_id": PAYING,
    "statement_line_id": PAYING,
    "tax_group_id": "how the tax is filed today: the tax itself and its rate are covered",
}

PAYMENT_FOLLOW_UP = {
    "destination_account_id": "the account stands in the lines of the entry",
    "invoice_ids": "what it pays: settlements have seals of their own",
    "is_matched": "whether the bank has told of it yet",
    "is_reconciled": "what it pays: settlements have seals of their own",
    "is_sent": "that a receipt was sent to the customer",
    "outstanding_account_id": "the account stands in the lines of the entry",
    "paired_internal_transfer_payment_id": "of transfers within the company",
    "payment_method_id": "that of the payment method of the journal, which is covered",
    "payment_token_id": "with what it was paid online",
    "payment_transaction_id": "how it was paid online",
    "source_payment_id": "which online payment it refunds",
    "state": "whether it is valid is covered; the rest is told by its matching",
}
