from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        info = super().session_info()
        user = self.env.user
        if user._is_internal() and (user.test_mode or user._is_test_mode_available()):
            info["test_mode"] = {"active": user.test_mode}
        return info
