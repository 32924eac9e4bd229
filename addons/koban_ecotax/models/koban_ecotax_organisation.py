from odoo import fields, models


class KobanEcotaxOrganisation(models.Model):
    """« Éco-organisme »: whom the eco-taxes are declared and paid to."""

    _name = "koban.ecotax.organisation"
    _description = "Eco-organisation"
    _order = "name, id"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True)
    partner_id = fields.Many2one("res.partner", string="Supplier", check_company=True)
    member_number = fields.Char(
        string="Membership Number", help="Stands on the declaration: your number there."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: all companies.")
    ecotax_ids = fields.One2many("koban.ecotax", "organisation_id", string="Eco-taxes")

    _name_uniq = models.UniqueIndex(
        "(upper(trim(name)), coalesce(company_id, 0))", "There is an eco-organisation of this name."
    )
