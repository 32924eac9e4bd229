"""What the links of algorithm 1 cover: they do not name it themselves.

Frozen as of version 19.0.1.2.0. Never changed: links were sealed by these lists.
"""

DOCUMENT = {
    "int4": ["process_id", "test_operator_id"],
    "bool": ["is_test"],
    "timestamp": ["test_validated_on"],
}
GROUPING = {"bool": ["hide_subtotal"]}
MENTIONS = {"jsonb": ["legal_mentions"]}

# By model, as the coverage of later links is written (tools/coverage.py).
COVERAGES = {
    "account.move": {
        "document": {
            "account": {
                "int4": [
                    "company_id", "journal_id", "partner_id", "commercial_partner_id",
                    "partner_shipping_id", "currency_id", "fiscal_position_id",
                    "invoice_payment_term_id", "preferred_payment_method_line_id",
                    "partner_bank_id", "reversed_entry_id", "invoice_user_id",
                ],
                "varchar": [
                    "name", "move_type", "state", "invoice_partner_display_name",
                    "payment_reference", "ref", "invoice_origin",
                ],
                "date": [
                    "date", "invoice_date", "invoice_date_due", "delivery_date",
                    "taxable_supply_date",
                ],
                "numeric": [
                    "invoice_currency_rate", "amount_untaxed", "amount_tax", "amount_total",
                    "amount_total_signed",
                ],
                "text": ["narration"],
            },
            "koban_document": DOCUMENT,
            "koban_compliance": MENTIONS,
        },
        "lines": {
            "model": "account.move.line",
            "parent": "move_id",
            "taxes": "tax_ids",
            "fields": {
                "account": {
                    "int4": [
                        "sequence", "product_id", "product_uom_id", "account_id", "currency_id",
                        "tax_line_id",
                    ],
                    "varchar": ["display_type", "name"],
                    "numeric": [
                        "quantity", "price_unit", "discount", "price_subtotal", "price_total",
                        "amount_currency", "balance", "tax_base_amount",
                    ],
                    "date": ["date_maturity"],
                    "bool": ["collapse_prices", "collapse_composition"],
                },
                "koban_document": GROUPING,
            },
        },
    },
    "account.payment": {
        "document": {
            "account": {
                "int4": [
                    "company_id", "partner_id", "currency_id", "journal_id",
                    "payment_method_line_id", "move_id",
                ],
                "varchar": ["name", "payment_type", "partner_type", "memo", "payment_reference"],
                "date": ["date"],
                "numeric": ["amount", "amount_company_currency_signed"],
            },
        },
    },
    "sale.order": {
        "document": {
            "sale": {
                "int4": [
                    "company_id", "partner_id", "partner_invoice_id", "partner_shipping_id",
                    "currency_id", "pricelist_id", "fiscal_position_id", "payment_term_id",
                    "preferred_payment_method_line_id",
                ],
                "varchar": ["name", "state", "client_order_ref", "origin", "signed_by"],
                "timestamp": ["date_order", "signed_on"],
                "date": ["validity_date"],
                "text": ["note"],
                "float8": ["prepayment_percent"],
                "numeric": ["amount_untaxed", "amount_tax", "amount_total"],
            },
            "koban_sales": {"varchar": ["quote_number"], "timestamp": ["validation_date"]},
            "koban_document": DOCUMENT,
            "koban_compliance": MENTIONS,
        },
        "lines": {
            "model": "sale.order.line",
            "parent": "order_id",
            "taxes": "tax_ids",
            "fields": {
                "sale": {
                    "int4": ["sequence", "product_id", "product_uom_id"],
                    "varchar": ["display_type"],
                    "text": ["name"],
                    "numeric": [
                        "product_uom_qty", "price_unit", "discount", "price_subtotal",
                        "price_total",
                    ],
                    "bool": ["is_downpayment", "collapse_prices", "collapse_composition"],
                },
                "sale_management": {"bool": ["is_optional"]},
                "koban_document": GROUPING,
            },
        },
    },
    "purchase.order": {
        "document": {
            "purchase": {
                "int4": [
                    "company_id", "partner_id", "currency_id", "fiscal_position_id",
                    "payment_term_id",
                ],
                "varchar": ["name", "state", "partner_ref", "origin"],
                "timestamp": ["date_order"],
                "numeric": ["amount_untaxed", "amount_tax", "amount_total"],
            },
            "koban_document": {
                "int4": ["test_operator_id"],
                "bool": ["is_test"],
                "timestamp": ["test_validated_on"],
            },
        },
        "lines": {
            "model": "purchase.order.line",
            "parent": "order_id",
            "taxes": "tax_ids",
            "fields": {
                "purchase": {
                    "int4": ["sequence", "product_id", "product_uom_id"],
                    "varchar": ["display_type"],
                    "text": ["name"],
                    "numeric": [
                        "product_qty", "price_unit", "discount", "price_subtotal", "price_total",
                    ],
                    "timestamp": ["date_planned"],
                },
            },
        },
    },
    "koban.closing": {
        "document": {
            "koban_compliance": {
                "int4": [
                    "company_id", "currency_id", "number", "user_id", "invoice_count",
                    "credit_note_count", "test_count", "late_count",
                ],
                "varchar": ["kind"],
                "date": ["date_from", "date_to"],
                "timestamp": ["closed_on"],
                "numeric": [
                    "late_untaxed", "late_total", "untaxed", "tax", "total", "year_untaxed",
                    "year_tax", "year_total", "perpetual_untaxed", "perpetual_tax",
                    "perpetual_total", "payment_total",
                ],
                "bool": ["locks_purchases", "locks_entries"],
            },
        },
        "parts": {
            "tax_ids": {
                "model": "koban.closing.tax",
                "parent": "closing_id",
                "fields": {
                    "koban_compliance": {
                        "bool": ["is_rate"],
                        "numeric": ["rate", "base", "tax"],
                        "varchar": ["name"],
                    },
                },
            },
            "payment_ids": {
                "model": "koban.closing.payment",
                "parent": "closing_id",
                "fields": {
                    "koban_compliance": {
                        "varchar": ["journal", "method"],
                        "int4": ["count"],
                        "numeric": ["amount"],
                    },
                },
            },
            "series_ids": {
                "model": "koban.closing.series",
                "parent": "closing_id",
                "fields": {
                    "koban_compliance": {
                        "varchar": ["journal", "prefix", "first_number", "last_number"],
                        "int4": ["first_rank", "last_rank", "count"],
                    },
                },
            },
            "late_ids": {
                "model": "koban.closing.late",
                "parent": "closing_id",
                "fields": {
                    "koban_compliance": {
                        "varchar": ["res_model", "name"],
                        "int4": ["res_id"],
                        "date": ["date"],
                    },
                },
            },
        },
    },
}  # fmt: skip
