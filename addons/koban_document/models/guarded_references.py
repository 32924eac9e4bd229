from odoo import models


class AccountPaymentTerm(models.Model):
    _name = "account.payment.term"
    _inherit = ["account.payment.term", "koban.guarded.reference.mixin"]


class AccountPaymentMethodLine(models.Model):
    _name = "account.payment.method.line"
    _inherit = ["account.payment.method.line", "koban.guarded.reference.mixin"]


class AccountFiscalPosition(models.Model):
    _name = "account.fiscal.position"
    _inherit = ["account.fiscal.position", "koban.guarded.reference.mixin"]


class AccountTax(models.Model):
    _name = "account.tax"
    _inherit = ["account.tax", "koban.guarded.reference.mixin"]


class AccountIncoterms(models.Model):
    _name = "account.incoterms"
    _inherit = ["account.incoterms", "koban.guarded.reference.mixin"]


class AccountCashRounding(models.Model):
    _name = "account.cash.rounding"
    _inherit = ["account.cash.rounding", "koban.guarded.reference.mixin"]


class ProductPricelist(models.Model):
    _name = "product.pricelist"
    _inherit = ["product.pricelist", "koban.guarded.reference.mixin"]


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "koban.guarded.reference.mixin"]


class ResUsers(models.Model):
    _name = "res.users"
    _inherit = ["res.users", "koban.guarded.reference.mixin"]
