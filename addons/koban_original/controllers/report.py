from odoo import http
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from odoo.addons.web.controllers.report import ReportController


class IssuedReportController(ReportController):
    @http.route()
    def report_download(self, data, context=None, token=None, readonly=True):
        """Download a PDF; two first prints at once give one original.

        The host shows any error of a print to the person. Odoo repeats the request that came
        second only where it sees the database's own error.
        """
        try:
            return super().report_download(data, context=context, token=token, readonly=readonly)
        except Exception as error:
            if isinstance(error.__cause__, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
                raise error.__cause__ from error
            raise
