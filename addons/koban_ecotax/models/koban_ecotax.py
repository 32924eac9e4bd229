from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import float_compare, float_round, formatLang

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_guard.tools.passes import FRENCH_COUNTRY_CODES, get_changed

from ..tools.amounts import DIGITS
from .account_tax import SEQUENCE

# How the taxes of an amount stand to the price: the line takes the one of its VAT.
INCLUSIONS = ("tax_excluded", "tax_included")


class KobanEcotax(models.Model):
    """« Écotaxe [Liste de choix] » of an article (row 4-28): a category with its dated amounts.

    Each amount is a tax of the host in every French company, made here.
    """

    _name = "koban.ecotax"
    _description = "Eco-tax"
    _order = "organisation_id, code, id"
    _rec_names_search = ["code", "name"]
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    code = fields.Char(required=True, help="Code of the category at the eco-organisation.")
    name = fields.Char(required=True)
    organisation_id = fields.Many2one(
        "koban.ecotax.organisation",
        string="Eco-organisation",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
    )
    kind = fields.Selection(
        [("piece", "Per Unit"), ("weight", "Per Kilogram")],
        string="Calculated",
        required=True,
        default="piece",
        help="Per unit: of the article, times its number of eco-tax units. Per kilogram: of the "
        "weight of the article.",
    )
    rate_ids = fields.One2many("koban.ecotax.rate", "ecotax_id", string="Amounts", copy=True)
    amount = fields.Float(
        string="Amount Today excl. VAT", digits=(16, 4), compute="_compute_amount"
    )
    account_id = fields.Many2one(
        "account.account",
        company_dependent=True,
        check_company=True,
        domain=[("account_type", "not in", ("asset_receivable", "liability_payable"))],
        help="Where the eco-tax is posted in this company. Empty: with the sale itself.",
    )
    tax_ids = fields.One2many(
        "account.tax", "koban_ecotax_id", string="Taxes", context={"active_test": False}
    )
    article_count = fields.Integer(string="Articles", compute="_compute_article_count")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: all companies.")

    _code_uniq = models.UniqueIndex(
        "(organisation_id, upper(trim(code)), coalesce(company_id, 0)) WHERE active",
        "The eco-organisation has an eco-tax of this code.",
    )

    @api.depends("rate_ids.amount", "rate_ids.date_from")
    def _compute_amount(self):
        today = fields.Date.context_today(self)
        for ecotax in self:
            ecotax.amount = ecotax._get_rate(today).amount

    def _compute_article_count(self):
        counts = dict(
            self.env["product.template"]._read_group(
                [("koban_ecotax_id", "in", self.ids)], ["koban_ecotax_id"], ["__count"]
            )
        )
        for ecotax in self:
            ecotax.article_count = counts.get(ecotax, 0)

    @api.depends("code", "name")
    def _compute_display_name(self):
        for ecotax in self:
            ecotax.display_name = " – ".join(filter(None, [ecotax.code, ecotax.name]))

    @api.model_create_multi
    @override
    def create(self, vals_list):
        ecotaxes = super().create(vals_list)
        ecotaxes.filtered("account_id")._move_accounts()
        return ecotaxes

    @override
    def write(self, vals):
        get_changed(self, vals, {"kind"})._check_not_charged()
        if vals.get("company_id"):
            self._check_own(self.env["res.company"].browse(vals["company_id"]))
        result = super().write(vals)
        if "company_id" in vals:
            self._make_taxes()
        if "account_id" in vals:
            self._move_accounts()
        if not {"code", "name", "organisation_id"}.isdisjoint(vals):
            # Documents keep the names of their validation. Who edits the table edits no taxes but
            # these, which it makes.
            self.sudo().tax_ids._name_ecotaxes()
        return result

    def _check_not_charged(self):
        """Refuse that what was charged per unit be declared per kilogram, or the reverse.

        :raise DocumentError: code ``ecotax_kind``
        """
        for ecotax in self:
            # Of every company: taxes in use are those of documents.
            if any(tax.is_used for tax in ecotax.sudo().tax_ids):
                ecotax.check_access("write")
                raise DocumentError(
                    speaking(self.env)._(
                        "%s was charged: how it is calculated stays. Make another eco-tax, and "
                        "archive this one.",
                        ecotax.display_name,
                    ),
                    "ecotax_kind",
                    model=self._name,
                    ids=ecotax.ids,
                )

    def _check_own(self, company):
        """Refuse that a table which others use become a company's own: they could not read it.

        :raise DocumentError: code ``ecotax_company``
        """
        tree = self.env["res.company"].sudo().search([("id", "child_of", company.root_id.ids)])
        domain = [("koban_ecotax_id", "in", self.ids), ("company_id", "not in", tree.ids)]
        for model in ("product.template", "sale.order.line", "account.move.line"):
            # Whoever uses it, in whichever company.
            users = self.env[model].sudo().with_context(active_test=False)
            if used := users.search(domain, limit=1):
                self.check_access("write")
                raise DocumentError(
                    speaking(self.env)._(
                        "%(ecotax)s is used outside %(company)s: it stays that of all companies. "
                        "Make another one for this company.",
                        ecotax=used.koban_ecotax_id.display_name,
                        company=company.sudo().name,
                    ),
                    "ecotax_company",
                    model=self._name,
                    ids=self.ids,
                )

    # ------------------------------------------------------------------
    # What is due
    # ------------------------------------------------------------------
    def _get_rate(self, day):
        """Return the amount in force on a day: the last one begun, or none."""
        rates = self.rate_ids.filtered(lambda rate: rate.date_from and rate.date_from <= day)
        return rates.sorted("date_from")[-1:]

    def _get_tax(self, company, day, included: bool):
        """Return the tax of a company on a day; none where no amount has begun, or abroad.

        :param included: whether the prices of the line include their taxes
        """
        return self._get_tax_of_amount(company, self._get_rate(day).amount, included)

    def _get_tax_of_amount(self, company, amount, included: bool):
        """Return the tax of an amount in a company; none where there is none to charge."""
        if not amount:
            return self.env["account.tax"]
        companies = company.sudo().parent_ids  # whose taxes are its own
        inclusion = INCLUSIONS[included]
        return self.tax_ids.filtered(
            lambda tax: (
                tax.company_id in companies
                and tax.price_include_override == inclusion
                and not float_compare(tax.amount, amount, precision_digits=4)
            )
        )[:1]

    def _count_units(self, product, unit) -> float:
        """Return how many units of eco-tax one unit of a line bears.

        :param product: the article of the line, if any
        :param unit: that of the line's quantity, if any
        """
        factor = 1.0
        if unit and product.uom_id and unit != product.uom_id:
            factor = unit._compute_quantity(
                1.0, product.uom_id, round=False, raise_if_failure=False
            )
        if self.kind == "weight":
            kilogram = self.env.ref("uom.product_uom_kgm")
            weights = self.env["product.template"]._get_weight_uom_id_from_ir_config_parameter()
            each = weights._compute_quantity(product.weight or 0.0, kilogram, round=False)
        else:
            each = product.koban_ecotax_quantity if product else 1.0
        return float_round(factor * each, precision_digits=DIGITS)

    # ------------------------------------------------------------------
    # The taxes of the amounts
    # ------------------------------------------------------------------
    @api.model
    def _get_companies(self):
        """Return the companies in which eco-taxes are charged: French ones with a chart."""
        companies = self.env["res.company"].search(
            [("parent_id", "=", False), ("chart_template", "!=", False)]
        )
        return companies.filtered(
            lambda company: company.account_fiscal_country_id.code in FRENCH_COUNTRY_CODES
        )

    def _make_taxes(self):
        """Make the taxes that companies lack for amounts of these tables."""
        # In every company of a table, whichever the person who writes it works in.
        tables = self.sudo().with_context(active_test=False)
        if not tables:
            return
        companies = tables._get_companies()
        known = {
            (tax.koban_ecotax_id, tax.company_id, round(tax.amount, 4), tax.price_include_override)
            for tax in tables.tax_ids
        }
        wanted = {
            (table, company, round(rate.amount, 4), inclusion): None
            for table in tables
            for company in companies
            if table.company_id.root_id in (company, company.browse())
            for rate in table.rate_ids
            if rate.amount
            for inclusion in INCLUSIONS
        }
        missing = [key for key in wanted if key not in known]
        if missing:
            groups = self.env["account.tax.group"].sudo()  # as above
            by_company = {
                company: groups._get_ecotax_group(company)
                for company in {company for _table, company, _amount, _inclusion in missing}
            }
            taxes = self.env["account.tax"].sudo()  # as above
            made = taxes.create(
                [
                    table._prepare_tax(company, amount, inclusion, by_company[company])
                    for table, company, amount, inclusion in missing
                ]
            )
            made._name_ecotaxes()
            tables.invalidate_recordset(["tax_ids"])

    def _prepare_tax(self, company, amount, inclusion, group) -> dict:
        """Return the values of the tax of an amount in a company."""
        account = self.with_company(company).account_id
        lines = [
            Command.create(
                {
                    "document_type": document_type,
                    "repartition_type": repartition_type,
                    "account_id": account.id if repartition_type == "tax" else False,
                    # No declaration of VAT settles it.
                    "use_in_tax_closing": False,
                }
            )
            for document_type in ("invoice", "refund")
            for repartition_type in ("base", "tax")
        ]
        return {
            # Until it is named, as the names of the host are unique.
            "name": f"{self.id} {amount} {inclusion}",
            "koban_ecotax_id": self.id,
            "company_id": company.id,
            "country_id": company.account_fiscal_country_id.id,
            "tax_group_id": group.id,
            "type_tax_use": "sale",
            "amount_type": "fixed",
            "amount": amount,
            "sequence": SEQUENCE,
            "include_base_amount": True,
            "is_base_affected": False,
            "price_include_override": inclusion,
            "repartition_line_ids": lines,
        }

    def _name_tax(self, tax) -> str:
        """Return the name of the tax of an amount: each its own in a company."""
        digits = 4 if round(tax.amount, 2) != tax.amount else 2
        names = {
            "amount": formatLang(self.env, tax.amount, digits=digits),
            "organisation": self.organisation_id.name,
            "ecotax": self.display_name + self._tell_apart(),
        }
        # Lists show its beginning.
        if tax.price_include_override == "tax_included":
            return self.env._("Eco %(amount)s in the price, %(organisation)s %(ecotax)s", **names)
        return self.env._("Eco %(amount)s, %(organisation)s %(ecotax)s", **names)

    def _tell_apart(self) -> str:
        """Return what its taxes are told by where another table has its code and its name."""
        # Of other companies and archived ones too: so are their taxes.
        tables = self.sudo().with_context(active_test=False)
        namesakes = tables.search_count(
            [
                ("id", "!=", self.id),
                ("code", "=", self.code),
                ("name", "=", self.name),
                ("organisation_id.name", "=", self.organisation_id.sudo().name),
            ],
            limit=1,
        )
        return f" ({self.id})" if namesakes else ""

    def _label_tax(self) -> str:
        """Return what electronic invoices call the eco-tax."""
        name = self.env["account.tax.group"]._get_ecotax_name()
        return f"{name} {self.organisation_id.name} {self.display_name}"

    def _move_accounts(self):
        """Post what is validated from now on to the account that was chosen.

        One of the company: whoever chooses it in a branch chooses it for all of them.
        """
        root, chosen_in = self.env.company.root_id, self.env.company
        companies = root.sudo().search([("id", "child_of", root.ids)]) - chosen_in
        for ecotax in self:
            account = ecotax.account_id
            for company in companies:
                # Also where the person who chooses it does not work.
                same = ecotax.sudo().with_company(company)
                super(KobanEcotax, same).write({"account_id": account.id})
            # A setting of the tax that the table makes.
            taxes = ecotax.sudo().tax_ids.filtered(lambda tax: tax.company_id == root)
            lines = taxes.repartition_line_ids
            lines.filtered(lambda line: line.repartition_type == "tax").write(
                {"account_id": account.id}
            )
