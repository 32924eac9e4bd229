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
                {
                    "name": f"Maintenance {number}",
                    "type": "service",
                    "list_price": 10.0 + number,
                    # Of articles with our addons alone.
                    **({"contract_ok": True} if "koban.contract" in env else {}),
                }
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
    """Our contracts.

    :param terms: with them, the contracts have a first term, and prices that follow an index
    """

    def __init__(self, env, count, lines, **terms):
        super().__init__(env, count, lines)
        self.terms = self._prepare_terms(**terms) if terms else {}
        self.contracts = env["koban.contract"]
        for customers in by_the_hundred(self.customers):
            self.contracts += self.contracts.create(
                [self._prepare_contract(customer) for customer in customers]
            )
        self.contracts.action_validate()

    def _prepare_terms(self, date_start, date_end, **_others):
        """Make an index with a value each September, which the prices follow from 1 January on."""
        index = self.env["koban.index"].create([{"name": "Benchmark", "code": "BENCHMARK"}])
        self.env["koban.index.value"].create(
            [
                {
                    "index_id": index.id,
                    "period": f"{year}-09-01",
                    "value": 100.0 + year - 2013,
                    "published_on": f"{year}-10-20",
                }
                for year in range(2013, date.today().year)
            ]
        )
        return {
            "date_start": date_start,
            "date_end": date_end,
            "renewal": "tacit",
            "renewal_months": 12,
            "revision_kind": "index",
            "index_id": index.id,
            "fixed_part": 0.15,
        }

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
            **self.terms,
        }

    def bill(self, day):
        # What its scheduled job calls.
        runs = self.env["koban.billing.run"]
        runs.browse(runs.create_run(str(day))["id"])._process()

    def renew(self) -> None:
        """Renew what is due for another term, with the revision of its prices."""
        # What its scheduled job does on the day after the term, which is years ago.
        day = min(self.contracts.mapped("date_end")) + relativedelta(days=1)
        self.env["koban.contract"]._do_renewals(day)

    def ends(self) -> list[date]:
        """Return the end of each contract; its price is to be of the term that ends then."""
        for one in self.contracts:
            revised, end = one.last_revision_date, one.date_end
            assert not revised or revised == end + relativedelta(years=-1, days=1), (revised, end)
        assert len(set(self.contracts.mapped("last_revision_date"))) == 1
        return self.contracts.mapped("date_end")

    def break_one(self) -> None:
        """Give a contract a journal of purchases, past every check: the host refuses it."""
        from odoo.tools import SQL  # noqa: PLC0415

        middle = self.contracts[len(self.contracts) // 2]
        domain = [("type", "=", "purchase"), ("company_id", "=", middle.company_id.id)]
        journal = self.env["account.journal"].search(domain, limit=1)
        self.env.cr.execute(
            SQL("UPDATE koban_contract SET journal_id = %s WHERE id = %s", journal.id, middle.id)
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
