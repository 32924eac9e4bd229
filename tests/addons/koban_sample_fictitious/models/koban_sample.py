from odoo import models

from odoo.addons.koban_guard.tools.arguments import public


class KobanSample(models.Model):
    """The sample may be fictitious, as an order or an invoice may."""

    _name = "koban.sample"
    _inherit = ["koban.test.mixin", "koban.sample"]

    @public
    def action_validate(self) -> bool:
        """Validate each sample as what it is."""
        fictitious = self.filtered("is_test")
        fictitious.check_access("write")
        fictitious._validate_in_test()
        real = self - fictitious
        real._check_real_allowed()
        return super(KobanSample, real).action_validate()
