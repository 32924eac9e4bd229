from odoo import http
from odoo.http import content_disposition, request


class DocumentModelController(http.Controller):
    @http.route(
        "/koban_document/model/<int:model_id>/preview", type="http", auth="user", readonly=False
    )
    def preview(self, model_id: int, **kwargs):
        """Show the PDF of a document with a model (row 1-13)."""
        model = request.env["koban.document.model"].browse(model_id).exists()
        if not model:
            raise request.not_found()
        model.check_access("read")
        content = model._render_preview()
        name = f"{model.name}.pdf"
        return request.make_response(
            content,
            headers=[
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", content_disposition(name, disposition_type="inline")),
            ],
        )
