from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.sale.controllers.portal import CustomerPortal


class OrderPortal(CustomerPortal):
    @http.route()
    def portal_my_sale_order_download_edi(self, order_id=None, access_token=None, **kw):
        """Give the electronic order with the names of the order's validation."""
        try:
            order = self._document_check_access("sale.order", order_id, access_token=access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        with order._as_validated():
            return super().portal_my_sale_order_download_edi(
                order_id=order_id, access_token=access_token, **kw
            )
