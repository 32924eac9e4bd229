import re

from odoo import models
from odoo.http import request

# Where the contracts were before 19.0.1.1.0: other addons have pages there.
OLD_PAGES = re.compile(r"/my/contracts(/\d+|/page/\d+)?")


class IrHttp(models.AbstractModel):
    """Links to contracts that customers were sent before their pages moved."""

    _inherit = "ir.http"

    @classmethod
    def _serve_fallback(cls):
        response = super()._serve_fallback()
        asked = OLD_PAGES.fullmatch(request.httprequest.path)
        if response or not asked:
            return response
        query = request.httprequest.query_string.decode()
        return cls._redirect(f"/my/koban/contracts{asked[1] or ''}" + (query and f"?{query}"), 301)
