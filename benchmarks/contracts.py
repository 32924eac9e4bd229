"""The same contracts on each side of bench_contract_*.py, and how each side bills and renews them.

A contract bills the same services every month, in advance. Each has its own customer: that makes
one invoice for each, whether or not a side groups them by customer.
"""

from datetime import date

from dateutil.relativedelta import relativedelta

QUANTITY = 2.0
# A script that makes thousands of documents makes them by the hundred.
BATCH = 100


def make_side(env, count: int, lines: int, **terms):
    """Make contracts with what the database has to make them with.

    :param count: of contracts
    :param lines: of each
    :param terms: see the side
    """
    if "koban.event" in env:
        return Koban(env, count, lines, **terms)
    if "contract.contract" in env:
        return Peer(env, count, lines, **terms)
    return Host(env, count, lines, **terms)


class Side:
    """Customers and services, and a month to bill in each round."""

    start = date(2024, 1, 1)

    def __init__(self, env, count: int, lines: int):
        self.env = env
        self.month = self.start
        self.customers = make_customers(env, count)
        self.services = env["product.product"].create(
            [
                {"name": f"Maintenance {number}", "type": "service", "list_price": 10.0 + number}
                for number in range(lines)
            ]
        )

    def next_month(self) -> date:
        """Return the first day of the month to bill."""
        day = self.month
        self.month += relativedelta(months=1)
        return day

    def bill(self, day: date) -> None:
        """Make the draft invoices of the month that starts on this day."""
        raise NotImplementedError

    def billed(self, day: date):
        """Return the invoices of a month, records of ``account.move``."""
        domain = [("move_type", "=", "out_invoice"), ("invoice_date", "=", day)]
        return self.env["account.move"].search(domain)

    def check(self, day: date, count: int) -> None:
        """Make sure that so many contracts are billed, each with all its lines."""
        prices = sum(self.services.mapped("list_price"))
        found = [round(amount, 2) for amount in self.billed(day).mapped("amount_untaxed")]
        assert found == [round(prices * QUANTITY, 2)] * count, (len(found), set(found))


class Host(Side):
    """The plain host: a script knows what is due, and makes the invoices."""

    def bill(self, day):
        label = f"{day:%d/%m/%Y} – {day + relativedelta(months=1, days=-1):%d/%m/%Y}"
        for customers in by_the_hundred(self.customers):
            self.env["account.move"].create(
                [self._prepare_invoice(customer, day, label) for customer in customers]
            )

    def _prepare_invoice(self, customer, day, label):
        lines = [
            {
                "product_id": service.id,
                "name": f"{service.name} {label}",
                "quantity": QUANTITY,
                "price_unit": service.list_price,
            }
            for service in self.services
        ]
        return {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "invoice_date": day,
            "invoice_line_ids": [(0, 0, line) for line in lines],
        }


class Peer(Side):
    """The contracts of the OCA.

    :param terms: values of each line
    """

    def __init__(self, env, count, lines, **terms):
        super().__init__(env, count, lines)
        self.contracts = env["contract.contract"]
        for customers in by_the_hundred(self.customers):
            self.contracts += self.contracts.create(
                [self._prepare_contract(customer, terms) for customer in customers]
            )

    def _prepare_contract(self, customer, terms):
        lines = [
            {
                "product_id": service.id,
                "name": f"{service.name} #START# – #END#",
                "quantity": QUANTITY,
                "price_unit": service.list_price,
                "date_start": self.start,
                **terms,
            }
            for service in self.services
        ]
        return {
            "name": f"Maintenance {customer.name}",
            "partner_id": customer.id,
            "date_start": self.start,
            "recurring_rule_type": "monthly",
            "recurring_interval": 1,
            "recurring_invoicing_type": "pre-paid",
            "line_recurrence": bool(terms),
            "contract_line_ids": [(0, 0, line) for line in lines],
        }

    def bill(self, day):
        # What its scheduled job calls.
        self.env["contract.contract"].cron_recurring_create_invoice(day)

    def renew(self) -> None:
        """Renew what is due for another term."""
        # What its scheduled job calls.
        self.env["contract.line"].cron_renew_contract_line()

    def ends(self) -> list[date]:
        """Return the end of each contract, renewals included."""
        return [max(one.contract_line_ids.mapped("date_end")) for one in self.contracts]


class Koban(Side):
    """Our contracts."""

    def __init__(self, env, count, lines, **terms):
        super().__init__(env, count, lines)
        self.contracts = env["koban.contract"]
        for customers in by_the_hundred(self.customers):
            self.contracts += self.contracts.create(
                [self._prepare_contract(customer) for customer in customers]
            )
        self.contracts.action_validate()

    def _prepare_contract(self, customer):
        lines = [
            {"product_id": service.id, "name": service.name, "quantity": QUANTITY}
            for service in self.services
        ]
        return {
            "title": f"Maintenance {customer.name}",
            "partner_id": customer.id,
            "date_start": self.start,
            "line_ids": [(0, 0, line) for line in lines],
        }

    def bill(self, day):
        # What its scheduled job calls.
        runs = self.env["koban.billing.run"]
        runs.browse(runs.create_run(str(day))["id"])._process()

    def break_one(self) -> None:
        """Take the currency of a contract away, past every check."""
        from odoo.tools import SQL  # noqa: PLC0415

        middle = self.contracts[len(self.contracts) // 2]
        self.env.cr.execute(
            SQL("UPDATE koban_contract SET payment_term_id = %s WHERE id = %s", 0, middle.id)
        )


def make_customers(env, count: int):
    """Make customers with what the law wants on an invoice, records of ``res.partner``."""
    from parties import make_parties  # noqa: PLC0415

    model = make_parties(env)
    values = {
        "is_company": True,
        "street": model.street,
        "zip": model.zip,
        "city": model.city,
        "country_id": model.country_id.id,
    }
    return env["res.partner"].create(
        [{**values, "name": f"Client {number}"} for number in range(count)]
    )


def by_the_hundred(records):
    """Yield records in batches."""
    for start in range(0, len(records), BATCH):
        yield records[start : start + BATCH]
