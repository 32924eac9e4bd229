def post_init_hook(env):
    """Give a sequence to each company, and its own number to each open quote."""
    env["res.company"].search([])._create_order_sequence()
    quotes = env["sale.order"].search(
        [("state", "in", ("draft", "sent")), ("company_id.document_guard", "=", True)]
    )
    for quote in quotes:
        quote._with_guard_pass(quote, fields={"quote_number"}).quote_number = quote.name
